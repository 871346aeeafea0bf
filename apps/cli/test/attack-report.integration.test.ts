import { livenessEvidence } from '@visavis/face/evidence';
import { facePolicy } from '@visavis/face/policy';
import { ATTACK_SPECIES } from '@visavis/specimen';
import { beforeAll, describe, expect, it } from 'vitest';
import { type AttacksMeasured, measureAttacks } from '../src/face/attacks/measure-attacks.ts';
import { modelsDir } from '../src/system/start-system.ts';

/** One stream of each species by two people who share their pictures, and one honest one. */
describe('a slice of the attack report', { timeout: 400_000 }, () => {
  let measured: AttacksMeasured;
  beforeAll(async () => {
    measured = await measureAttacks({ modelsDir, policy: facePolicy, honest: 1, perSpecies: 1, people: 2, seed: 5, species: ATTACK_SPECIES.map(({ name }) => name), progress: () => undefined });
  }, 400_000);

  it('lets the honest stream pass', () => {
    expect(measured.honest).toEqual({ n: 1, refused: 0, codes: {} });
  });

  it.each(ATTACK_SPECIES)('$name: refused by a code that the evidence names for it, or accepted where it says unsolved', ({ name, unsolved }) => {
    const tried = measured.species.find((one) => one.name === name)!;
    expect(tried.n).toBe(1);
    const known = Object.keys(livenessEvidence.species.find((one) => one.name === name)!.codes!);
    const codes = Object.keys(tried.codes);
    if (unsolved === undefined) expect(codes).toHaveLength(1);
    for (const code of codes) expect(known).toContain(code);
    expect(tried.accepted).toBe(1 - codes.length);
  });

  it('refuses each attack that one thing stands against by that thing, and says of live re-enactment that it passes', () => {
    const codes = Object.fromEntries(measured.species.map((one) => [one.name, Object.keys(one.codes)]));
    expect(codes).toMatchObject({ 'unlit-virtual-camera': ['FACE_LIGHT_NOT_SEEN'], 'face-swap': ['FACE_CHANGED'], 'second-face': ['FACE_MULTIPLE'], 'duplicated-frames': ['FACE_REPLAYED_FRAMES'], 'time-warp': ['FACE_TIMES_IMPLAUSIBLE'], impostor: ['FACE_COMPARISON_BELOW_THRESHOLD'], 'live-reenactment': [] });
  });
});

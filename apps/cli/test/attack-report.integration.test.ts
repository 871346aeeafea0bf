import { facePolicy } from '@visavis/face/policy';
import { describe, expect, it } from 'vitest';
import { modelsDir } from '../src/system/start-system.ts';
import { measureAttacks } from '../src/face/attacks/measure-attacks.ts';

describe('a slice of the attack report', () => {
  it('lets honest streams pass, refuses attacks by the code that is theirs, and says of live re-enactment that it passes', async () => {
    const species = ['print', 'unlit-virtual-camera', 'face-swap', 'second-face', 'duplicated-frames', 'time-warp', 'live-reenactment'];
    const measured = await measureAttacks({ modelsDir, policy: facePolicy, honest: 2, perSpecies: 1, seed: 5, species, progress: () => undefined });
    expect(measured.honest).toEqual({ n: 2, refused: 0, codes: {} });
    const codes = Object.fromEntries(measured.species.map((one) => [one.name, Object.keys(one.codes)]));
    expect(codes).toMatchObject({ 'unlit-virtual-camera': ['FACE_LIGHT_NOT_SEEN'], 'face-swap': ['FACE_CHANGED'], 'second-face': ['FACE_MULTIPLE'], 'duplicated-frames': ['FACE_REPLAYED_FRAMES'], 'time-warp': ['FACE_TIMES_IMPLAUSIBLE'], 'live-reenactment': [] });
    expect(['FACE_NOT_LIVE', 'FACE_LIVENESS_TIMEOUT', 'FACE_LIVENESS_NO_PARALLAX']).toContain(codes['print']?.[0]);
    expect(measured.species.filter(({ accepted }) => accepted > 0).map(({ name }) => name)).toEqual(['live-reenactment']);
  });
});

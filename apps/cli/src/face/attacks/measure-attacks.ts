import type { FaceReport } from '@visavis/face';
import { createFrameBank, type BankedPicture, type FrameBank } from '@visavis/face/bank';
import { wilsonInterval } from '@visavis/face/evaluate';
import { type ChallengeProfile, drawScript } from '@visavis/face/liveness';
import type { FacePolicy } from '@visavis/face/policy';
import { ATTACK_SPECIES, type Cast, castSeeds, type Citizen, createPerformer, encodeJpeg, type FindFace, type Performer, type Scene } from '@visavis/specimen';
import { seededRandom } from '../seeded-random.ts';
import { CONDITIONS, openCast } from './draw-streams.ts';
import { playStream } from './play-stream.ts';

const JPEG_QUALITY = 85;
const PROFILES: readonly ChallengeProfile[] = ['standard', 'standard', 'standard', 'withoutLight', 'withoutExpressions', 'withoutNodding'];

export interface Rate {
  readonly n: number;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface SpeciesMeasured {
  readonly name: string;
  readonly kind: 'presentation' | 'injection';
  readonly n: number;
  /** Accepted as live and, in the face of who presents, as one: whatever the comparison says. */
  readonly apcer: number;
  readonly low: number;
  readonly high: number;
  /** Accepted by the whole: liveness and comparison with the document's portrait (IAPAR of this species). */
  readonly accepted: number;
  readonly unsolved: boolean;
  /** How often each code was the first refusal. */
  readonly codes: Readonly<Record<string, number>>;
}

export interface AttacksMeasured {
  readonly seed: number;
  readonly bpcer: Rate;
  /** By what honest people were refused. */
  readonly bonaFideCodes: Readonly<Record<string, number>>;
  readonly species: readonly SpeciesMeasured[];
  readonly picturesAnalysed: number;
}

/**
 * Plays honest streams and attacks of each species before the product's own sessions.
 * @param o.seed everything follows from it
 * @param o.challengeOf the profile of a stream; left out, every profile has its share
 */
export async function measureAttacks(o: { readonly modelsDir: string; readonly policy: FacePolicy; readonly honest: number; readonly perSpecies: number; readonly seed: number; readonly progress: (line: string) => void }): Promise<AttacksMeasured> {
  const bank = await createFrameBank(o);
  const citizenAt = openCast();
  const castOf = (stream: number): Cast => {
    const random = seededRandom(o.seed * 1_000_003 + stream);
    const place = Math.floor(random() * castSeeds.length);
    const other = (place + 1 + Math.floor(random() * (castSeeds.length - 1))) % castSeeds.length;
    return { holder: citizenAt(place), other: citizenAt(other), conditions: CONDITIONS[Math.floor(random() * CONDITIONS.length)]!, seed: Math.floor(random() * 2 ** 31) };
  };
  const play = async (performer: Performer, holder: Citizen, stream: number): Promise<FaceReport> => {
    const random = seededRandom(o.seed * 7_000_003 + stream);
    const profile = PROFILES[Math.floor(random() * PROFILES.length)]!;
    const script = drawScript({ random: (n) => Uint8Array.from({ length: n }, () => Math.floor(random() * 256)), policy: o.policy, profile });
    const session = await bank.openSession(String(holder.seed), async () => ({ mediaType: 'image/jpeg', bytes: await encodeJpeg(holder.renderPortrait(), 90) }));
    return playStream({ session, script, performer, fileOf: (scene, sameAs) => bank.file(picture(scene, bank, sameAs)), random });
  };

  const bonaFideCodes: Record<string, number> = {};
  let refused = 0;
  for (let i = 0; i < o.honest; i++) {
    const cast = castOf(i);
    const report = await play(createPerformer({ citizen: cast.holder, conditions: cast.conditions, seed: cast.seed }), cast.holder, i);
    if (!passes(report)) {
      refused++;
      count(bonaFideCodes, report);
    }
    if ((i + 1) % 50 === 0) o.progress(`honest: ${i + 1} of ${o.honest}, ${refused} refused, ${bank.analysed} pictures`);
  }
  const species: SpeciesMeasured[] = [];
  for (const [s, one] of ATTACK_SPECIES.entries()) {
    const codes: Record<string, number> = {};
    let [live, accepted] = [0, 0];
    for (let i = 0; i < o.perSpecies; i++) {
      const stream = 1_000_000 * (s + 1) + i;
      const cast = castOf(stream);
      const report = await play(one.perform(cast), cast.holder, stream);
      if (isLive(report)) live++;
      if (passes(report)) accepted++;
      else count(codes, report);
    }
    const [low, high] = wilsonInterval(live, o.perSpecies);
    species.push({ name: one.name, kind: one.kind, n: o.perSpecies, apcer: live / o.perSpecies, low, high, accepted: accepted / o.perSpecies, unsolved: one.unsolved !== undefined, codes });
    o.progress(`${one.name}: ${live} of ${o.perSpecies} taken for live, ${accepted} accepted; ${JSON.stringify(codes)}; ${bank.analysed} pictures`);
  }
  const [low, high] = wilsonInterval(refused, o.honest);
  return { seed: o.seed, bpcer: { n: o.honest, value: refused / o.honest, low, high }, bonaFideCodes, species, picturesAnalysed: bank.analysed };
}

/** Liveness as a whole: the challenge was met, with one face throughout and frames that are frames. */
const LIVE_CHECKS: readonly string[] = ['frames', 'frameTimes', 'frameFreshness', 'faceCount', 'facePresence', 'livenessScript', 'livenessParallax', 'challenge', 'continuity', 'acquisition'];
const isLive = (report: FaceReport): boolean => LIVE_CHECKS.every((name) => report.checks.some(({ check, status }) => check === name && status === 'pass'));
const passes = (report: FaceReport): boolean => isLive(report) && report.checks.some(({ check, status }) => check === 'comparison' && status === 'pass');

function count(codes: Record<string, number>, report: FaceReport): void {
  const failure = report.checks.find(({ status }) => status === 'fail');
  const code = failure?.status === 'fail' ? failure.code : 'unfinished';
  codes[code] = (codes[code] ?? 0) + 1;
}

function picture(scene: Scene, bank: FrameBank, sameAs?: string): BankedPicture {
  const findFace: FindFace = (shown) => bank.meshOf(picture(shown, bank));
  return { key: scene.key, jpeg: async () => encodeJpeg(await scene.render(findFace), JPEG_QUALITY), sameAs };
}

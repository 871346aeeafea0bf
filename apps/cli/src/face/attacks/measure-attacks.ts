import type { FaceReport } from '@visavis/face';
import { createFrameBank, type BankedPicture, type FrameBank } from '@visavis/face/bank';
import { type ChallengeProfile, drawScript } from '@visavis/face/liveness';
import type { FacePolicy } from '@visavis/face/policy';
import { ATTACK_SPECIES, type Cast, type Citizen, citizenSeeds, createPerformer, encodeJpeg, type FindFace, type Performer, type Scene } from '@visavis/specimen';
import { seededRandom } from '../seeded-random.ts';
import { CONDITIONS, openCast } from './draw-streams.ts';
import { playStream } from './play-stream.ts';

const JPEG_QUALITY = 85;
/** Whose documents are attacked: fewer people than are honest, for the time that pictures take. */
const ATTACKED = 4;
const PROFILES: readonly ChallengeProfile[] = ['standard', 'standard', 'standard', 'withoutLight', 'withoutExpressions', 'withoutNodding'];
const LIT_PROFILES = PROFILES.filter((profile) => profile !== 'withoutLight');

export interface SpeciesMeasured {
  readonly name: string;
  readonly kind: 'presentation' | 'injection';
  readonly n: number;
  /** How many were taken for live, whatever the comparison says (APCER); of people who are alive: accepted by the whole. */
  readonly live: number;
  /** How many were accepted by the whole: liveness and comparison with the document's portrait (IAPAR). */
  readonly accepted: number;
  readonly unsolved: boolean;
  /** How often each code was the first refusal. */
  readonly codes: Readonly<Record<string, number>>;
}

/** One share of the work. */
export interface AttackWork {
  readonly modelsDir: string;
  readonly honest: number;
  readonly species: readonly string[];
  readonly perSpecies: number;
  readonly seed: number;
  /** How many people all streams are of, two at least; left out: everybody for the honest ones, four for attacks. */
  readonly people?: number;
}

export interface AttacksMeasured {
  readonly honest: { readonly n: number; readonly refused: number; /** By what. */ readonly codes: Readonly<Record<string, number>> };
  readonly species: readonly SpeciesMeasured[];
  /** Distinct ones; each was looked at once. */
  readonly pictures: number;
  readonly frames: number;
}

/** Plays honest streams and attacks before the product's own sessions; everything follows from the seed. */
export async function measureAttacks(o: AttackWork & { readonly policy: FacePolicy; readonly progress: (line: string) => void }): Promise<AttacksMeasured> {
  const bank = await createFrameBank(o);
  const citizenAt = openCast(citizenSeeds);
  let frames = 0;
  const castOf = (stream: number, people: number): Cast => {
    const random = seededRandom(o.seed * 1_000_003 + stream);
    const place = Math.floor(random() * people);
    const other = (place + 1 + Math.floor(random() * (people - 1))) % people;
    return { holder: citizenAt(place), other: citizenAt(other), conditions: CONDITIONS[place % CONDITIONS.length]!, seed: Math.floor(random() * 2 ** 31) };
  };
  const play = async (performer: Performer, holder: Citizen, stream: number, profiles: readonly ChallengeProfile[] = PROFILES): Promise<FaceReport> => {
    const random = seededRandom(o.seed * 7_000_003 + stream);
    const profile = profiles[Math.floor(random() * profiles.length)]!;
    const script = drawScript({ random: (n) => Uint8Array.from({ length: n }, () => Math.floor(random() * 256)), policy: o.policy, profile });
    const session = await bank.openSession(String(holder.seed), async () => ({ mediaType: 'image/jpeg', bytes: await encodeJpeg(holder.renderPortrait(), 90) }));
    return playStream({ session, script, performer, fileOf: (scene, sameAs) => (frames++, bank.file(picture(scene, bank, sameAs))), random });
  };

  const bonaFideCodes: Record<string, number> = {};
  let refused = 0;
  for (let i = 0; i < o.honest; i++) {
    const cast = castOf(i, o.people ?? citizenSeeds.length);
    const report = await play(createPerformer({ citizen: cast.holder, conditions: cast.conditions, seed: cast.seed }), cast.holder, i);
    if (!passes(report)) {
      refused++;
      count(bonaFideCodes, report);
    }
    if ((i + 1) % 25 === 0) o.progress(`honest: ${i + 1} of ${o.honest}, ${refused} refused ${JSON.stringify(bonaFideCodes)}, ${bank.analysed} pictures`);
  }
  const species: SpeciesMeasured[] = [];
  for (const [s, one] of ATTACK_SPECIES.entries()) {
    if (!o.species.includes(one.name)) continue;
    const codes: Record<string, number> = {};
    let [live, accepted] = [0, 0];
    for (let i = 0; i < o.perSpecies; i++) {
      const stream = 1_000_000 * (s + 1) + i;
      const cast = castOf(stream, o.people ?? ATTACKED);
      const report = await play(one.perform(cast), cast.holder, stream, one.needsLight === true ? LIT_PROFILES : PROFILES);
      if (one.alive === true ? passes(report) : isLive(report)) live++;
      if (passes(report)) accepted++;
      else count(codes, report);
    }
    species.push({ name: one.name, kind: one.kind, n: o.perSpecies, live, accepted, unsolved: one.unsolved !== undefined, codes });
    o.progress(`${one.name}: ${live} of ${o.perSpecies} taken for live, ${accepted} accepted; ${JSON.stringify(codes)}; ${bank.analysed} pictures`);
  }
  return { honest: { n: o.honest, refused, codes: bonaFideCodes }, species, pictures: bank.analysed, frames };
}

const statusOfComparison = (report: FaceReport): string | undefined => report.checks.find(({ check }) => check === 'comparison')?.status;
/** A session compares only what was shown to be live, one face throughout, in frames that are frames (decision 0042). */
const isLive = (report: FaceReport): boolean => ['pass', 'fail'].includes(statusOfComparison(report) ?? '');
const passes = (report: FaceReport): boolean => statusOfComparison(report) === 'pass';

function count(codes: Record<string, number>, report: FaceReport): void {
  const failure = report.checks.find(({ status }) => status === 'fail');
  const code = failure?.status === 'fail' ? failure.code : 'unfinished';
  codes[code] = (codes[code] ?? 0) + 1;
}

function picture(scene: Scene, bank: FrameBank, sameAs?: string): BankedPicture {
  const findFace: FindFace = (shown) => bank.meshOf(picture(shown, bank));
  return { key: scene.key, jpeg: async () => encodeJpeg(await scene.render(findFace), JPEG_QUALITY), sameAs };
}

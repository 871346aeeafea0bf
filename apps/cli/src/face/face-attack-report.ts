import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { measureRate } from '@visavis/face/evaluate';
import { type LivenessEvidence, livenessEvidenceSchema, livenessPartSha256, modelsInForce } from '@visavis/face/evidence';
import { guessOnDisplay, guessProbabilities } from '@visavis/face/liveness';
import { policyToMeasure } from '@visavis/face/policy-to-measure';
import type { AttacksMeasured } from './attacks/measure-attacks.ts';
import { measureInTwo } from './attacks/share-work.ts';
import { modelsDir } from '../system/start-system.ts';

const LIMITS =
  'Made-up people before a made-up camera: this shows that the wiring refuses what it is meant to refuse, and how often honest rendered people are sent away. It says nothing of real skin, cameras, paper, displays or masks, and nothing of groups. No level of ISO/IEC 30107-3 is claimed: a state has to buy presentation attack tests at an accredited laboratory, and injection tests by CEN/TS 18099. Live re-enactment by somebody who sees the script is not refused on the web.';

/** Exit status 0: measured; 2: not asked properly. */
export async function runFaceAttackReport(args: readonly string[], nowMs: number, usage: string): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { honest: { type: 'string', default: '500' }, 'per-species': { type: 'string', default: '300' }, seed: { type: 'string', default: '1' }, json: { type: 'boolean', default: false }, 'write-evidence': { type: 'string' } },
  });
  const [honest, perSpecies, seed] = [values.honest, values['per-species'], values.seed].map(Number) as [number, number, number];
  if (![honest, perSpecies, seed].every((n) => Number.isInteger(n) && n > 0 && n < 2 ** 31)) {
    console.error(`  visavis face ${usage}`);
    return 2;
  }
  const measured = await measureInTwo({ modelsDir, honest, perSpecies, seed });
  const report = describe(measured, seed);
  if (values['write-evidence'] !== undefined) await writeFile(values['write-evidence'], `${JSON.stringify(evidenceOf(measured, seed, nowMs), undefined, 2)}\n`);
  if (values.json) console.log(JSON.stringify(report));
  else print(report);
  return 0;
}

function describe(measured: AttacksMeasured, seed: number) {
  const { n, refused, codes } = measured.honest;
  const bpcer = measureRate(refused, n);
  const solved = measured.species.filter(({ unsolved }) => !unsolved);
  return {
    seed,
    bpcer: bpcer.value,
    bpcerDetails: { n, low: bpcer.interval95[0], high: bpcer.interval95[1], codes },
    species: measured.species.map(({ live, accepted, ...one }) => {
      const { value, interval95: [low, high] } = measureRate(live, one.n);
      return { ...one, apcer: value, low, high, accepted: accepted / one.n };
    }),
    // ISO/IEC 30107-3: of the worst species, never the mean; unsolved ones are told apart and not averaged away.
    iapar: Math.max(0, ...solved.map(({ accepted, n: tried }) => accepted / tried)),
    iaparUnsolved: Object.fromEntries(measured.species.filter(({ unsolved }) => unsolved).map(({ name, accepted, n: tried }) => [name, accepted / tried])),
    guessProbability: Math.max(...guessProbabilities(policyToMeasure).map(({ script }) => script)),
    guessProbabilities: guessProbabilities(policyToMeasure),
    guessOnDisplay: guessOnDisplay(policyToMeasure),
    pictures: measured.pictures,
    frames: measured.frames,
  };
}

function evidenceOf(measured: AttacksMeasured, seed: number, nowMs: number): LivenessEvidence {
  return livenessEvidenceSchema.parse({
    models: modelsInForce.sha256,
    date: new Date(nowMs).toISOString().slice(0, 10),
    dataSet: 'synthetic citizens: honest streams of all of them, in glasses, headscarves, turbans and knitted caps too, attacks on the first 4 of the cast, in three kinds of light, 8 to 15 frames a second, delays of 25 to 200 ms',
    method: `Whole streams through the product's sessions, each with a script drawn anew (half of them standard, the others in equal parts). ${measured.pictures} distinct pictures were rendered and looked at by the networks once each; ${measured.frames} frames show them, so that tracking from frame to frame and fresh noise in each frame are left out. APCER: taken for live, whatever the comparison says. Intervals: Wilson score.`,
    command: 'visavis face attack-report --write-evidence FILE',
    seeds: [String(seed)],
    livenessPartSha256: livenessPartSha256(policyToMeasure),
    embedder: policyToMeasure.embedder,
    bpcer: measureRate(measured.honest.refused, measured.honest.n),
    bpcerCodes: measured.honest.codes,
    species: measured.species.map(({ name, n, live, accepted, unsolved, codes }) => ({ name, apcer: measureRate(live, n), accepted: measureRate(accepted, n), unsolved, codes })),
    guessProbability: Math.max(...guessProbabilities(policyToMeasure).map(({ script }) => script)),
    limits: LIMITS,
  });
}

function print(report: ReturnType<typeof describe>): void {
  const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
  console.log(`honest: ${percent(report.bpcer)} of ${report.bpcerDetails.n} refused (${percent(report.bpcerDetails.low)} … ${percent(report.bpcerDetails.high)}) ${JSON.stringify(report.bpcerDetails.codes)}`);
  for (const { name, n, apcer, low, high, accepted, unsolved, codes } of report.species)
    console.log(`${name.padEnd(22)} ${percent(apcer).padStart(8)} of ${n} taken for live (${percent(low)} … ${percent(high)}), ${percent(accepted)} accepted${unsolved ? ' — UNSOLVED on the web' : ''}  ${JSON.stringify(codes)}`);
  console.log(`worst species accepted by the whole: ${percent(report.iapar)}; a film made in advance passes one script with at most ${report.guessProbability.toExponential(1)}`);
  for (const { profile, script, day } of report.guessOnDisplay) console.log(`the best film on a display that sends the light back: ${percent(script)} of scripts, ${percent(day)} of a day’s tries, in the profile ${profile}`);
  console.log(`${report.pictures} pictures looked at, ${report.frames} frames shown; seed ${report.seed}\n${LIMITS}`);
}

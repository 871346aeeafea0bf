import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { createPadMeter, measureRate, padCurve, type PadMeter } from '@visavis/face/evaluate';
import { modelsInForce, type PadEvidence, padEvidenceSchema } from '@visavis/face/evidence';
import { modelsDir } from '../system/start-system.ts';
import { readPhotograph } from './embed-people.ts';
import { faceCommandFaults } from './faults.ts';
import { readAttacks, readPeople } from './read-people.ts';
import { seededRandom } from './seeded-random.ts';
import { tellFault } from './tell-fault.ts';

export const FACE_CALIBRATE_PAD_USAGE = 'calibrate-pad --bona-fide DIR --attacks DIR --network MANIFEST --data-set WORDS [--frames N] [--out FILE]';

const DEFAULT_FRAMES = 5;
/** Fewer presentations say nothing of a rate. */
const LEAST_PRESENTATIONS = 10;
const PICTURES_SEED = 3;
const LIMITS =
  'Says what this network does to presentations like those that were measured, and nothing of species, cameras and light that are not among them. Pictures taken with other cameras than citizens have count for less. Synthetic attacks prove wiring, not detection: a laboratory’s test by ISO/IEC 30107-3 has to be bought.';

/** Exit status 0: written; 1: it could not be measured; 2: not asked properly. */
export async function runFaceCalibratePad(args: readonly string[], nowMs: number): Promise<number> {
  const text = { type: 'string' } as const;
  const { 'bona-fide': bonaFideDir, attacks: attacksDir, network: manifestFile, 'data-set': dataSet, frames: asked, out } = parseArgs({ args: [...args], options: { 'bona-fide': text, attacks: text, network: text, 'data-set': text, frames: text, out: text } }).values;
  const frames = asked === undefined ? DEFAULT_FRAMES : Number(asked);
  if (bonaFideDir === undefined || attacksDir === undefined || manifestFile === undefined || dataSet === undefined || !(Number.isInteger(frames) && frames >= 1 && frames <= 16)) {
    console.error(`  visavis face ${FACE_CALIBRATE_PAD_USAGE}`);
    return 2;
  }
  const bonaFide = await readPeople(bonaFideDir);
  if (!bonaFide.ok) return tellFault(bonaFide.fault);
  const attacks = await readAttacks(attacksDir);
  if (!attacks.ok) return tellFault(attacks.fault);
  const opened = await createPadMeter({ modelsDir, manifestFile });
  if (!opened.ok) return tellFault(opened.fault);
  const meter = opened.value;

  const honest = await scoreAll(meter, bonaFide.value.map(({ files }) => files), frames);
  const bySpecies = new Map<string, Scored>();
  for (const [species, presentations] of attacks.value) bySpecies.set(species, await scoreAll(meter, presentations.map(({ files }) => files), frames));
  const all = [...bySpecies.values()];
  if ([honest, ...all].some(({ scores }) => scores.length < LEAST_PRESENTATIONS)) return tellFault(faceCommandFaults.fault('EVALUATION_TOO_FEW_PRESENTATIONS'));

  const { id, sha256 } = meter.network;
  const sum = (pick: (scored: Scored) => number): number => all.reduce((total, scored) => total + pick(scored), 0);
  const evidence: PadEvidence = padEvidenceSchema.parse({
    network: { id, sha256 },
    models: modelsInForce.sha256,
    date: new Date(nowMs).toISOString().slice(0, 10),
    dataSet,
    method: 'A presentation is one folder; its score is the mean attack score over as many of its pictures with one face, in an order drawn from a fixed seed. Per species of attack the share below each limit, of the honest the share not below it. Intervals: Wilson score.',
    command: `visavis face calibrate-pad --bona-fide DIR --attacks DIR --network MANIFEST --data-set WORDS --frames ${frames}`,
    framesPerPresentation: frames,
    nonResponse: { bonaFide: measureRate(honest.silent, honest.of), attacks: measureRate(sum(({ silent }) => silent), sum(({ of }) => of)) },
    points: padCurve({ bonaFide: honest.scores, attacks: new Map([...bySpecies].map(([species, { scores }]) => [species, scores])) }),
    limits: LIMITS,
  });
  const json = `${JSON.stringify(evidence, undefined, 2)}\n`;
  if (out === undefined) process.stdout.write(json);
  else await writeFile(out, json);
  return 0;
}

interface Scored {
  readonly scores: readonly number[];
  /** Presentations with too few pictures of a face. */
  readonly silent: number;
  readonly of: number;
}

async function scoreAll(meter: PadMeter, presentations: readonly (readonly string[])[], frames: number): Promise<Scored> {
  const random = seededRandom(PICTURES_SEED);
  const scores: number[] = [];
  for (const files of presentations) {
    const order = files.map((file) => ({ file, at: random() })).toSorted((a, b) => a.at - b.at);
    const score = await meter.scorePresentation(inTurn(order.map(({ file }) => file)), frames);
    if (score !== undefined) scores.push(score);
  }
  return { scores, silent: presentations.length - scores.length, of: presentations.length };
}

/** Read when it is asked for: a presentation may be a whole film. */
function* inTurn(files: readonly string[]): Generator<Promise<Uint8Array | undefined>> {
  for (const file of files) yield readPhotograph(file);
}

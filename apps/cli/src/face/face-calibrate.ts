import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { createPhotographEmbedder, crossValidateFusion, crossValidateThreshold, errorCurve, FUSION_PARTS, loadEmbedder, measureRate, partScores, type PhotographEmbedder, scoreAgainstMeans, scoreHistogram, scorePhotographs } from '@visavis/face/evaluate';
import { modelsInForce, type RecognitionEvidence, recognitionEvidenceSchema } from '@visavis/face/evidence';
import { embedPeople, type EmbeddedPeople } from './embed-people.ts';
import { faceCommandFaults } from './faults.ts';
import { MEANS_OF, measureRecognition } from './measure-recognition.ts';
import { modelsDir } from '../system/start-system.ts';
import { readPeople } from './read-people.ts';
import { seededRandom } from './seeded-random.ts';
import { tellFault } from './tell-fault.ts';

export const FACE_CALIBRATE_USAGE = 'calibrate --images DIR --data-set WORDS [--embedder MANIFEST] [--out FILE]';

/** Rates below one in ten thousand are what a policy asks for: with fewer people there are no curves down to there. */
const LEAST_PEOPLE = 800;
const FOLDS = 5;
const FITTED_AT_FMR = 1e-4;
const LEFT_OUT_FMRS = [1e-2, 1e-3, 1e-4] as const;
const INTERVAL_SEED = 3;
const LIMITS =
  'Photographs only: no video, no document portraits, no age gap, unless the data set says otherwise. Label errors of the data are left in and count against the figures. Frames of one video are more alike than photographs of different days: count with the curve of one photograph against one. Says nothing of groups: see face eval --groups.';

/** Exit status 0: written; 1: it could not be measured; 2: not asked properly. */
export async function runFaceCalibrate(args: readonly string[], nowMs: number): Promise<number> {
  const { images, out, embedder: manifest, 'data-set': dataSet } = parseArgs({ args: [...args], options: { embedder: { type: 'string' }, images: { type: 'string' }, out: { type: 'string' }, 'data-set': { type: 'string' } } }).values;
  if (images === undefined || dataSet === undefined) {
    console.error(`  visavis face ${FACE_CALIBRATE_USAGE}`);
    return 2;
  }
  const people = await readPeople(images);
  if (!people.ok) return tellFault(people.fault);
  if (people.value.length < LEAST_PEOPLE) return tellFault(faceCommandFaults.fault('EVALUATION_TOO_FEW_PEOPLE'));
  const mounted = manifest === undefined ? undefined : await loadEmbedder(manifest);
  if (mounted?.ok === false) return tellFault(mounted.fault);
  const embedder = await createPhotographEmbedder({ modelsDir, embedder: mounted?.value });
  const { id, sha256 } = embedder.embedder;
  const embedded = await embedPeople(people.value, embedder, (line) => console.error(line));
  const { report, single, multi } = measureRecognition(embedded, embedder);
  const failed = Object.values(embedded.failures).reduce((sum, n) => sum + n, 0);
  const evidence: RecognitionEvidence = recognitionEvidenceSchema.parse({
    embedder: { id, sha256 },
    models: modelsInForce.sha256,
    date: new Date(nowMs).toISOString().slice(0, 10),
    dataSet,
    people: report.people,
    images: report.images,
    method: `Genuine: all pairs within a person. Impostors: the first photograph of each person, every pair of people. The earlier one is embedded as a reference is, the other as a probe is. Means: each of the first k + 1 photographs of a person against the rest of them; impostors the first photograph of every other person. In a photograph of several people the face nearest the middle. Intervals of the curves: Wilson score; of the operating points: bootstrap over people. On people left out: five parts, each judged at the threshold of the other four, the embedder's weights as they ship.`,
    command: 'visavis face calibrate --images DIR --data-set WORDS',
    failureToAcquire: measureRate(failed, report.images),
    curves: {
      single: { comparison: 'one photograph against one', points: errorCurve(single) },
      ...Object.fromEntries([...multi].map(([k, scores]) => [`meanOf${k}`, { comparison: `one photograph against the mean of ${k} others of other days`, points: errorCurve(scores) }])),
    },
    operatingPoints: { single: report.single, multi: report.multi },
    ...(report.view2 !== undefined && { view2: report.view2 }),
    onPeopleLeftOut: crossValidateThresholds(embedded, embedder),
    // Only a fusion has weights to fit.
    ...(mounted === undefined && { crossValidated: crossValidate(embedded) }),
    histogram: scoreHistogram(single),
    limits: LIMITS,
  });
  const text = `${JSON.stringify(evidence, undefined, 2)}\n`;
  if (out === undefined) process.stdout.write(text);
  else await writeFile(out, text);
  return 0;
}

/** Thresholds of the embedder as it is, fitted on other people than they are judged on: against one photograph, and means. */
export function crossValidateThresholds({ photographs }: Pick<EmbeddedPeople, 'photographs'>, { embedder }: Pick<PhotographEmbedder, 'embedder'>): NonNullable<RecognitionEvidence['onPeopleLeftOut']> {
  const people = photographs.map((own) => own.flatMap((p) => (p === undefined ? [] : [p])));
  const random = seededRandom(INTERVAL_SEED);
  const among = (folds: readonly number[]): typeof people => people.filter((_, at) => folds.includes(at % FOLDS));
  return [1, ...MEANS_OF].flatMap((k) => crossValidateThreshold(FOLDS, LEFT_OUT_FMRS, (folds) => (k === 1 ? scorePhotographs(among(folds), embedder) : scoreAgainstMeans(among(folds), k, embedder)), random).map((point) => ({ k, ...point })));
}

/** Weight and threshold fitted on other people than they are judged on. */
function crossValidate({ photographs }: EmbeddedPeople): NonNullable<RecognitionEvidence['crossValidated']> {
  const people = photographs.map((own) => own.flatMap((p) => (p === undefined ? [] : [p])));
  const [first, second] = FUSION_PARTS as [(typeof FUSION_PARTS)[number], (typeof FUSION_PARTS)[number]];
  return {
    ...crossValidateFusion(FOLDS, FITTED_AT_FMR, (folds) => {
      const these = people.filter((_, at) => folds.includes(at % FOLDS));
      return partScores(scorePhotographs(these, first), scorePhotographs(these, second));
    }),
    fittedAtFmr: FITTED_AT_FMR,
  };
}

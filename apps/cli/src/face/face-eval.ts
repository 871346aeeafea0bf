import { parseArgs } from 'node:util';
import { createPhotographEmbedder, loadEmbedder } from '@visavis/face/evaluate';
import { comparePeers } from './compare-peers.ts';
import { embedPeople } from './embed-people.ts';
import { faceCommandFaults } from './faults.ts';
import { measureGroups, readGroups } from './measure-groups.ts';
import { measureRecognition, type RecognitionMeasured } from './measure-recognition.ts';
import { readBoundedFile } from '../system/read-bounded-file.ts';
import { modelsDir } from '../system/start-system.ts';
import { readPairs } from './read-pairs.ts';
import { readPeople } from './read-people.ts';
import { tellFault } from './tell-fault.ts';

export const FACE_EVAL_USAGE = 'eval --images DIR [--pairs FILE] [--groups FILE] [--embedder MANIFEST] [--peers N] [--json]';

const LEAST_PEOPLE = 10;
const LEAST_WITH_TWO = 2;
/** A million lines of pairs. */
const MAX_LIST_BYTES = 64 * 1024 * 1024;

/** Exit status 0: measured; 1: it could not be; 2: not asked properly. */
export async function runFaceEval(args: readonly string[]): Promise<number> {
  const { images, pairs, groups, embedder: manifest, peers, json } = parseArgs({ args: [...args], options: { embedder: { type: 'string' }, peers: { type: 'string' }, images: { type: 'string' }, pairs: { type: 'string' }, groups: { type: 'string' }, json: { type: 'boolean', default: false } } }).values;
  const pairsEach = Number(peers ?? 0);
  if (images === undefined || !Number.isInteger(pairsEach) || pairsEach < 0) {
    console.error(`  visavis face ${FACE_EVAL_USAGE}`);
    return 2;
  }
  const people = await readPeople(images);
  if (!people.ok) return tellFault(people.fault);
  if (people.value.length < LEAST_PEOPLE || people.value.filter(({ files }) => files.length > 1).length < LEAST_WITH_TWO) return tellFault(faceCommandFaults.fault('EVALUATION_TOO_FEW_PEOPLE'));
  // Both files are read before an hour of work, not after.
  const folds = pairs === undefined ? undefined : readPairs(await readText(pairs), people.value);
  if (folds?.ok === false) return tellFault(folds.fault);
  const grouped = groups === undefined ? undefined : readGroups(await readText(groups), people.value);
  if (grouped?.ok === false) return tellFault(grouped.fault);

  const mounted = manifest === undefined ? undefined : await loadEmbedder(manifest);
  if (mounted?.ok === false) return tellFault(mounted.fault);
  const embedder = await createPhotographEmbedder({ modelsDir, embedder: mounted?.value });
  const embedded = await embedPeople(people.value, embedder, (line) => console.error(line));
  const { report } = measureRecognition(embedded, embedder, folds?.value);
  const atLaw = report.single.find(({ fmr }) => fmr === 1e-4)!;
  const byGroup = grouped === undefined ? {} : { groups: { threshold: atLaw.threshold, rates: measureGroups(embedded, embedder, grouped.value, atLaw.threshold) } };
  const besidePeers = pairsEach === 0 ? {} : { besidePeers: await comparePeers(people.value, embedded, embedder, pairsEach, folds?.value) };
  if (json) console.log(JSON.stringify({ ...report, ...byGroup, ...besidePeers }));
  else print(report);
  if (!json && 'besidePeers' in besidePeers) console.log(JSON.stringify(besidePeers.besidePeers, undefined, 2));
  return 0;
}

/** An unreadable file, or one too large, has nothing in it, which no reader takes. */
async function readText(file: string): Promise<string> {
  const bytes = await readBoundedFile(file, MAX_LIST_BYTES);
  return bytes === undefined ? '' : Buffer.from(bytes).toString('utf8');
}

function print(report: RecognitionMeasured): void {
  const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
  const row = ({ fmr, threshold, tar, low, high, tooFew }: RecognitionMeasured['single'][number]): string => `  ${fmr.toExponential(0).padEnd(8)} ${threshold.toFixed(3).padStart(8)}   ${percent(tar).padStart(8)}   ${percent(low)} … ${percent(high)}${tooFew === true ? '   not measured: fewer than ten strangers expected' : ''}`;
  console.log(`${report.people} people, ${report.images} photographs, ${report.failuresToDetect} without a face; ${report.embedder}`);
  console.log(`one photograph against one (${report.genuinePairs} of one person, ${report.impostorPairs} of two)\n  FMR      threshold        TAR   95 % over people`);
  for (const point of report.single) console.log(row(point));
  for (const k of new Set(report.multi.map((point) => point.k))) {
    console.log(`one photograph against the mean of ${k} others`);
    for (const point of report.multi.filter((p) => p.k === k)) console.log(row(point));
  }
  if (report.view2 !== undefined) console.log(`pair accuracy over ten folds (${report.view2Folds}): ${percent(report.view2.accuracy)} ± ${percent(report.view2.se)}`);
}

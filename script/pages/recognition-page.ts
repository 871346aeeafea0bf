import { recognitionEvidence } from '../../packages/face/src/policy/evidence.ts';
import type { RecognitionEvidence } from '../../packages/face/src/policy/recognition-evidence.ts';
import { facePolicy } from '../../packages/face/src/policy/index.ts';
import { citizenSeeds } from '../../packages/specimen/src/index.ts';
import { errorPlot, histogramPlot } from './plots.ts';

const percent = (share: number, digits = 2): string => `${(100 * share).toFixed(digits)} %`;

type Points = NonNullable<RecognitionEvidence['operatingPoints']>;

const table = (points: Points['single']): string[] => [
  '| FMR | threshold | TAR | 95 % over people |',
  '|---|---|---|---|',
  // A row on fewer than ten strangers is no measurement: the file keeps it, marked.
  ...points.filter(({ tooFew }) => tooFew !== true).map(({ fmr, threshold, tar, low, high }) => `| ${fmr.toExponential(0)} | ${threshold.toFixed(3)} | ${percent(tar)} | ${percent(low)} … ${percent(high)} |`),
];

/** Generated pictures by their path. */
export function recognitionPlots(): ReadonlyMap<string, string> {
  const { curves, histogram } = recognitionEvidence;
  const plots = new Map([['docs/pictures/recognition-errors.svg', errorPlot(curves)]]);
  if (histogram !== undefined) plots.set('docs/pictures/recognition-scores.svg', histogramPlot(histogram));
  return plots;
}

/** By `face measure-signals`, which says so of itself. */
const OF_ALL_PEOPLE = `synthetic citizens: all ${citizenSeeds.length}`;
const RUN_AGAIN: readonly string[] = ['facePresence', 'faceConfidence'];

const notRunAgain = (): string[] =>
  Object.entries({ ...facePolicy.thresholds, ...facePolicy.quality }).flatMap(([name, limit]) => ('evidence' in limit && !RUN_AGAIN.includes(name) && limit.evidence.dataSet !== OF_ALL_PEOPLE ? [`- \`${name}\` ${limit.value} ${limit.unit} (${limit.evidence.date}; ${limit.evidence.dataSet})`] : []));

/** docs/recognition.md */
export function recognitionPage(): string {
  const e = recognitionEvidence;
  const lines = [
    '<!-- Made by script/generate-docs.ts from packages/face/src/policy/recognition-evidence.json. Do not edit. -->',
    '# How well faces are compared',
    '',
    `Embedder \`${e.embedder.id}\`, measured on ${e.date}: ${e.people} people, ${e.images} photographs (${e.dataSet}). Anybody with the photographs can measure again:`,
    '',
    '```',
    'script/visavis face eval --images DIR --json                      # the rates below; --pairs FILE takes LFW’s pairs',
    'script/visavis face calibrate --images DIR --data-set WORDS       # the file that the policy’s threshold comes from',
    'script/visavis face compare PORTRAIT PHOTOGRAPH --json            # one pair',
    '```',
    '',
    `The face policy takes its threshold from this file’s curve and is refused when it does not (decision 0136). ${e.method}`,
    '',
    `Failures to acquire: ${Math.round(e.failureToAcquire.value * e.failureToAcquire.n)} of ${e.failureToAcquire.n}.`,
    '',
    '![Error rates over thresholds](pictures/recognition-errors.svg)',
    '![How scores spread](pictures/recognition-scores.svg)',
  ];
  if (e.onPeopleLeftOut !== undefined) {
    const against = (k: number): string => (k === 1 ? 'one photograph' : `the mean of ${k}`);
    lines.push('', '## What to count with', '', 'Thresholds fitted on four fifths of the people and judged on the fifth left out, five times, with the embedder as it ships (second network’s weight 0.5, which has not been fitted anew in each part: see below). This is what the law’s lines are held against; the tables after it fit and judge on the same people.', '', '| one photograph against | FMR asked | strangers accepted | TAR | 95 % over people | comparisons of one person, of two |', '|---|---|---|---|---|---|');
    for (const { k, fmr, tar, low, high, strangers, genuine, impostor } of e.onPeopleLeftOut) lines.push(`| ${against(k)} | ${fmr.toExponential(0)} | ${strangers.toExponential(2)} | ${percent(tar)} | ${percent(low)} … ${percent(high)} | ${genuine}, ${impostor} |`);
  }
  if (e.operatingPoints !== undefined) {
    lines.push('', '## One photograph against one, fitted and judged on the same people', '', ...table(e.operatingPoints.single));
    for (const k of new Set(e.operatingPoints.multi.map((point) => point.k))) {
      const points = e.operatingPoints.multi.filter((point) => point.k === k);
      const [first] = points;
      if (first !== undefined) lines.push('', `## One photograph against the mean of ${k} others, likewise`, '', `${first.genuine} comparisons of one person, ${first.impostor} of two.`, '', ...table(points));
    }
    lines.push('', 'The row of 1e-5 is shown and not relied on: thirteen pairs of strangers decide it, label errors of the data among them. Against means it is left out: fewer than ten are expected. Photographs of different days are the best that means can give; frames of one video are nearly one photograph, so the policy counts with the curve of one against one.');
  }
  if (e.view2 !== undefined) lines.push('', '## Pairs', '', `Accuracy over ten folds of 300 + 300 pairs (LFW’s View 2, folds drawn from a seed, nobody in two of them): ${percent(e.view2.accuracy)}, standard error ${percent(e.view2.se)}.`);
  if (e.crossValidated !== undefined) {
    const { folds, weights, fittedAtFmr, tar, fmr, genuine, impostor } = e.crossValidated;
    lines.push('', '## Fitted on others', '', `The fusion’s one weight and its threshold were fitted on ${folds - 1} of ${folds} parts of the people, for one stranger in ${Math.round(1 / fittedAtFmr)}, and judged on the part left out: ${percent(tar)} of ${genuine} comparisons of one person passed, and ${fmr.toExponential(1)} of ${impostor} comparisons of two. Weights of the second network: ${weights.join(', ')}; the product has 0.5.`);
  }
  lines.push(
    '',
    '## Where it stops',
    '',
    'FNMR of at most 1 % at one stranger in ten thousand, against several photographs, is what a law asks for; this is short of it. The shipped networks are the limit, not the pipeline: on the same crops a network with a licence for research only has 98 % from one photograph. More crops of each photograph (two and five paddings, three margins, in all combinations) gave at most 0.3 points; whitening fitted on photographs gave nothing. Means brought back to unit length reach 98.8 % of four photographs of different days, at a threshold that frames of one video would not reach (decision 0041). An operator closes the gap with a better network and its own calibration ([face-networks.md](face-networks.md)).',
    '',
    '## What nobody can run again here',
    '',
    'Two limits above come from a curve that a command measures, and whether there is a face (`facePresence`, `faceConfidence`) from the failures to acquire beside it. Ten limits are measured on all synthetic citizens by `script/visavis face measure-signals`, in a minute. How attacks and honest people fare under all rules together is measured by `face attack-report`. Each of the following limits was measured by itself, once, by scripts that are not in this repository and on people as they were drawn then; their figures in the face policy can be read and not be run again:',
    '',
    ...notRunAgain(),
    '',
    '## What it does not show',
    '',
    `${e.limits} No table of groups is printed here: nobody’s group is inferred from a picture. A state that wants one, and it should, brings photographs of people who stated their own group and agreed to it (at least 800 people each for one stranger in ten thousand, document portraits and videos of the same people, ages and years between), and runs \`script/visavis face eval --images DIR --groups FILE\`, one line \`person,group\` each: it prints both error rates within each group, at one threshold for all.`,
  );
  return `${lines.join('\n')}\n`;
}

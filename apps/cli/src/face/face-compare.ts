import { parseArgs } from 'node:util';
import { createPhotographEmbedder, LEAST_STRANGERS, type PhotographFaultCode } from '@visavis/face/evaluate';
import { recognitionEvidence } from '@visavis/face/evidence';
import { faceFaults } from '@visavis/face/faults';
import { facePolicy } from '@visavis/face/policy';
import { readPhotograph } from './embed-people.ts';
import { faceCommandFaults } from './faults.ts';
import { modelsDir } from '../system/start-system.ts';
import { tellFault } from './tell-fault.ts';

/**
 * One photograph with one other, at the policy's threshold. Says nothing of whether anybody is alive.
 * Exit status 0: alike enough; 1: not, or no comparison was possible; 2: not asked properly.
 */
export async function runFaceCompare(args: readonly string[], usage: string): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: { json: { type: 'boolean', default: false } } });
  const [portrait, photograph] = positionals;
  if (portrait === undefined || photograph === undefined || positionals.length > 2) {
    console.error(`  visavis face ${usage}`);
    return 2;
  }
  const photographs = await createPhotographEmbedder({ modelsDir });
  const embeddings = [];
  for (const [which, file] of [['portrait', portrait], ['photograph', photograph]] as const) {
    const bytes = await readPhotograph(file);
    const embedding = bytes === undefined ? 'EVALUATION_FILE_UNREADABLE' : await photographs.embed(bytes, 'only');
    if (typeof embedding === 'string') return failedToAcquire(embedding, which, values.json);
    embeddings.push(embedding);
  }
  const { embedder } = photographs;
  const score = embedder.compare(embeddings[0]!.reference, embeddings[1]!.probe);
  const threshold = facePolicy.thresholds.comparisonScore.value;
  const alike = score >= threshold;
  const strangers = strangersAt(score);
  if (values.json) console.log(JSON.stringify({ outcome: alike ? 'match' : 'noMatch', ...(!alike && { code: 'FACE_COMPARISON_BELOW_THRESHOLD' }), comparisonScore: score, threshold, fmrAtScore: strangers?.fmr ?? null, rarerThanMeasured: strangers?.beyond ?? false, embedder: embedder.id }));
  else console.log(`${alike ? 'alike' : 'not alike enough: FACE_COMPARISON_BELOW_THRESHOLD'}; score ${score.toFixed(3)}, threshold ${threshold.toFixed(3)}; ${inWords(strangers)}`);
  return alike ? 0 : 1;
}

function failedToAcquire(code: PhotographFaultCode | 'EVALUATION_FILE_UNREADABLE', file: 'portrait' | 'photograph', json: boolean): number {
  if (json) console.log(JSON.stringify({ outcome: 'failureToAcquire', code, file }));
  return tellFault(code === 'EVALUATION_FILE_UNREADABLE' ? faceCommandFaults.fault(code, { file }) : faceFaults.fault(code, { file }));
}

/** How rarely strangers score so high; `beyond`: the score is past the last measured point, so that it is rarer than that. */
function strangersAt(score: number): { readonly fmr: number; readonly beyond: boolean } | undefined {
  const measured = recognitionEvidence.curves['single']?.points.filter(({ fmr }) => fmr.value * fmr.n >= LEAST_STRANGERS) ?? [];
  const at = measured.findLastIndex((point) => point.threshold <= score);
  return at === -1 ? undefined : { fmr: measured[at]!.fmr.value, beyond: at === measured.length - 1 };
}

function inWords(strangers: ReturnType<typeof strangersAt>): string {
  if (strangers === undefined) return 'more than one stranger in two scores as high';
  const oneIn = Math.round(1 / strangers.fmr);
  return strangers.beyond ? `rarer than one stranger in ${oneIn} scores as high, beyond what was measured` : `one stranger in ${oneIn} scores as high`;
}

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type LivenessEvidence, livenessEvidence, livenessEvidenceSchema, padEvidenceSchema, type RecognitionEvidence, recognitionEvidence, recognitionEvidenceSchema, sealFacePolicy } from '@visavis/face/evidence';
import { faceFaults } from '@visavis/face/faults';
import { faceFolderFiles, facePolicy, readFaceFolder } from '@visavis/face/policy';
import { tellFault } from './tell-fault.ts';

/** Exit status 0: sealed and taken; 1: refused; 2: not asked properly. */
export async function runFaceSeal(args: readonly string[], usage: string): Promise<number> {
  const text = { type: 'string' } as const;
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: { version: text, fmr: text, apcer: text } });
  const [folder] = positionals;
  const rate = (word: string | undefined): number | undefined => (word === undefined ? undefined : Number(word));
  const [fmr, apcer] = [rate(values.fmr), rate(values.apcer)];
  if (folder === undefined || positionals.length > 1 || values.version === undefined || [fmr, apcer].some((share) => share !== undefined && !(share > 0 && share < 1))) {
    console.error(`  visavis face ${usage}`);
    return 2;
  }
  const at = (name: keyof typeof faceFolderFiles): string => join(folder, faceFolderFiles[name]);
  const hasEmbedder = (await readJson(at('embedder'))) !== undefined;
  const ownRecognition = await readJson(at('recognitionEvidence'));
  // Said before a policy of the shipped network is made for another.
  if (hasEmbedder && ownRecognition === undefined) return tellFault(faceFaults.fault('FACE_EMBEDDER_UNCALIBRATED'));
  const hasPassivePad = (await readJson(at('passivePad'))) !== undefined;
  const padEvidence = padEvidenceSchema.safeParse(await readJson(at('passivePadEvidence')));
  if (hasPassivePad && !(padEvidence.success && apcer !== undefined)) return tellFault(faceFaults.fault('FACE_PAD_UNMEASURED'));

  let recognition: RecognitionEvidence;
  let liveness: LivenessEvidence;
  try {
    recognition = ownRecognition === undefined ? recognitionEvidence : recognitionEvidenceSchema.parse(ownRecognition);
    liveness = livenessEvidenceSchema.parse((await readJson(at('livenessEvidence'))) ?? livenessEvidence);
  } catch {
    return tellFault(faceFaults.fault('FACE_POLICY_INVALID'));
  }
  const { comparisonScore, continuityScore } = facePolicy.thresholds;
  const rules = { ...facePolicy, version: values.version, thresholds: { ...facePolicy.thresholds, comparisonScore: { ...comparisonScore, fmr: fmr ?? comparisonScore.fmr }, continuityScore } };
  try {
    const passivePad = hasPassivePad && padEvidence.success ? { evidence: padEvidence.data, apcer: apcer! } : undefined;
    await writeJson(at('policy'), sealFacePolicy(rules, { recognition, liveness }, passivePad));
  } catch (tooSmall) {
    if (!(tooSmall instanceof RangeError)) throw tooSmall;
    return tellFault(faceFaults.fault('FACE_POLICY_EVIDENCE_TOO_SMALL'));
  }
  await writeJson(at('recognitionEvidence'), recognition);
  await writeJson(at('livenessEvidence'), liveness);

  const read = await readFaceFolder(folder);
  if (!read.ok) return tellFault(read.fault);
  const { policy, embedder, passivePad } = read.value;
  console.log(`sealed ${policy.version}: faces compared by ${embedder?.id ?? policy.embedder.id}, ${passivePad === undefined ? 'no passive attack detection' : `passive attack detection by ${passivePad.id}`}`);
  return 0;
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return undefined;
  }
}

const writeJson = (file: string, value: unknown): Promise<void> => writeFile(file, `${JSON.stringify(value, undefined, 2)}\n`);

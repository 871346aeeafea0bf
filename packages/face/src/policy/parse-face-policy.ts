import { err, ok, type Result } from '@visavis/kernel';
import type { z } from 'zod';
import type { EmbedderIdentity } from '../embed/embedder-identity.ts';
import { type FaceFaultCode, faceFaults } from '../faults.ts';
import { type PadEvidence, padEvidenceSchema, thresholdAtApcer } from '../passive-pad/pad-evidence.ts';
import type { PadManifest } from '../passive-pad/pad-manifest.ts';
import { contentSha256 } from './content-sha256.ts';
import { type FacePolicy, type FacePolicyFile, facePolicySchema } from './face-policy.ts';
import { type LivenessEvidence, livenessEvidenceSchema } from './liveness-evidence.ts';
import { livenessPartSha256 } from './liveness-part.ts';
import type { ModelsInForce } from './models-in-force.ts';
import { policySeal } from './policy-seal.ts';
import { type RecognitionEvidence, recognitionEvidenceSchema } from './recognition-evidence.ts';
import { speaksOf, thresholdAtFmr } from './threshold-at-fmr.ts';
import { LEAST_ATTACKS, LEAST_HONEST, TRIED_SPECIES } from './tried-species.ts';

export interface FacePolicyFiles {
  readonly policy: unknown;
  /** `undefined`: there is no such file. */
  readonly recognitionEvidence: unknown;
  readonly livenessEvidence: unknown;
  /** Only with a passive network; without one there must be none. */
  readonly passivePadEvidence?: unknown;
}

/** Of what the evidence has to be: the embedder that compares, and the networks before it. */
export interface FacePolicyUse {
  readonly embedder: Pick<EmbedderIdentity, 'id' | 'sha256' | 'released'>;
  readonly models: ModelsInForce;
  /** An operator's network for passive presentation attack detection, if one is mounted. */
  readonly passivePad: Pick<PadManifest, 'id' | 'sha256' | 'released'> | undefined;
}

class Refused extends Error {
  readonly code: FaceFaultCode;
  readonly where: string;

  constructor(code: FaceFaultCode, where: string) {
    super(code);
    this.code = code;
    this.where = where;
  }
}

/**
 * Takes a policy only with the measurements behind it: both evidence files are there, are the ones that the policy names,
 * were made with this embedder and these networks and no earlier than they, every limit of a score is where the measured
 * curve meets the rate asked for, and nothing was edited since it was sealed. No defaults: an unknown key or a missing
 * number refuses the whole file. Does not find somebody who makes up evidence and seals again: an auditor measures anew.
 * @param files from the operator
 * A passive network without evidence is refused, and so is a policy that counts on one that is not there.
 * @faults FACE_PAD_UNMEASURED, FACE_POLICY_INVALID, FACE_POLICY_ALTERED, FACE_POLICY_EVIDENCE_MISSING, FACE_POLICY_EVIDENCE_OUTDATED,
 * FACE_POLICY_EVIDENCE_OF_OTHER_MODEL, FACE_POLICY_EVIDENCE_OF_OTHER_RULES, FACE_POLICY_EVIDENCE_TOO_SMALL, FACE_POLICY_THRESHOLD_OFF_CURVE
 */
export function parseFacePolicy(files: FacePolicyFiles, use: FacePolicyUse): Result<FacePolicy> {
  try {
    const policy = read(facePolicySchema, files.policy, '');
    if (policySeal(policy) !== policy.seal) throw new Refused('FACE_POLICY_ALTERED', 'policy');
    const recognition = readEvidence(recognitionEvidenceSchema, files.recognitionEvidence, 'recognition', policy);
    const liveness = readEvidence(livenessEvidenceSchema, files.livenessEvidence, 'liveness', policy);
    checkRecognition(policy, recognition, use);
    checkLiveness(policy, liveness, use.models);
    checkPassivePad(policy, files.passivePadEvidence, use);
    return ok(policy as FacePolicy);
  } catch (refused) {
    if (refused instanceof Refused) return err(faceFaults.fault(refused.code, { where: refused.where }));
    throw refused;
  }
}

function read<T>(schema: z.ZodType<T>, json: unknown, file: string): T {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new Refused('FACE_POLICY_INVALID', [...(file === '' ? [] : [file]), ...(parsed.error.issues[0]?.path ?? [])].join('.'));
}

function readEvidence<T>(schema: z.ZodType<T>, json: unknown, name: keyof FacePolicyFile['evidence'], policy: FacePolicyFile): T {
  if (json === undefined) throw new Refused('FACE_POLICY_EVIDENCE_MISSING', name);
  // Before it is read: what was edited is refused for that.
  if (contentSha256(json) !== policy.evidence[name]) throw new Refused('FACE_POLICY_ALTERED', name);
  return read(schema, json, name);
}

function checkRecognition({ embedder, thresholds }: FacePolicyFile, evidence: RecognitionEvidence, use: FacePolicyUse): void {
  for (const [measured, where] of [[embedder, 'policy'], [evidence.embedder, 'recognition']] as const) {
    if (measured.id !== use.embedder.id || measured.sha256 !== use.embedder.sha256) throw new Refused('FACE_POLICY_EVIDENCE_OF_OTHER_MODEL', `${where}.embedder`);
  }
  checkModels(evidence, 'recognition', use.models);
  if (evidence.date < use.embedder.released) throw new Refused('FACE_POLICY_EVIDENCE_OUTDATED', 'recognition');
  for (const name of ['comparisonScore', 'continuityScore'] as const) {
    const { value, curve: curveName, fmr } = thresholds[name];
    const curve = Object.hasOwn(evidence.curves, curveName) ? evidence.curves[curveName] : undefined;
    if (curve === undefined) throw new Refused('FACE_POLICY_EVIDENCE_MISSING', `recognition.curves.${curveName}`);
    if (!speaksOf(curve, fmr)) throw new Refused('FACE_POLICY_EVIDENCE_TOO_SMALL', `thresholds.${name}`);
    if (thresholdAtFmr(curve, fmr) !== value) throw new Refused('FACE_POLICY_THRESHOLD_OFF_CURVE', `thresholds.${name}`);
  }
}

function checkLiveness(policy: FacePolicyFile, evidence: LivenessEvidence, models: ModelsInForce): void {
  checkModels(evidence, 'liveness', models);
  if (evidence.livenessPartSha256 !== livenessPartSha256(policy)) throw new Refused('FACE_POLICY_EVIDENCE_OF_OTHER_RULES', 'liveness');
  if (evidence.bpcer.n < LEAST_HONEST) throw new Refused('FACE_POLICY_EVIDENCE_TOO_SMALL', 'liveness.bpcer');
  for (const name of TRIED_SPECIES) {
    const tried = evidence.species.find((one) => one.name === name);
    if (tried === undefined) throw new Refused('FACE_POLICY_EVIDENCE_MISSING', `liveness.species.${name}`);
    if (tried.apcer.n < LEAST_ATTACKS) throw new Refused('FACE_POLICY_EVIDENCE_TOO_SMALL', `liveness.species.${name}`);
  }
}

function checkPassivePad(policy: FacePolicyFile, json: unknown, { passivePad: network, models }: FacePolicyUse): void {
  const { passivePad: rules } = policy;
  if (network === undefined) {
    if (rules !== undefined) throw new Refused('FACE_POLICY_EVIDENCE_OF_OTHER_MODEL', 'policy.passivePad');
    return;
  }
  if (rules === undefined || json === undefined) throw new Refused('FACE_PAD_UNMEASURED', rules === undefined ? 'policy.passivePad' : 'passivePad');
  const evidence: PadEvidence = readEvidence(padEvidenceSchema, json, 'passivePad', policy);
  for (const [measured, where] of [[rules, 'policy.passivePad'], [evidence.network, 'passivePad.network']] as const) {
    if (measured.id !== network.id || measured.sha256 !== network.sha256) throw new Refused('FACE_POLICY_EVIDENCE_OF_OTHER_MODEL', where);
  }
  checkModels(evidence, 'passivePad', models);
  if (evidence.date < network.released) throw new Refused('FACE_POLICY_EVIDENCE_OUTDATED', 'passivePad');
  const limit = thresholdAtApcer(evidence, rules.attackScore.apcer);
  if (limit === undefined) throw new Refused('FACE_POLICY_EVIDENCE_TOO_SMALL', 'passivePad.attackScore');
  if (limit !== rules.attackScore.value) throw new Refused('FACE_POLICY_THRESHOLD_OFF_CURVE', 'passivePad.attackScore');
  if (rules.frames.value !== evidence.framesPerPresentation) throw new Refused('FACE_POLICY_THRESHOLD_OFF_CURVE', 'passivePad.frames');
}

function checkModels(evidence: Pick<RecognitionEvidence, 'models' | 'date'>, name: string, models: ModelsInForce): void {
  if (contentSha256(evidence.models) !== contentSha256(models.sha256)) throw new Refused('FACE_POLICY_EVIDENCE_OF_OTHER_MODEL', `${name}.models`);
  if (evidence.date < models.released) throw new Refused('FACE_POLICY_EVIDENCE_OUTDATED', name);
}

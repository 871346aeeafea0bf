import { afterEach, describe, expect, it, vi } from 'vitest';
import { shippedEmbedder } from '../embed/embedder-identity.ts';
import { contentSha256 } from './content-sha256.ts';
import policyFile from './face-policy.json' with { type: 'json' };
import { facePolicy } from './index.ts';
import livenessFile from './liveness-evidence.json' with { type: 'json' };
import { livenessPartSha256 } from './liveness-part.ts';
import { modelsInForce } from './models-in-force.ts';
import { type FacePolicyUse, parseFacePolicy } from './parse-face-policy.ts';
import { policySeal } from './policy-seal.ts';
import recognitionFile from './recognition-evidence.json' with { type: 'json' };

const use: FacePolicyUse = { embedder: shippedEmbedder, models: modelsInForce, passivePad: undefined };
type Files = { policy: typeof policyFile; recognition: typeof recognitionFile; liveness: typeof livenessFile };

/** Refused with which code and where; `undefined`: taken. */
const refusal = (policy: unknown, recognitionEvidence: unknown = recognitionFile, livenessEvidence: unknown = livenessFile, by = use): unknown => {
  const result = parseFacePolicy({ policy, recognitionEvidence, livenessEvidence }, by);
  return result.ok ? undefined : `${result.fault.code} ${String(result.fault.detail['where'])}`;
};

/** As the operator's own tool would seal it after a change: what is refused then is refused for itself and not for the seal. */
function sealed(change: (files: Files) => void): readonly [unknown, unknown, unknown] {
  const files: Files = structuredClone({ policy: policyFile, recognition: recognitionFile, liveness: livenessFile });
  change(files);
  files.policy.evidence = { recognition: contentSha256(files.recognition), liveness: contentSha256(files.liveness) };
  files.policy.seal = policySeal(files.policy);
  return [files.policy, files.recognition, files.liveness];
}

describe('the face policy', () => {
  it('that ships is taken, also when it is sealed again without a change', () => {
    expect(facePolicy.version).toBe(policyFile.version);
    expect(refusal(policyFile)).toBeUndefined();
    expect(refusal(...sealed(() => {}))).toBeUndefined();
  });

  it('is refused when a threshold has no evidence, or evidence without a number', () => {
    const { evidence: _, ...bare } = policyFile.thresholds.turnYawDeg;
    expect(refusal({ ...policyFile, thresholds: { ...policyFile.thresholds, turnYawDeg: bare } })).toBe('FACE_POLICY_INVALID thresholds.turnYawDeg.evidence');
    expect(refusal(...sealed(({ policy }) => (policy.thresholds.turnYawDeg.evidence.errors = [])))).toBe('FACE_POLICY_INVALID thresholds.turnYawDeg.evidence.errors');
  });

  it('is refused when something is missing, unknown or of another type: there are no defaults', () => {
    const { parallaxResidual: _, ...less } = policyFile.thresholds;
    expect(refusal({ ...policyFile, thresholds: less })).toBe('FACE_POLICY_INVALID thresholds.parallaxResidual');
    expect(refusal({ ...policyFile, lenient: true })).toMatch(/^FACE_POLICY_INVALID/);
    expect(refusal({ ...policyFile, thresholds: { ...policyFile.thresholds, turnYawDeg: { ...policyFile.thresholds.turnYawDeg, value: '25' } } })).toMatch(/^FACE_POLICY_INVALID/);
    for (const json of [null, 'x', [], {}]) expect(refusal(json)).toMatch(/^FACE_POLICY_INVALID/);
    expect(refusal(...sealed(({ recognition }) => Object.assign(recognition, { lenient: true })))).toMatch(/^FACE_POLICY_INVALID recognition/);
    expect(refusal(...sealed(({ liveness }) => (liveness.species = [])))).toBe('FACE_POLICY_INVALID liveness.species');
  });
});

describe('a policy and the evidence behind it', () => {
  it('edited by hand is refused, formatted anew is not', () => {
    const lowered = structuredClone(policyFile);
    lowered.thresholds.parallaxResidual.value /= 2;
    expect(refusal(lowered)).toBe('FACE_POLICY_ALTERED policy');
    const praised = structuredClone(recognitionFile);
    praised.limits = 'None.';
    expect(refusal(policyFile, praised)).toBe('FACE_POLICY_ALTERED recognition');
    const untried = structuredClone(livenessFile);
    untried.bpcer.value = 0;
    untried.bpcer.n += 1;
    expect(refusal(policyFile, recognitionFile, untried)).toBe('FACE_POLICY_ALTERED liveness');
    const reversed = (json: object): unknown => Object.fromEntries(Object.entries(json).reverse());
    expect(refusal(reversed(policyFile), reversed(recognitionFile), reversed(livenessFile))).toBeUndefined();
  });

  it('without its evidence is refused', () => {
    const parse = (over: object) => parseFacePolicy({ policy: policyFile, recognitionEvidence: recognitionFile, livenessEvidence: livenessFile, ...over }, use);
    expect(parse({ recognitionEvidence: undefined })).toMatchObject({ fault: { code: 'FACE_POLICY_EVIDENCE_MISSING', detail: { where: 'recognition' } } });
    expect(parse({ livenessEvidence: undefined })).toMatchObject({ fault: { code: 'FACE_POLICY_EVIDENCE_MISSING', detail: { where: 'liveness' } } });
    expect(parse({})).toMatchObject({ ok: true });
    expect(refusal(...sealed(({ policy }) => (policy.thresholds.comparisonScore.curve = 'constructor')))).toBe('FACE_POLICY_EVIDENCE_MISSING recognition.curves.constructor');
  });

  it('whose evidence is older than the model is refused, of the same day is not', () => {
    const released = (day: string) => ({ ...use, embedder: { ...shippedEmbedder, released: day } });
    expect(refusal(policyFile, recognitionFile, livenessFile, released('2999-01-01'))).toBe('FACE_POLICY_EVIDENCE_OUTDATED recognition');
    expect(refusal(policyFile, recognitionFile, livenessFile, released(recognitionFile.date))).toBeUndefined();
    expect(refusal(...sealed(({ recognition }) => (recognition.date = '2026-11-21')))).toBe('FACE_POLICY_EVIDENCE_OUTDATED recognition');
    expect(refusal(...sealed(({ liveness }) => (liveness.date = '2026-11-21')))).toBe('FACE_POLICY_EVIDENCE_OUTDATED liveness');
  });

  it('whose evidence is of another embedder or network is refused', () => {
    const other = '0'.repeat(64);
    expect(refusal(...sealed(({ recognition }) => (recognition.embedder.id = 'fusion-v0')))).toBe('FACE_POLICY_EVIDENCE_OF_OTHER_MODEL recognition.embedder');
    expect(refusal(...sealed(({ recognition }) => (recognition.embedder.sha256 = other)))).toBe('FACE_POLICY_EVIDENCE_OF_OTHER_MODEL recognition.embedder');
    expect(refusal(...sealed(({ policy }) => (policy.embedder.sha256 = other)))).toBe('FACE_POLICY_EVIDENCE_OF_OTHER_MODEL policy.embedder');
    expect(refusal(...sealed(({ recognition }) => (recognition.models.mesh = other)))).toBe('FACE_POLICY_EVIDENCE_OF_OTHER_MODEL recognition.models');
    expect(refusal(...sealed(({ liveness }) => (liveness.models.iris = other)))).toBe('FACE_POLICY_EVIDENCE_OF_OTHER_MODEL liveness.models');
    expect(refusal(policyFile, recognitionFile, livenessFile, { ...use, embedder: { ...shippedEmbedder, sha256: other } })).toBe('FACE_POLICY_EVIDENCE_OF_OTHER_MODEL policy.embedder');
  });

  it('whose attacks were tried under other rules is refused, stricter ones too, and is taken when they were tried under these', () => {
    const tightened = (measuredAgain: boolean) => sealed(({ policy, liveness }) => {
      policy.thresholds.turnYawDeg.value += 1;
      if (measuredAgain) liveness.livenessPartSha256 = livenessPartSha256(policy as never);
    });
    expect(refusal(...tightened(false))).toBe('FACE_POLICY_EVIDENCE_OF_OTHER_RULES liveness');
    expect(refusal(...tightened(true))).toBeUndefined();
    expect(refusal(...sealed(({ liveness }) => Object.assign(liveness, { measuredUnder: 'anEarlierPolicy' })))).toMatch(/^FACE_POLICY_INVALID liveness/);
  });

  it('is refused when an attack of the catalogue was not tried, or it or honest people too seldom', () => {
    for (const [at, { name }] of livenessFile.species.entries()) {
      expect(refusal(...sealed(({ liveness }) => liveness.species.splice(at, 1)))).toBe(`FACE_POLICY_EVIDENCE_MISSING liveness.species.${name}`);
      expect(refusal(...sealed(({ liveness }) => (liveness.species[at]!.apcer.n = 299)))).toBe(`FACE_POLICY_EVIDENCE_TOO_SMALL liveness.species.${name}`);
    }
    expect(refusal(...sealed(({ liveness }) => (liveness.bpcer.n = 499)))).toBe('FACE_POLICY_EVIDENCE_TOO_SMALL liveness.bpcer');
    expect(refusal(...sealed(({ liveness }) => (liveness.bpcer.n = 501)))).toBeUndefined();
  });

  it('lets no more than one stranger in ten thousand pass the comparison', () => {
    const asking = (name: 'comparisonScore' | 'continuityScore', fmr: number) => sealed(({ policy, recognition }) => {
      const limit = policy.thresholds[name];
      Object.assign(limit, { fmr, value: recognition.curves.single.points.find((point) => point.fmr.value <= fmr)!.threshold });
    });
    expect(refusal(...asking('comparisonScore', 0.00011))).toBe('FACE_POLICY_INVALID thresholds.comparisonScore.fmr');
    expect(refusal(...asking('comparisonScore', 0.0001))).toBeUndefined();
    expect(refusal(...asking('comparisonScore', 0.00005))).toBeUndefined();
    expect(refusal(...asking('continuityScore', 0.011))).toBe('FACE_POLICY_INVALID thresholds.continuityScore.fmr');
  });

  it('whose limit is not where the curve meets the rate is refused, higher as well as lower', () => {
    for (const by of [-0.5, 0.001]) expect(refusal(...sealed(({ policy }) => (policy.thresholds.comparisonScore.value += by)))).toBe('FACE_POLICY_THRESHOLD_OFF_CURVE thresholds.comparisonScore');
    expect(refusal(...sealed(({ policy }) => (policy.thresholds.continuityScore.fmr = 0.0001)))).toBe('FACE_POLICY_THRESHOLD_OFF_CURVE thresholds.continuityScore');
  });

  it('for level high needs more comparisons than the shipped evidence has, and is taken with them', () => {
    const high = (impostors: number) => sealed(({ policy, recognition }) => {
      const rate = (value: number) => ({ n: impostors, value, interval95: [value, value] });
      const [first] = recognition.curves.single.points;
      recognition.curves.single.points = [0.001, 0.0001, 0.00001].map((value, i) => ({ ...first!, threshold: 5 + i, fmr: rate(value) }));
      Object.assign(policy.thresholds.comparisonScore, { fmr: 1e-5, value: 7, curve: 'single' });
      Object.assign(policy.thresholds.continuityScore, { fmr: 1e-3, value: 5, curve: 'single' });
    });
    expect(refusal(...high(1_317_876))).toBe('FACE_POLICY_EVIDENCE_TOO_SMALL thresholds.comparisonScore');
    expect(refusal(...high(3_000_000))).toBeUndefined();
  });
});

describe('what imports the policy', () => {
  afterEach(() => {
    vi.doUnmock('./face-policy.json');
    vi.resetModules();
  });

  it('does not start with a file that was edited by hand', async () => {
    vi.resetModules();
    vi.doMock('./face-policy.json', () => ({ default: { ...policyFile, version: 'face-lenient' } }));
    await expect(import('./index.ts')).rejects.toThrow('FACE_POLICY_ALTERED (policy)');
  });

  it('starts with the file that ships', async () => {
    vi.resetModules();
    await expect(import('./index.ts')).resolves.toMatchObject({ facePolicy: { version: policyFile.version } });
  });
});

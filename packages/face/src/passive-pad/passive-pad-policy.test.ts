import { describe, expect, it } from 'vitest';
import { shippedEmbedder } from '../embed/embedder-identity.ts';
import { measureRate } from '../evaluate/measure-rate.ts';
import { padCurve } from '../evaluate/pad-curve.ts';
import policyFile from '../policy/face-policy.json' with { type: 'json' };
import { type FacePolicyFile, facePolicySchema } from '../policy/face-policy.ts';
import { livenessEvidence, recognitionEvidence } from '../policy/evidence.ts';
import { facePolicy } from '../policy/index.ts';
import { modelsInForce } from '../policy/models-in-force.ts';
import { parseFacePolicy } from '../policy/parse-face-policy.ts';
import { policySeal } from '../policy/policy-seal.ts';
import { sealFacePolicy } from '../policy/seal-face-policy.ts';
import { type PadEvidence, padEvidenceSchema, thresholdAtApcer } from './pad-evidence.ts';

const NETWORK = { id: 'pad-v1', sha256: 'a'.repeat(64), released: '2026-11-01' };
const scores = (n: number, from: number): number[] => Array.from({ length: n }, (_, i) => from + i / n);
const evidenceOf = (over: Partial<PadEvidence> = {}): PadEvidence =>
  padEvidenceSchema.parse({
    network: { id: NETWORK.id, sha256: NETWORK.sha256 },
    models: modelsInForce.sha256,
    date: '2026-11-27',
    dataSet: 'numbers',
    method: 'Made up.',
    command: 'this test',
    framesPerPresentation: 3,
    nonResponse: { bonaFide: measureRate(0, 200), attacks: measureRate(0, 300) },
    points: padCurve({ bonaFide: scores(200, -1), attacks: new Map([['print', scores(150, 1)], ['screen', scores(150, -0.02)]]) }),
    limits: 'Numbers.',
    ...over,
  });

const asked = facePolicySchema.parse(policyFile);
const seal = (evidence: PadEvidence): FacePolicyFile => sealFacePolicy(asked, { recognition: recognitionEvidence, liveness: livenessEvidence }, { evidence, apcer: 0.03 });
const resealed = (policy: FacePolicyFile): FacePolicyFile => ({ ...policy, seal: policySeal(policy) });
const refusal = (policy: unknown, passivePadEvidence: unknown, network: typeof NETWORK | 'none' = NETWORK): unknown => {
  const parsed = parseFacePolicy({ policy, recognitionEvidence, livenessEvidence, passivePadEvidence }, { embedder: shippedEmbedder, models: modelsInForce, passivePad: network === 'none' ? undefined : network });
  return parsed.ok ? undefined : `${parsed.fault.code} ${String(parsed.fault.detail['where'])}`;
};

describe('the limit of an attack score', () => {
  it('is the highest at which the worst species stays below the rate, interval and all', () => {
    const { points } = evidenceOf();
    const limit = thresholdAtApcer(evidenceOf(), 0.05)!;
    const at = points.findIndex(({ threshold }) => threshold === limit);
    const highs = (i: number): number[] => Object.values(points[i]!.apcer).map(({ interval95 }) => interval95[1]);
    expect(Math.max(...highs(at))).toBeLessThanOrEqual(0.05);
    expect(Math.max(...highs(at + 1))).toBeGreaterThan(0.05);
    // The better species alone would allow a higher one.
    expect(points[at]!.apcer['print']!.value).toBe(0);
  });

  it('is none where too little was measured for the rate', () => {
    expect(thresholdAtApcer(evidenceOf(), 0.02)).toBeUndefined();
    expect(() => sealFacePolicy(asked, { recognition: recognitionEvidence, liveness: livenessEvidence }, { evidence: evidenceOf(), apcer: 0.02 })).toThrow(RangeError);
  });

  it('counts what is not a number as refused', () => {
    const points = padCurve({ bonaFide: [0, Number.NaN], attacks: new Map([['print', [1, Number.NaN]]]) });
    expect(points.map(({ threshold, bpcer, apcer }) => [threshold, bpcer.value, apcer['print']!.value])).toEqual([[0, 1, 0], [1, 0.5, 0]]);
  });
});

describe('a policy with a passive network', () => {
  it('is taken with the evidence that it was sealed with; the one that ships has none', () => {
    expect(refusal(seal(evidenceOf()), evidenceOf())).toBeUndefined();
    expect(facePolicy.passivePad).toBeUndefined();
    expect(sealFacePolicy(seal(evidenceOf()), { recognition: recognitionEvidence, liveness: livenessEvidence })).toEqual(asked);
  });

  it('does not start a network without evidence, or with none for this policy', () => {
    expect(refusal(asked, evidenceOf())).toBe('FACE_PAD_UNMEASURED policy.passivePad');
    expect(refusal(seal(evidenceOf()), undefined)).toBe('FACE_PAD_UNMEASURED passivePad');
  });

  it('is refused without the network that it counts on', () => {
    expect(refusal(seal(evidenceOf()), evidenceOf(), 'none')).toBe('FACE_POLICY_EVIDENCE_OF_OTHER_MODEL policy.passivePad');
    expect(refusal(asked, undefined, 'none')).toBeUndefined();
  });

  it('is refused when the evidence is another network’s, older, edited, or not on the policy’s limit', () => {
    const other = { ...NETWORK, id: 'pad-v2' };
    expect(refusal(seal(evidenceOf()), evidenceOf(), other)).toBe('FACE_POLICY_EVIDENCE_OF_OTHER_MODEL policy.passivePad');
    expect(refusal(seal(evidenceOf()), evidenceOf(), { ...NETWORK, sha256: 'b'.repeat(64) })).toBe('FACE_POLICY_EVIDENCE_OF_OTHER_MODEL policy.passivePad');
    const before = evidenceOf({ date: '2026-11-22' });
    expect(refusal(seal(before), before, { ...NETWORK, released: '2026-11-23' })).toBe('FACE_POLICY_EVIDENCE_OUTDATED passivePad');
    expect(refusal(seal(evidenceOf()), { ...evidenceOf(), limits: 'None.' })).toBe('FACE_POLICY_ALTERED passivePad');
    const otherModels = evidenceOf({ models: { ...modelsInForce.sha256, mesh: '0'.repeat(64) } });
    expect(refusal(seal(otherModels), otherModels)).toBe('FACE_POLICY_EVIDENCE_OF_OTHER_MODEL passivePad.models');
    const policy = seal(evidenceOf());
    const rules = policy.passivePad!;
    expect(refusal({ ...policy, passivePad: { ...rules, attackScore: { ...rules.attackScore, value: 9 } } }, evidenceOf())).toBe('FACE_POLICY_ALTERED policy');
    expect(refusal(resealed({ ...policy, passivePad: { ...rules, attackScore: { ...rules.attackScore, value: 9 } } }), evidenceOf())).toBe('FACE_POLICY_THRESHOLD_OFF_CURVE passivePad.attackScore');
    expect(refusal(resealed({ ...policy, passivePad: { ...rules, attackScore: { ...rules.attackScore, apcer: 0.001 } } }), evidenceOf())).toBe('FACE_POLICY_EVIDENCE_TOO_SMALL passivePad.attackScore');
    expect(refusal(resealed({ ...policy, passivePad: { ...rules, frames: { ...rules.frames, value: 2 } } }), evidenceOf())).toBe('FACE_POLICY_THRESHOLD_OFF_CURVE passivePad.frames');
    expect(refusal(resealed({ ...policy, passivePad: rules, evidence: { recognition: policy.evidence.recognition, liveness: policy.evidence.liveness } }), evidenceOf())).toBe('FACE_POLICY_INVALID evidence.passivePad');
  });
});

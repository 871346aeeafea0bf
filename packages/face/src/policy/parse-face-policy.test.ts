import { describe, expect, it } from 'vitest';
import file from './face-policy.json' with { type: 'json' };
import { facePolicy, parseFacePolicy } from './index.ts';

const refusedAt = (json: unknown): unknown => {
  const result = parseFacePolicy(json);
  return result.ok ? undefined : { code: result.fault.code, where: result.fault.detail['where'] };
};

describe('the face policy', () => {
  it('that ships is valid', () => {
    expect(facePolicy.version).toBe(file.version);
    expect(facePolicy.thresholds.comparisonScore.evidence.errors.map((e) => e.rate)).toEqual(['fmr', 'fnmr']);
  });

  it('is refused when a threshold has no evidence, or evidence without a number', () => {
    const { evidence: _, ...bare } = file.thresholds.comparisonScore;
    expect(refusedAt({ ...file, thresholds: { ...file.thresholds, comparisonScore: bare } })).toEqual({ code: 'FACE_POLICY_INVALID', where: 'thresholds.comparisonScore.evidence' });
    const empty = { ...file.thresholds.turnYawDeg, evidence: { ...file.thresholds.turnYawDeg.evidence, errors: [] } };
    expect(refusedAt({ ...file, thresholds: { ...file.thresholds, turnYawDeg: empty } })).toMatchObject({ code: 'FACE_POLICY_INVALID' });
  });

  it('is refused when something is missing, unknown or of another type: there are no defaults', () => {
    const { parallaxResidual: _, ...less } = file.thresholds;
    expect(refusedAt({ ...file, thresholds: less })).toEqual({ code: 'FACE_POLICY_INVALID', where: 'thresholds.parallaxResidual' });
    expect(refusedAt({ ...file, lenient: true })).toMatchObject({ code: 'FACE_POLICY_INVALID' });
    expect(refusedAt({ ...file, thresholds: { ...file.thresholds, turnYawDeg: { ...file.thresholds.turnYawDeg, value: '25' } } })).toMatchObject({ code: 'FACE_POLICY_INVALID' });
    for (const json of [null, 'x', [], {}]) expect(refusedAt(json)).toMatchObject({ code: 'FACE_POLICY_INVALID' });
  });
});

import { describe, expect, it } from 'vitest';
import policyFile from './face-policy.json' with { type: 'json' };
import { facePolicySchema } from './face-policy.ts';
import livenessFile from './liveness-evidence.json' with { type: 'json' };
import { livenessEvidenceSchema } from './liveness-evidence.ts';
import recognitionFile from './recognition-evidence.json' with { type: 'json' };
import { recognitionEvidenceSchema } from './recognition-evidence.ts';
import { sealFacePolicy } from './seal-face-policy.ts';
import { thresholdAtFmr } from './threshold-at-fmr.ts';

const policy = facePolicySchema.parse(policyFile);
const recognition = recognitionEvidenceSchema.parse(recognitionFile);
const liveness = livenessEvidenceSchema.parse(livenessFile);

describe('sealFacePolicy', () => {
  it('changes nothing in the policy that ships', () => {
    expect(sealFacePolicy(policy, { recognition, liveness })).toEqual(policy);
  });

  it('sets every score where the curve meets the rate, whatever was typed', () => {
    const typed = structuredClone(policy);
    typed.thresholds.comparisonScore.value = -100;
    expect(sealFacePolicy(typed, { recognition, liveness })).toEqual(policy);
  });

  it('seals no rate that the curve does not reach, and no curve that is not there', () => {
    for (const change of [{ fmr: 1e-9 }, { curve: 'other' }]) {
      const asked = structuredClone(policy);
      Object.assign(asked.thresholds.comparisonScore, change);
      expect(() => sealFacePolicy(asked, { recognition, liveness })).toThrow(RangeError);
    }
  });
});

describe('thresholdAtFmr', () => {
  const rate = (value: number) => ({ n: 1000, value, interval95: [value, value] as [number, number] });
  const curve = { comparison: 'made up', points: [0.1, 0.01, 0.001].map((fmr, i) => ({ threshold: i, fmr: rate(fmr), fnmr: rate(0.1) })) };

  it('is the lowest one that lets through no more than asked', () => {
    expect([0.5, 0.1, 0.05, 0.01, 0.001].map((fmr) => thresholdAtFmr(curve, fmr))).toEqual([0, 0, 1, 1, 2]);
    expect(thresholdAtFmr(curve, 0.0009)).toBeUndefined();
  });
});

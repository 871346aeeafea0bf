import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { errorCurve } from './error-curve.ts';
import { operatingPoints, thresholdAt } from './operating-points.ts';
import type { LabelledScores } from './scores.ts';

const random = (): (() => number) => {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
};
const labelled = (genuine: readonly number[], impostor: readonly number[]): LabelledScores => ({ genuine: Float64Array.from(genuine), genuinePerson: Int32Array.from(genuine.keys()), impostor: Float64Array.from(impostor) });

describe('operating points', () => {
  it('lets exactly as many strangers through as the rate allows', () => {
    const impostors = Float64Array.from({ length: 1000 }, (_, i) => i);
    expect(impostors.filter((score) => score >= thresholdAt(impostors, 1e-2)).length).toBe(10);
    expect(impostors.filter((score) => score >= thresholdAt(impostors, 1e-3)).length).toBe(1);
    expect(impostors.filter((score) => score >= thresholdAt(impostors, 1e-4)).length).toBe(0);
  });

  it('never lets more through, whatever the scores, equal ones among them', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 60 }), fc.constantFrom(0, 0.01, 0.1, 0.5), (scores, fmr) => {
        const impostors = Float64Array.from(scores).toSorted();
        expect(impostors.filter((score) => score >= thresholdAt(impostors, fmr)).length).toBeLessThanOrEqual(fmr * scores.length);
      }),
    );
  });

  it('counts who passes, with an interval around it that people, not pairs, make narrow', () => {
    const impostor = Array.from({ length: 100 }, (_, i) => i / 100);
    const scores = labelled([2, 2, 2, 0.5], impostor);
    const [many] = operatingPoints(scores, [1e-2], random());
    expect(many).toMatchObject({ fmr: 1e-2, tar: 0.75 });
    expect(many!.low).toBeLessThan(0.75);
    expect(many!.high).toBe(1);
    // All four of one person: nobody else says anything, and there is nothing to draw from but that one.
    const [one] = operatingPoints({ ...scores, genuinePerson: Int32Array.from([7, 7, 7, 7]) }, [1e-2], random());
    expect(one).toMatchObject({ tar: 0.75, low: 0.75, high: 0.75 });
  });
});

describe('error curve', () => {
  it('rises in thresholds, falls in strangers, and says both rates as they are at each threshold', () => {
    const draw = random();
    const scores = labelled(Array.from({ length: 200 }, () => 3 + draw()), Array.from({ length: 5000 }, () => 3.5 * draw()));
    const curve = errorCurve(scores);
    expect(curve.length).toBeGreaterThan(10);
    for (const [i, { threshold, fmr, fnmr }] of curve.entries()) {
      expect(fmr.value).toBe(scores.impostor.filter((score) => score >= threshold).length / 5000);
      expect(fnmr.value).toBe(scores.genuine.filter((score) => score < threshold).length / 200);
      expect(fmr.interval95[0]).toBeLessThanOrEqual(fmr.value);
      if (i > 0) expect(threshold).toBeGreaterThan(curve[i - 1]!.threshold);
      if (i > 0) expect(fmr.value).toBeLessThanOrEqual(curve[i - 1]!.fmr.value);
    }
    // Three expected strangers of five thousand: the curve ends there.
    expect(curve.at(-1)!.fmr.value).toBeGreaterThanOrEqual(0.0004);
  });
});

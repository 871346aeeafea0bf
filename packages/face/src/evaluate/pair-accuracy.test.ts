import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawFolds } from './draw-folds.ts';
import { pairAccuracy } from './pair-accuracy.ts';

describe('pair accuracy', () => {
  it('is one where scores separate, and a half where they say nothing', () => {
    const clean = { genuine: [3, 4, 5], impostor: [0, 1, 2] };
    expect(pairAccuracy([clean, clean, clean])).toEqual({ accuracy: 1, se: 0 });
    const equal = { genuine: [1, 1, 1], impostor: [1, 1, 1] };
    expect(pairAccuracy([equal, equal])).toEqual({ accuracy: 0.5, se: 0 });
  });

  it('judges a fold by the threshold of the others, not by its own', () => {
    const fold = { genuine: [3], impostor: [1] };
    const other = { genuine: [13], impostor: [11] };
    // Each threshold takes all of the other fold for one kind.
    expect(pairAccuracy([fold, other])).toEqual({ accuracy: 0.5, se: 0 });
  });
});

describe('folds', () => {
  const random = (seed: number): (() => number) => {
    let state = seed;
    return () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state / 2 ** 32;
    };
  };

  it('have nobody in two of them, no pair twice, as many of one kind as of the other, and come again from the seed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), (seed) => {
        const photographs = Array.from({ length: 120 }, (_, i) => 1 + (i % 5));
        const folds = drawFolds(photographs, random(seed));
        expect(folds).toEqual(drawFolds(photographs, random(seed)));
        expect(folds).toHaveLength(10);
        const peopleOf = folds.map(({ genuine, impostor }) => new Set([...genuine, ...impostor].flat().map(([person]) => person)));
        for (const [i, people] of peopleOf.entries()) for (const other of peopleOf.slice(i + 1)) expect([...people].filter((person) => other.has(person))).toEqual([]);
        for (const { genuine, impostor } of folds) {
          expect(genuine.length).toBe(impostor.length);
          expect(genuine.every(([[p, i], [q, j]]) => p === q && i !== j)).toBe(true);
          expect(impostor.every(([[p], [q]]) => p !== q)).toBe(true);
          expect(new Set(genuine.map(String)).size).toBe(genuine.length);
        }
      }),
      { numRuns: 20 },
    );
  });
});

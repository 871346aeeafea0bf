import { describe, expect, it } from 'vitest';
import type { Embedding } from '../embed/embedder.ts';
import type { EmbeddedPhotograph } from './create-photograph-embedder.ts';
import { crossValidateFusion, fitWeight, partScores } from './fit-fusion.ts';
import { scoreHistogram } from './score-histogram.ts';
import { scoreAgainstMeans, scorePhotographs } from './scores.ts';

/** Faces on a line: two that are d apart score −d. */
const line = {
  compare: ([a]: Embedding, [b]: Embedding): number => -Math.abs(a![0]! - b![0]!),
  average: (all: readonly Embedding[]): Embedding => [Float32Array.of(all.reduce((sum, [at]) => sum + at![0]!, 0) / all.length)],
};
const person = (...places: number[]): EmbeddedPhotograph[] => places.map((place) => ({ reference: [Float32Array.of(place)], probe: [Float32Array.of(place)] }));

describe('scores of labelled photographs', () => {
  it('pairs each person with themselves in all ways, and every two people once', () => {
    const { genuine, genuinePerson, impostor } = scorePhotographs([person(0, 1, 3), person(10), person(20, 21), []], line);
    expect([...genuine]).toEqual([-1, -3, -2, -1]);
    expect([...genuinePerson]).toEqual([0, 0, 0, 2]);
    expect([...impostor]).toEqual([-10, -20, -10]);
  });

  it('holds one photograph against the mean of exactly k others, leaving out who has fewer', () => {
    const { genuine, impostor } = scoreAgainstMeans([person(0, 2, 4, 100), person(10, 10)], 2, line);
    expect([...genuine]).toEqual([-3, -0, -3]);
    expect([...impostor]).toEqual([-9]);
  });

  it('takes the one as the reference and the other as the probe, as each was embedded', () => {
    const people: EmbeddedPhotograph[][] = [person(0, 5).map((p) => ({ ...p, probe: [Float32Array.of(p.probe[0]![0]! + 100)] })), person(1)];
    expect([...scorePhotographs(people, line).genuine]).toEqual([-105]);
    expect([...scoreAgainstMeans(people, 1, line).genuine]).toEqual([-105, -95]);
    expect([...scoreAgainstMeans(people, 1, line).impostor]).toEqual([-99]);
  });

  it('spreads all scores over the histogram', () => {
    const histogram = scoreHistogram(scorePhotographs([person(0, 1, 3), person(10), person(20, 21)], line));
    expect(histogram.genuine.reduce((a, b) => a + b)).toBeCloseTo(1, 3);
    expect(histogram.impostor.reduce((a, b) => a + b)).toBeCloseTo(1, 3);
  });
});

describe('fitting a fusion', () => {
  const parts = (genuine: [number[], number[]], impostor: [number[], number[]]) => ({
    genuine: [Float64Array.from(genuine[0]), Float64Array.from(genuine[1])] as const,
    impostor: [Float64Array.from(impostor[0]), Float64Array.from(impostor[1])] as const,
  });

  it('gives a network weight when it helps and none when it only disturbs', () => {
    // The second says what the first can't.
    expect(fitWeight(parts([[1, 1], [5, 5]], [[1, 1], [0, 0]]), 0).weight).toBeGreaterThan(0);
    // The second says the opposite of the truth.
    expect(fitWeight(parts([[5, 5], [0, 0]], [[1, 1], [9, 9]]), 0)).toMatchObject({ accepted: 2 });
    expect(fitWeight(parts([[5, 5], [0, 0]], [[1, 1], [9, 9]]), 0).weight).toBeLessThan(0.5);
  });

  it('judges each person by what was fitted on others', () => {
    const asked: (readonly number[])[] = [];
    const people = [person(0, 0), person(9, 9), person(20, 20), person(29, 29)];
    const result = crossValidateFusion(2, 0, (folds) => {
      asked.push(folds);
      const these = people.filter((_, i) => folds.includes(i % 2));
      return partScores(scorePhotographs(these, line), scorePhotographs(these, line));
    });
    expect(asked).toEqual([[1], [0], [0], [1]]);
    expect(result).toMatchObject({ folds: 2, tar: 1, fmr: 0, genuine: 4, impostor: 2 });
  });
});

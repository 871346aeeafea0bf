import { describe, expect, it } from 'vitest';
import type { Embedder, Embedding } from '../embed/embedder.ts';
import { facePolicy } from '../policy/index.ts';
import { compareToPortrait } from './compare-to-portrait.ts';
import { isSameFace } from './is-same-face.ts';

/** Faces on a line: two that are `d` apart score 12 − d. */
const embedder: Embedder = {
  id: 'line',
  sha256: '',
  licence: '',
  released: '',
  embed: () => Promise.reject(new Error('not used')),
  average: (all) => [Float32Array.of(all.reduce((sum, [at]) => sum + at![0]!, 0) / all.length)],
  compare: ([a], [b]) => 12 - Math.abs(a![0]! - b![0]!),
};
const faceAt = (place: number): Embedding => [Float32Array.of(place)];
const faces = (...places: number[]): Embedding[] => places.map(faceAt);

const { comparisonScore, continuityScore } = facePolicy.thresholds;
/** Alike enough to go on, not enough to be the portrait's. */
const LOOKALIKE = 12 - (comparisonScore.value + continuityScore.value) / 2;
const STRANGER = 12;

describe('compareToPortrait', () => {
  const compare = (beginning: readonly Embedding[], afterTasks: readonly Embedding[]) => compareToPortrait({ embedder, policy: facePolicy, reference: faceAt(0), probes: { beginning, afterTasks } });

  it('passes the holder', () => {
    expect(compare(faces(0, 1, 1), faces(1, 0, 2, 1))).toEqual({ check: 'comparison', status: 'pass' });
  });

  it('does not let the holder’s picture at the beginning carry a lookalike who does the tasks, nor the other way round', () => {
    const refused = { check: 'comparison', status: 'fail', code: 'FACE_COMPARISON_BELOW_THRESHOLD' };
    const [holder, lookalike] = [faces(0, 0, 0, 0), faces(LOOKALIKE, LOOKALIKE, LOOKALIKE, LOOKALIKE)];
    expect(compare(holder, lookalike)).toEqual(refused);
    expect(compare(lookalike, holder)).toEqual(refused);
  });

  it('wants enough frames of both ends', () => {
    const refused = { check: 'comparison', status: 'fail', code: 'FACE_TOO_FEW_FRAMES' };
    expect(compare(faces(0, 0, 0), faces(0, 0))).toEqual(refused);
    expect(compare(faces(0, 0), faces(0, 0, 0))).toEqual(refused);
  });
});

describe('isSameFace', () => {
  const same = (first: readonly Embedding[], view: number): boolean => isSameFace({ embedder, policy: facePolicy, first, view: faceAt(view) });

  it('knows the face of the beginning again', () => {
    expect(same(faces(0, 1, 0), 1)).toBe(true);
    expect(same(faces(0, 1, 0), STRANGER)).toBe(false);
    expect(same([], 0)).toBe(false);
  });

  it('takes no view for the same that is unlike one frame of the beginning, whatever their mean', () => {
    expect(same(faces(0, 0, STRANGER), 0)).toBe(false);
  });
});

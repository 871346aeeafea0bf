import { describe, expect, it } from 'vitest';
import type { Embedder, Embedding } from '../embed/embedder.ts';
import { facePolicy } from '../policy/index.ts';
import type { Probe } from './choose-probes.ts';
import { compareToPortrait } from './compare-to-portrait.ts';
import { isSameFace } from './is-same-face.ts';

/** Faces on a line: two that are `d` apart score 12 − d. */
const embedder: Embedder = {
  id: 'line',
  sha256: '',
  licence: '',
  released: '',
  embed: () => Promise.reject(new Error('not used')),
  average: (all, weights = all.map(() => 1)) => [Float32Array.of(all.reduce((sum, [at], i) => sum + at![0]! * weights[i]!, 0) / weights.reduce((sum, w) => sum + w, 0))],
  compare: ([a], [b]) => 12 - Math.abs(a![0]! - b![0]!),
};
const faceAt = (place: number): Embedding => [Float32Array.of(place)];
const faces = (...places: number[]): Embedding[] => places.map(faceAt);

const { comparisonScore, continuityScore } = facePolicy.thresholds;
/** Alike enough to go on, not enough to be the portrait's. */
const LOOKALIKE = 12 - (comparisonScore.value + continuityScore.value) / 2;
const STRANGER = 12;

describe('compareToPortrait', () => {
  const good = (frames: readonly Embedding[]): Probe[] => frames.map((embedding) => ({ embedding, weight: 0.8 }));
  const of = (beginning: readonly Probe[], afterTasks: readonly Probe[]) => compareToPortrait({ embedder, policy: facePolicy, reference: faceAt(0), probes: { beginning, afterTasks } });
  const compare = (beginning: readonly Embedding[], afterTasks: readonly Embedding[]) => of(good(beginning), good(afterTasks));

  const acquired = { check: 'acquisition', status: 'pass' };
  const passes = [acquired, { check: 'comparison', status: 'pass' }];
  const differs = [acquired, { check: 'comparison', status: 'fail', code: 'FACE_COMPARISON_BELOW_THRESHOLD' }];
  const notAcquired = [
    { check: 'acquisition', status: 'fail', code: 'FACE_TOO_FEW_FRAMES' },
    { check: 'comparison', status: 'notRun', reason: 'notAcquired' },
  ];

  it('passes the holder', () => {
    expect(compare(faces(0, 1, 1), faces(1, 0, 2, 1))).toEqual(passes);
  });

  it('does not let the holder’s picture at the beginning carry a lookalike who does the tasks, nor the other way round', () => {
    const [holder, lookalike] = [faces(0, 0, 0, 0), faces(LOOKALIKE, LOOKALIKE, LOOKALIKE, LOOKALIKE)];
    expect(compare(holder, lookalike)).toEqual(differs);
    expect(compare(lookalike, holder)).toEqual(differs);
  });

  it('calls too few good frames at either end a failure to acquire, whoever it is', () => {
    expect(compare(faces(0, 0, 0, 0), faces(0))).toEqual(notAcquired);
    expect(compare(faces(0), faces(0, 0, 0, 0))).toEqual(notAcquired);
    expect(compare(faces(0, 0), faces(0, 0))).toEqual(notAcquired);
    expect(compare(faces(0, 0), faces(0, 0, 0))).toEqual(passes);
    expect(compare(faces(STRANGER), faces(0, 0, 0, 0))).toEqual(notAcquired);
    const [poor, ...rest] = good(faces(0, 0));
    expect(of([{ ...poor!, weight: 0 }, ...rest], good(faces(0, 0, 0, 0)))).toEqual(notAcquired);
  });

  it('lets a better frame count for more, and a frame that falls short for nothing', () => {
    const holder = good(faces(0, 0, 0));
    const far = 1.5 * LOOKALIKE;
    const withFar = (weight: number): Probe[] => [...holder, ...faces(far, far, far).map((embedding) => ({ embedding, weight }))];
    expect(of(holder, withFar(0))).toEqual(passes);
    expect(of(holder, withFar(0.1))).toEqual(passes);
    expect(of(holder, [...good(faces(far, far, far)), ...holder.map((probe) => ({ ...probe, weight: 0.1 }))])).toEqual(differs);
  });

  it('compares the best frames only, however many there are', () => {
    const best = Array.from({ length: facePolicy.stream.maxProbeFrames.value }, () => ({ embedding: faceAt(0), weight: 0.9 }));
    const worse = Array.from({ length: 40 }, () => ({ embedding: faceAt(STRANGER), weight: 0.8 }));
    expect(of(good(faces(0, 0, 0)), [...worse, ...best])).toEqual(passes);
    expect(of(good(faces(0, 0, 0)), [...worse, ...best.map((probe) => ({ ...probe, weight: 0.7 }))])).toEqual(differs);
  });
});

describe('isSameFace', () => {
  const same = (first: readonly Embedding[], view: number, use: 'movement' | 'stream' = 'stream'): boolean => isSameFace({ embedder, policy: facePolicy, first, view: faceAt(view), use });

  it('knows the face of the beginning again', () => {
    expect(same(faces(0, 1, 0), 1)).toBe(true);
    expect(same(faces(0, 1, 0), STRANGER)).toBe(false);
    expect(same([], 0)).toBe(false);
  });

  it('holds a movement that counts to what the comparison asks: a lookalike may go on, but not act for the holder', () => {
    expect(same(faces(0, 0), LOOKALIKE, 'stream')).toBe(true);
    expect(same(faces(0, 0), LOOKALIKE, 'movement')).toBe(false);
    expect(same(faces(0, 0), 12 - comparisonScore.value - 0.01, 'movement')).toBe(true);
  });

  it('takes no view for the same that is unlike one frame of the beginning, whatever their mean', () => {
    expect(same(faces(0, 0, STRANGER), 0)).toBe(false);
  });
});

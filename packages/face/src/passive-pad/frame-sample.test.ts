import { describe, expect, it } from 'vitest';
import { FrameSample } from './frame-sample.ts';

/** Bytes from a seed. */
function seeded(seed: number): (n: number) => Uint8Array {
  let state = seed >>> 0;
  return (n) => new Uint8Array(n).map(() => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) >>> 24);
}

const sampleOf = (frames: number, seed: number, size = 4): readonly number[] | undefined => {
  const sample = new FrameSample({ size, random: seeded(seed) });
  for (let frame = 0; frame < frames; frame++) sample.offer(() => Float32Array.of(frame));
  return sample.take()?.map(([frame]) => frame!);
};

describe('frames drawn for a passive network', () => {
  it('are as many as asked, no two the same, and the same again with the same draws', () => {
    const drawn = sampleOf(100, 1)!;
    expect(new Set(drawn).size).toBe(4);
    expect(sampleOf(100, 1)).toEqual(drawn);
    expect(sampleOf(100, 2)).not.toEqual(drawn);
    expect(sampleOf(4, 1)).toEqual([0, 1, 2, 3]);
  });

  it('are any of the stream with the same chance, the first and the last too', () => {
    const counts = Array.from({ length: 20 }, () => 0);
    for (let seed = 1; seed <= 5000; seed++) for (const frame of sampleOf(20, seed * 7919)!) counts[frame]!++;
    // 1000 expected of each, with a deviation of 28.
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(140);
  });

  it('are none when the stream had too few', () => {
    expect(sampleOf(3, 1)).toBeUndefined();
  });

  it('are cut out only when they are kept, and overwritten when they are not kept any more', () => {
    const pieces: Float32Array[] = [];
    const sample = new FrameSample({ size: 2, random: seeded(3) });
    for (let frame = 0; frame < 200; frame++)
      sample.offer(() => {
        const piece = Float32Array.of(1, 2, 3);
        pieces.push(piece);
        return piece;
      });
    expect(pieces.length).toBeLessThan(40);
    expect(pieces.filter((piece) => piece.length > 0)).toHaveLength(2);
    sample.forget();
    expect(pieces.filter((piece) => piece.length > 0)).toEqual([]);
    expect(sample.take()).toBeUndefined();
  });
});

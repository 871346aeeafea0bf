import { describe, expect, it } from 'vitest';
import { discard } from './discard.ts';

describe('discard', () => {
  it('gives the memory of a whole buffer back', () => {
    const crop = Float32Array.of(0.5, -0.25);
    discard(crop);
    expect(crop.byteLength).toBe(0);
  });

  it('overwrites a view of a part, and leaves its neighbours', () => {
    const whole = Uint8Array.of(1, 2, 3, 4);
    discard(whole.subarray(1, 3));
    expect([...whole]).toEqual([1, 0, 0, 4]);
  });
});

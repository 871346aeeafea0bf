import { describe, expect, it } from 'vitest';
import { wipe } from './wipe.ts';

describe('wipe', () => {
  it('reaches bytes in objects, lists, maps and circles, and nothing that was not named', () => {
    const portrait = new Uint8Array([1, 2]);
    const frame = new Uint8Array([3]);
    const kept = new Uint8Array([4]);
    const all = new Float32Array([1, 2, 3]);
    const embedding = all.subarray(1);
    const circle: Record<string, unknown> = { files: new Map([['dg2', [portrait]]]), absent: undefined };
    circle['self'] = circle;
    wipe(circle, undefined, frame, { embedding });
    expect([portrait, frame, kept]).toEqual([new Uint8Array(2), new Uint8Array(1), new Uint8Array([4])]);
    expect([...all]).toEqual([1, 0, 0]);
  });
});

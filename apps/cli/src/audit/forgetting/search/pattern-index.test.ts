import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodingsOf } from './encodings-of.ts';
import { PatternCollector, type PatternKind } from './pattern.ts';
import { PatternIndex } from './pattern-index.ts';
import { StreamSearch } from './search-stream.ts';
import { FLOAT_TASTE, JPEG_TASTE, PIXEL_TASTE, WINDOW_BYTES, WINDOW_STRIDE, windowsOf } from './windows-of.ts';

function indexOf(stride: number, ...patterns: readonly (readonly [PatternKind, Uint8Array])[]): PatternIndex {
  const collector = new PatternCollector(['frame', 'portrait', 'name']);
  for (const [kind, bytes] of patterns) collector.add(kind, [bytes]);
  return new PatternIndex(collector.pack(), stride);
}

/** @param chunkBytes small, so that borders come often @param readBytes what one read gives at most */
function hitsIn(hay: Uint8Array, index: PatternIndex, chunkBytes: number, readBytes = hay.length): Record<string, number> {
  const search = new StreamSearch([index], chunkBytes);
  search.search(
    (into, length, position) => {
      const part = hay.subarray(position, position + Math.min(length, readBytes));
      into.set(part);
      return part.length;
    },
    0,
    Number.MAX_SAFE_INTEGER,
  );
  const { bytes: searchedBytes, hits } = search.take();
  expect(searchedBytes).toBe(hay.length);
  return Object.fromEntries(hits);
}

const bytes = (size: number) => fc.uint8Array({ minLength: size, maxLength: size });

describe('the search', () => {
  it('finds a window at any offset, across chunk borders too, once each, and nothing else', () => {
    fc.assert(
      fc.property(bytes(WINDOW_BYTES), bytes(WINDOW_BYTES), bytes(500), fc.nat(500 - WINDOW_BYTES), fc.integer({ min: 33, max: 200 }), fc.integer({ min: 1, max: 90 }), (planted, absent, hay, at, chunkBytes, readBytes) => {
        const index = indexOf(WINDOW_STRIDE, ['frame', planted], ['portrait', absent]);
        hay.set(planted, at);
        // A random haystack holds neither window by chance, unless fast-check makes all bytes alike: then plain search counts.
        const count = (needle: Uint8Array): number => Array.from({ length: hay.length }, (_, i) => Buffer.compare(hay.subarray(i, i + needle.length), needle)).filter((different) => different === 0).length;
        const expected = Object.fromEntries(([['frame', count(planted)], ['portrait', count(absent)]] as const).filter(([, n]) => n > 0));
        expect(hitsIn(hay, index, chunkBytes, readBytes)).toEqual(expected);
        expect(expected['frame']).toBeGreaterThan(0);
      }),
    );
  });

  it('finds short texts of any length at any offset', () => {
    fc.assert(
      fc.property(fc.integer({ min: 8, max: 40 }), fc.nat(200), fc.integer({ min: 45, max: 64 }), (length, at, chunkBytes) => {
        const name = Uint8Array.from({ length }, (_, i) => 65 + ((i * 7) % 26));
        const hay = new Uint8Array(300);
        hay.set(name, at);
        expect(hitsIn(hay, indexOf(1, ['name', name]), chunkBytes)).toEqual({ name: 1 });
        hay[at + length - 1]! ^= 1;
        expect(hitsIn(hay, indexOf(1, ['name', name]), chunkBytes)).toEqual({});
      }),
    );
  });

  it('misses nothing among many patterns that begin alike', () => {
    const patterns = Array.from({ length: 300 }, (_, i) => Uint8Array.from({ length: WINDOW_BYTES }, (_byte, j) => (j < 28 ? j : (i >> (j - 28)) & 255)));
    const index = indexOf(WINDOW_STRIDE, ...patterns.map((pattern) => ['frame', pattern] as const));
    for (const pattern of patterns) expect(hitsIn(Uint8Array.from([9, ...pattern, 9]), index, 64)['frame']).toBeGreaterThanOrEqual(1);
  });

  it('refuses a pattern that it could miss', () => {
    expect(() => indexOf(WINDOW_STRIDE, ['name', new Uint8Array(22)])).toThrow('too short');
    expect(() => indexOf(1, ['name', new Uint8Array(7)])).toThrow('too short');
  });
});

describe('the patterns', () => {
  it('are taken where bytes tell something, and left out where they do not', () => {
    const telling = Uint8Array.from({ length: 4000 }, (_, i) => (i * 131 + (i >> 3)) & 255);
    expect(windowsOf(telling, 12, JPEG_TASTE)).toHaveLength(12);
    expect(windowsOf(new Uint8Array(4000), 12, PIXEL_TASTE)).toEqual([]);
    const floats = Float32Array.from({ length: 128 }, (_, i) => Math.sin(i));
    for (const window of windowsOf(new Uint8Array(floats.buffer), 12, FLOAT_TASTE)) expect(Buffer.from(floats.buffer).indexOf(window) % 4).toBe(0);
    expect(windowsOf(telling.subarray(0, 20), 12, PIXEL_TASTE)).toEqual([]);
  });

  it('are known in hexadecimal and in base64 wherever they stand in it', () => {
    fc.assert(
      fc.property(bytes(32), fc.uint8Array({ maxLength: 9 }), fc.uint8Array({ maxLength: 9 }), fc.constantFrom('hex', 'base64', 'base64url'), (secret, before, after, encoding) => {
        const text = Buffer.concat([before, secret, after]).toString(encoding);
        expect(encodingsOf(secret).some((pattern) => text.includes(Buffer.from(pattern).toString('latin1')))).toBe(true);
      }),
    );
  });
});

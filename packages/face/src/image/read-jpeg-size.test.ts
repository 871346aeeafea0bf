import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readJpegSize } from './read-jpeg-size.ts';

const segment = (marker: number, body: readonly number[]): number[] => [0xff, marker, (body.length + 2) >> 8, (body.length + 2) & 255, ...body];
const frame = (marker: number, width: number, height: number): number[] => segment(marker, [8, height >> 8, height & 255, width >> 8, width & 255, 3]);
const jpeg = (...parts: readonly number[][]): Uint8Array => Uint8Array.from([0xff, 0xd8, ...parts.flat()]);

describe('readJpegSize', () => {
  it('finds the size behind other segments, for baseline and progressive files', () => {
    for (const marker of [0xc0, 0xc1, 0xc2]) expect(readJpegSize(jpeg(segment(0xe0, [1, 2, 3]), segment(0xdb, []), frame(marker, 480, 640)))).toEqual({ width: 480, height: 640, components: 3 });
  });

  it('refuses what is no JPEG of a camera: lossless, arithmetic, 12 bit, pixels before any size, endless headers', () => {
    for (const marker of [0xc3, 0xc9, 0xcf]) expect(readJpegSize(jpeg(frame(marker, 480, 640)))).toBeUndefined();
    expect(readJpegSize(jpeg(segment(0xc0, [12, 1, 0, 1, 0])))).toBeUndefined();
    expect(readJpegSize(jpeg(segment(0xda, [1]), frame(0xc0, 480, 640)))).toBeUndefined();
    expect(readJpegSize(jpeg(...Array.from({ length: 100 }, () => segment(0xe1, [])), frame(0xc0, 480, 640)))).toBeUndefined();
    expect(readJpegSize(Uint8Array.from([0x89, 0x50, 0x4e, 0x47]))).toBeUndefined();
  });

  it('refuses more scans than any encoder makes, and takes as many as some do', () => {
    const scans = (n: number): number[][] => Array.from({ length: n }, () => [...segment(0xda, [1, 1, 0, 1, 1, 0]), 0x55, 0xff, 0x00]);
    expect(readJpegSize(jpeg(frame(0xc2, 480, 640), ...scans(32)))).toEqual({ width: 480, height: 640, components: 3 });
    expect(readJpegSize(jpeg(frame(0xc2, 480, 640), ...scans(33)))).toBeUndefined();
  });

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        readJpegSize(bytes);
        readJpegSize(Uint8Array.from([0xff, 0xd8, ...bytes]));
      }),
    );
  });
});

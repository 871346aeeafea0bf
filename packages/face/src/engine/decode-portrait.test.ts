import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { concatBytes, fromHex } from '@visavis/kernel';
import { encodeJpeg, encodeJpeg2000, type RgbImage } from '@visavis/specimen';
import fc from 'fast-check';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodePortrait } from './decode-portrait.ts';

/** Refused on the headers: no decoder is loaded, so that it takes no time. */
const AT_ONCE_MS = 100;
/** Two seconds on a quiet machine. */
const SECONDS_MS = 20_000;
const MARKER = { size: 'ff51', coding: 'ff52', tilePart: 'ff90', data: 'ff93' };

/** A soft picture with an edge in each direction and colour, 200 × 240. */
const picture: RgbImage = { width: 200, height: 240, data: Uint8Array.from({ length: 200 * 240 * 3 }, (_, i) => pixel(Math.floor(i / 3) % 200, Math.floor(i / 600), i % 3)) };
function pixel(x: number, y: number, channel: number): number {
  return [x, y, 255 - x][channel]! * (Math.hypot(x - 100, y - 120) < 70 ? 0.5 : 1);
}

const decode = (bytes: Uint8Array, mediaType: 'image/jpeg' | 'image/jp2' = 'image/jp2') => decodePortrait({ mediaType, bytes });

async function decoded(bytes: Uint8Array, mediaType?: 'image/jpeg') {
  const image = await decode(bytes, mediaType);
  if (typeof image === 'string') throw new Error(image);
  return image;
}

/** Mean difference of two pictures of one size, in grey levels. */
function difference(a: Uint8Array, b: Uint8Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((sum, v, i) => sum + Math.abs(v - b[i]!), 0) / a.length;
}

/** Where a marker stands first. */
const at = (bytes: Uint8Array, marker: string): number => Buffer.from(bytes).indexOf(Buffer.from(marker, 'hex'));

/** The bytes with others in their place, from an offset behind the marker. */
function patched(bytes: Uint8Array, marker: string, behind: number, hex: string): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy.set(fromHex(hex), at(bytes, marker) + behind);
  return copy;
}

/** A bare codestream with a marker segment put in front of another marker; a tile part grows with it. */
function inserted(codestream: Uint8Array, before: string, segment: string): Uint8Array {
  const start = at(codestream, before);
  const out = concatBytes(codestream.subarray(0, start), fromHex(segment), codestream.subarray(start));
  const tilePart = at(codestream, MARKER.tilePart);
  if (start > tilePart) new DataView(out.buffer).setUint32(tilePart + 6, new DataView(out.buffer).getUint32(tilePart + 6) + segment.length / 2);
  return out;
}

describe('portraits, decoded', () => {
  let file: Uint8Array;
  let bare: Uint8Array;
  let grey: Uint8Array;
  beforeAll(async () => {
    file = await encodeJpeg2000(picture, { fitWithin: 1000 });
    bare = await encodeJpeg2000(picture, { fitWithin: 1000, bare: true });
    grey = await encodeJpeg2000(picture, { fitWithin: 1000, grey: true });
  });

  it('JPEG 2000 in a file, bare, and filled up with bytes behind it, gives the picture that JPEG gives', async () => {
    const inJpeg = await decoded(await encodeJpeg(picture, 95), 'image/jpeg');
    for (const bytes of [file, bare, concatBytes(file, new Uint8Array(500)), concatBytes(bare, new Uint8Array(500).fill(0xff))]) {
      const image = await decoded(bytes);
      expect([image.width, image.height]).toEqual([200, 240]);
      expect(difference(image.pixels, picture.data)).toBeLessThan(1);
      expect(difference(image.pixels, inJpeg.pixels)).toBeLessThan(2);
    }
  });

  it('grey becomes three equal channels', async () => {
    const { pixels } = await decoded(grey);
    expect(pixels.every((v, i) => v === pixels[i - (i % 3)])).toBe(true);
    const luminance = Uint8Array.from(picture.data, (_, i) => [0.299, 0.587, 0.114].reduce((sum, weight, c) => sum + weight * picture.data[i - (i % 3) + c]!, 0));
    expect(difference(pixels, luminance)).toBeLessThan(2);
  });

  it('a grey JPEG too', async () => {
    const { pixels } = await decoded(new Uint8Array(await sharp(picture.data, { raw: { width: 200, height: 240, channels: 3 } }).greyscale().jpeg({ quality: 95 }).toBuffer()), 'image/jpeg');
    expect(pixels.length).toBe(200 * 240 * 3);
    expect(pixels.every((v, i) => v === pixels[i - (i % 3)])).toBe(true);
  });

  it('a file in YCC comes out in RGB: samples without colour stay grey', async () => {
    const flat = { ...picture, data: picture.data.map((_, i) => (i % 3 === 0 ? 90 : 128)) };
    const inYcc = patched(await encodeJpeg2000(flat, { fitWithin: 1000 }), '636f6c72', 4, '01000000000012');
    expect(difference((await decoded(inYcc)).pixels, new Uint8Array(200 * 240 * 3).fill(90))).toBeLessThan(1);
  });

  it('samples of 12 bits are brought to 8', async () => {
    const openJpeg = await (createRequire(import.meta.url)('@cornerstonejs/codec-openjpeg/wasmjs') as (o: object) => Promise<{ J2KEncoder: new () => { getDecodedBuffer(frame: object): Uint8Array; encode(): void; getEncodedBuffer(): Uint8Array } }>)({ print: () => {}, printErr: () => {} });
    const encoder = new openJpeg.J2KEncoder();
    const samples = Uint16Array.from({ length: 200 * 240 }, (_, i) => (i % 200) * 20);
    encoder.getDecodedBuffer({ width: 200, height: 240, bitsPerSample: 12, componentCount: 1, isSigned: false }).set(new Uint8Array(samples.buffer));
    encoder.encode();
    const { pixels } = await decoded(Uint8Array.from(encoder.getEncodedBuffer()));
    expect(difference(pixels, Uint8Array.from({ length: 200 * 240 * 3 }, (_, i) => ((Math.floor(i / 3) % 200) * 20 * 255) / 4095))).toBeLessThan(1);
  });

  it('a large portrait is shrunk', async () => {
    const large = { width: 1500, height: 1200, data: new Uint8Array(1500 * 1200 * 3).fill(120) };
    expect(await decoded(await encodeJpeg2000(large, { fitWithin: 2000 }))).toMatchObject({ width: 1024, height: 819 });
  });

  /** A whole coding segment (COD) that says what the encoder's own says, but for this. */
  const coding = (o: { layers?: string; precincts?: string } = {}): string => {
    const precincts = o.precincts ?? '';
    const body = `${precincts === '' ? '00' : '01'}02${o.layers ?? '0001'}010504040000${precincts}`;
    return `ff52${(body.length / 2 + 2).toString(16).padStart(4, '0')}${body}`;
  };
  /** The bare codestream with another coding segment in the place of its own, which has 14 bytes. */
  const recoded = (segment: string): Uint8Array => concatBytes(bare.subarray(0, at(bare, MARKER.coding)), fromHex(segment), bare.subarray(at(bare, MARKER.coding) + 14));
  const attacks: readonly (readonly [string, () => Uint8Array, string])[] = [
    ['65 000 × 65 000 pixels', () => patched(bare, MARKER.size, 6, '0000fde80000fde8'), 'FACE_PORTRAIT_TOO_LARGE'],
    ['65 000 × 65 000 pixels in both headers of a file', () => patched(patched(file, MARKER.size, 6, '0000fde80000fde8'), '69686472', 4, '0000fde80000fde8'), 'FACE_PORTRAIT_TOO_LARGE'],
    ['an image header that says less than the codestream', () => patched(file, MARKER.size, 6, '0000fde80000fde8'), 'FACE_PORTRAIT_UNUSABLE'],
    ['an image header that says more than the codestream', () => patched(file, '69686472', 4, '0000fde80000fde8'), 'FACE_PORTRAIT_UNUSABLE'],
    ['an image header with another number of components', () => patched(file, '69686472', 12, '0001'), 'FACE_PORTRAIT_UNUSABLE'],
    ['16 384 components', () => concatBytes(fromHex('ff4fff51c026'), fromHex('0000000000c8000000f00000000000000000000000c8000000f000000000000000004000'), new Uint8Array(3 * 16_384).fill(1), bare.subarray(at(bare, MARKER.coding))), 'FACE_PORTRAIT_TOO_LARGE'],
    ['48 000 tiles of one pixel', () => patched(bare, MARKER.size, 22, '0000000100000001'), 'FACE_PORTRAIT_TOO_LARGE'],
    ['no pixels', () => patched(bare, MARKER.size, 6, '0000000000000000'), 'FACE_PORTRAIT_UNUSABLE'],
    ['tiles of no pixels', () => patched(bare, MARKER.size, 22, '0000000000000000'), 'FACE_PORTRAIT_UNUSABLE'],
    ['65 535 layers', () => recoded(coding({ layers: 'ffff' })), 'FACE_PORTRAIT_UNUSABLE'],
    ['65 535 layers in a tile part', () => inserted(bare, MARKER.data, coding({ layers: 'ffff' })), 'FACE_PORTRAIT_UNUSABLE'],
    ['code blocks of 16 pixels', () => patched(bare, MARKER.coding, 10, '0000'), 'FACE_PORTRAIT_UNUSABLE'],
    ['precincts of one pixel', () => recoded(coding({ precincts: '000000000000' })), 'FACE_PORTRAIT_UNUSABLE'],
    ['precincts of one pixel for one component', () => inserted(bare, MARKER.tilePart, `ff53000f00010504040000${'00'.repeat(6)}`), 'FACE_PORTRAIT_UNUSABLE'],
    ['a progression that changes', () => inserted(bare, MARKER.tilePart, 'ff5f00090000000100050300'), 'FACE_PORTRAIT_UNUSABLE'],
    ['packet headers apart from their packets', () => inserted(bare, MARKER.tilePart, 'ff60000300'), 'FACE_PORTRAIT_UNUSABLE'],
    ['2 000 empty comments', () => inserted(bare, MARKER.tilePart, 'ff6400040000'.repeat(2000)), 'FACE_PORTRAIT_UNUSABLE'],
    ['1 000 boxes before the picture', () => concatBytes(file.subarray(0, 12), fromHex('0000000866726565'.repeat(1000)), file.subarray(12)), 'FACE_PORTRAIT_UNUSABLE'],
    ['a box that is shorter than its header', () => patched(file, '66747970', -4, '00000004'), 'FACE_PORTRAIT_UNUSABLE'],
    ['a palette', () => patched(file, '636f6c72', 0, '70636c72'), 'FACE_PORTRAIT_FORMAT_UNSUPPORTED'],
    ['colours for printing', () => patched(file, '636f6c72', 4, '0100000000000c'), 'FACE_PORTRAIT_FORMAT_UNSUPPORTED'],
    ['signed samples', () => patched(bare, MARKER.size, 40, '870101870101870101'), 'FACE_PORTRAIT_FORMAT_UNSUPPORTED'],
    ['components of another size', () => patched(bare, MARKER.size, 40, '070101070202070202'), 'FACE_PORTRAIT_FORMAT_UNSUPPORTED'],
    ['a picture too small for a face', () => patched(bare, MARKER.size, 6, '0000002000000020'), 'FACE_PORTRAIT_UNUSABLE'],
    ['another format', () => fromHex('89504e470d0a1a0a'), 'FACE_PORTRAIT_UNUSABLE'],
    ['nothing', () => new Uint8Array(), 'FACE_PORTRAIT_UNUSABLE'],
    ['five megabytes', () => concatBytes(bare, new Uint8Array(5 * 1024 * 1024)), 'FACE_PORTRAIT_TOO_LARGE'],
  ];
  it.each(attacks)('JPEG 2000 with %s: refused before any decoder runs', async (_what, make, code) => {
    const bytes = make();
    const from = performance.now();
    expect(await decode(bytes)).toBe(code);
    expect(performance.now() - from).toBeLessThan(AT_ONCE_MS);
  });

  it.each<readonly [string, () => Uint8Array]>([
    ['precincts as large as they can be', () => recoded(coding({ precincts: 'ff'.repeat(6) }))],
    ['coding of its own for one component', () => inserted(bare, MARKER.tilePart, 'ff53000900000504040000')],
    ['coding of its own for one component in a tile part', () => inserted(bare, MARKER.data, 'ff53000900000504040000')],
    ['20 empty comments', () => inserted(bare, MARKER.tilePart, 'ff6400040000'.repeat(20))],
    ['10 boxes before the picture', () => concatBytes(file.subarray(0, 32), fromHex('0000000866726565'.repeat(10)), file.subarray(32))],
  ])('with %s it is decoded: nothing but the numbers was refused', async (_what, make) => {
    expect(difference((await decoded(make())).pixels, picture.data)).toBeLessThan(1);
  });

  it('the dearest headers that are let through, around nothing, cost seconds and no more', async () => {
    const plane = { width: 2000, height: 2000, data: new Uint8Array(2000 * 2000 * 3).fill(9) };
    const empty = await encodeJpeg2000(plane, { fitWithin: 2000, bare: true });
    const start = at(empty, MARKER.coding);
    // Most layers, smallest precincts, 16 resolutions; component before resolution.
    const dear = concatBytes(empty.subarray(0, start), fromHex(`ff52001d01030080011002020000${'55'.repeat(17)}`), empty.subarray(start + 14));
    const from = performance.now();
    const image = await decode(dear);
    expect(typeof image === 'string' ? image : image.width).toBe(1024);
    expect(performance.now() - from).toBeLessThan(SECONDS_MS);
  }, 2 * SECONDS_MS);

  it('cut off anywhere: FACE_PORTRAIT_UNUSABLE', async () => {
    for (const bytes of [file, bare]) for (let i = 1; i < 20; i++) expect(await decode(bytes.subarray(0, Math.floor((bytes.length * i) / 20))), `${i}`).toBe('FACE_PORTRAIT_UNUSABLE');
  });

  it('any byte changed: a picture or a code, and the next one is decoded as ever', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(255)), { minLength: 1, maxLength: 4 }), fc.boolean(), async (changes, early) => {
        const bytes = Uint8Array.from(file);
        for (const [where, value] of changes) bytes[Math.floor(where * (early ? 300 : bytes.length - 1))] = value;
        const image = await decode(bytes);
        if (typeof image === 'string') expect(image).toMatch(/^FACE_PORTRAIT_(TOO_LARGE|UNUSABLE|FORMAT_UNSUPPORTED)$/);
        else expect(image.pixels.length).toBe(3 * image.width * image.height);
      }),
      { numRuns: 40 },
    );
    expect(difference((await decoded(file)).pixels, picture.data)).toBeLessThan(1);
  });

  it('a JPEG that says 65 000 × 65 000: FACE_PORTRAIT_TOO_LARGE; one cut off: FACE_PORTRAIT_UNUSABLE', async () => {
    const jpeg = await encodeJpeg(picture, 90);
    const frame = at(jpeg, 'ffc0');
    const huge = Uint8Array.from(jpeg);
    huge.set(fromHex('fde8fde8'), frame + 5);
    expect(await decode(huge, 'image/jpeg')).toBe('FACE_PORTRAIT_TOO_LARGE');
    expect(await decode(jpeg.subarray(0, jpeg.length / 2), 'image/jpeg')).toBe('FACE_PORTRAIT_UNUSABLE');
    expect(difference((await decoded(jpeg, 'image/jpeg')).pixels, picture.data)).toBeLessThan(2);
  });
});

const folder = join(process.env['VISAVIS_TEST_DATA'] ?? fileURLToPath(new URL('../../../../../shared/data', import.meta.url)), 'chip/lds');
const present = existsSync(folder);

/** Of specimens, as published: not part of this repository. */
describe.skipIf(!present)(`published portraits in JPEG 2000${present ? '' : ' (left out: no test data; set VISAVIS_TEST_DATA)'}`, () => {
  it.each([
    ['misc/silver.jp2', 0, 413, 531],
    // The face record's header has 84 bytes here: what follows is the file.
    ['bsi-tr03105-default/Datagroup2.bin', 84, 413, 531],
    ['loes2006/ef0102.bin', 84, 449, 598],
  ] as const)('%s', async (path, offset, width, height) => {
    const { pixels, ...size } = await decoded(new Uint8Array(readFileSync(join(folder, path))).subarray(offset));
    expect(size).toEqual({ width, height });
    expect(new Set(pixels).size, 'a picture, not a plane').toBeGreaterThan(100);
  });
});

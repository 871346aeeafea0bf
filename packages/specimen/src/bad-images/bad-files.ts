import { concatBytes, utf8 } from '@visavis/kernel';
import sharp, { type Sharp } from 'sharp';
import { encodeJpeg } from '../citizens/encode-jpeg.ts';
import { encodeJpeg2000 } from '../citizens/encode-jpeg2000.ts';
import type { RgbImage } from '../citizens/rgb-image.ts';
import { seededRandom } from '../citizens/seeded-random.ts';
import { jpegOfManyScans } from './jpeg-of-many-scans.ts';
import { wrapJpeg2000 } from './wrap-jpeg2000.ts';

/** How it ends: looked at, or by a code. */
type End = 'pass' | `FACE_${string}`;

/** Bytes that are hard on a decoder. Made when asked for, from a seed or by hand; no file of anybody. */
export interface BadFile {
  readonly name: string;
  readonly mediaType: 'image/jpeg' | 'image/jp2';
  /** @param portrait an honest citizen's */
  readonly make: (portrait: RgbImage) => Promise<Uint8Array>;
  /** As a document's portrait. */
  readonly asPortrait: End;
  /** As a frame of a capture; those are always JPEG. */
  readonly asFrame?: End;
  /** Processor time and memory beyond the decoder at rest that it may take. */
  readonly maxCpuMs: number;
  readonly maxMiB: number;
}

/** Refused on its headers, before a decoder has it. */
const UNOPENED = { maxCpuMs: 150, maxMiB: 24 } as const;
/** As much as a whole portrait of the largest size takes. */
const DECODED = { maxCpuMs: 4000, maxMiB: 220 } as const;

const fromRandom = (n: number, seed: number): Uint8Array => {
  const random = seededRandom(seed);
  return Uint8Array.from({ length: n }, () => Math.floor(256 * random()));
};
const inJpeg = (portrait: RgbImage): Promise<Uint8Array> => encodeJpeg(portrait, 90);
const inJpeg2000 = (portrait: RgbImage, more: { readonly bare?: boolean; readonly grey?: boolean } = {}): Promise<Uint8Array> => encodeJpeg2000(portrait, { fitWithin: 400, ...more });
const sharpOf = ({ width, height, data }: RgbImage): Sharp => sharp(data, { raw: { width, height, channels: 3 } });
/** Height and width behind a JPEG's frame header. */
const resized = (jpeg: Uint8Array, height: number, width: number): Uint8Array => {
  const copy = Uint8Array.from(jpeg);
  const at = copy.findIndex((byte, i) => byte === 0xff && (copy[i + 1] === 0xc0 || copy[i + 1] === 0xc2)) + 5;
  copy.set([height >> 8, height & 0xff, width >> 8, width & 0xff], at);
  return copy;
};
/** With nonsense in the place of so many bytes behind a word. */
const spoiled = (bytes: Uint8Array, word: string, length: number): Uint8Array => {
  const copy = Uint8Array.from(bytes);
  copy.set(fromRandom(length, 3), Buffer.from(bytes).indexOf(word) + word.length + 2);
  return copy;
};
const jpeg = (name: string, make: BadFile['make'], ends: Pick<BadFile, 'asPortrait' | 'asFrame'>, bound: Pick<BadFile, 'maxCpuMs' | 'maxMiB'>): BadFile => ({ name, mediaType: 'image/jpeg', make, ...ends, ...bound });
const jpeg2000 = (name: string, make: BadFile['make'], asPortrait: End, bound: Pick<BadFile, 'maxCpuMs' | 'maxMiB'>): BadFile => ({ name, mediaType: 'image/jp2', make, asPortrait, ...bound });
const refused = { asPortrait: 'FACE_PORTRAIT_UNUSABLE', asFrame: 'FACE_FRAME_MALFORMED' } as const;
const tooLarge = { asPortrait: 'FACE_PORTRAIT_TOO_LARGE', asFrame: 'FACE_FRAME_MALFORMED' } as const;
const good = { asPortrait: 'pass', asFrame: 'pass' } as const;

/** What is stored in a picture's place, or as a picture in a way that few expect. */
export const BAD_FILES: readonly BadFile[] = [
  jpeg('nothing', async () => new Uint8Array(), refused, UNOPENED),
  jpeg('a text', async () => utf8('This is no picture.'.repeat(200)), refused, UNOPENED),
  jpeg('noise', async () => fromRandom(20_000, 1), refused, UNOPENED),
  jpeg('noise that begins as a JPEG', async () => concatBytes(Uint8Array.of(0xff, 0xd8, 0xff), fromRandom(20_000, 2)), refused, UNOPENED),
  jpeg('a PNG', async (portrait) => new Uint8Array(await sharpOf(portrait).png().toBuffer()), refused, UNOPENED),
  jpeg('a picture with a script in it (SVG)', async () => utf8(`<svg xmlns="http://www.w3.org/2000/svg" width="400" height="500"><image href="file:///etc/passwd"/></svg>`), refused, UNOPENED),
  jpeg('a JPEG of 65,500 × 65,500 pixels', async (portrait) => resized(await inJpeg(portrait), 65_500, 65_500), tooLarge, UNOPENED),
  jpeg('a JPEG of 1 × 65,500 pixels', async (portrait) => resized(await inJpeg(portrait), 65_500, 1), refused, UNOPENED),
  // The decoder fills up what is missing: as a frame it is looked at, a picture like another.
  jpeg('a JPEG that says it is larger than its bytes', async (portrait) => resized(await inJpeg(portrait), 1060, 826), { asPortrait: 'FACE_PORTRAIT_UNUSABLE', asFrame: 'pass' }, DECODED),
  jpeg('a JPEG cut in the middle', async (portrait) => (await inJpeg(portrait)).subarray(0, 12_000), refused, DECODED),
  jpeg('a JPEG in 880 scans', async () => jpegOfManyScans({ width: 2000, height: 2000, scans: 880 }), refused, UNOPENED),
  jpeg('a JPEG in 880 scans of a frame’s size', async () => jpegOfManyScans({ width: 1280, height: 720, scans: 880 }), refused, UNOPENED),
  jpeg('a JPEG of one colour and four million pixels', async () => jpegOfManyScans({ width: 2000, height: 2000, scans: 1 }), { asPortrait: 'FACE_PORTRAIT_UNUSABLE', asFrame: 'FACE_FRAME_MALFORMED' }, DECODED),
  jpeg('a JPEG in as many scans as are read', async () => jpegOfManyScans({ width: 2000, height: 2000, scans: 32 }), { asPortrait: 'FACE_PORTRAIT_UNUSABLE', asFrame: 'FACE_FRAME_MALFORMED' }, DECODED),
  jpeg('a JPEG of five megabytes', async (portrait) => concatBytes(await inJpeg(portrait), new Uint8Array(5 * 1024 * 1024)), tooLarge, UNOPENED),
  jpeg('a tiny JPEG', async (portrait) => new Uint8Array(await sharpOf(portrait).resize(40).jpeg().toBuffer()), refused, UNOPENED),
  jpeg('a JPEG in grey', async (portrait) => new Uint8Array(await sharpOf(portrait).toColourspace('b-w').jpeg().toBuffer()), good, DECODED),
  jpeg('a JPEG for printing (CMYK)', async (portrait) => new Uint8Array(await sharpOf(portrait).toColourspace('cmyk').jpeg().toBuffer()), good, DECODED),
  jpeg('a JPEG with a colour profile', async (portrait) => new Uint8Array(await sharpOf(portrait).withIccProfile('p3').jpeg().toBuffer()), good, DECODED),
  jpeg('a JPEG with nonsense for a colour profile', async (portrait) => spoiled(new Uint8Array(await sharpOf(portrait).withIccProfile('p3').jpeg().toBuffer()), 'ICC_PROFILE', 400), good, DECODED),
  jpeg('a progressive JPEG', async (portrait) => new Uint8Array(await sharpOf(portrait).jpeg({ progressive: true }).toBuffer()), good, DECODED),
  // The pixels lie on their side and EXIF says how to turn them; a frame has no other way up than its pixels, and a face on its side is seen too.
  jpeg('a JPEG on its side that says so (EXIF)', async (portrait) => new Uint8Array(await sharpOf(portrait).rotate(270).withMetadata({ orientation: 6 }).jpeg().toBuffer()), { asPortrait: 'pass' }, DECODED),
  jpeg2000('a JPEG called JPEG 2000', inJpeg, 'FACE_PORTRAIT_UNUSABLE', UNOPENED),
  jpeg2000('noise that begins as JPEG 2000', async () => concatBytes(Uint8Array.of(0xff, 0x4f, 0xff, 0x51), fromRandom(20_000, 4)), 'FACE_PORTRAIT_UNUSABLE', UNOPENED),
  jpeg2000('JPEG 2000 of one colour and four million pixels', () => encodeJpeg2000({ width: 2000, height: 2000, data: new Uint8Array(12_000_000).fill(90) }, { fitWithin: 2000, bare: true }), 'FACE_PORTRAIT_UNUSABLE', DECODED),
  jpeg2000('JPEG 2000 cut in the middle', async (portrait) => (await inJpeg2000(portrait)).subarray(0, 9000), 'FACE_PORTRAIT_UNUSABLE', DECODED),
  jpeg2000('JPEG 2000 in grey', (portrait) => inJpeg2000(portrait, { grey: true }), 'pass', DECODED),
  jpeg2000('JPEG 2000 with a colour profile', async (portrait) => wrapJpeg2000(await inJpeg2000(portrait, { bare: true }), { colour: 'profile' }), 'pass', DECODED),
  jpeg2000('JPEG 2000 with a palette', async (portrait) => wrapJpeg2000(await inJpeg2000(portrait, { bare: true, grey: true }), { colour: 'palette' }), 'pass', DECODED),
  jpeg2000('JPEG 2000 for printing (CMYK)', async (portrait) => wrapJpeg2000(await inJpeg2000(portrait, { bare: true }), { colour: 'cmyk' }), 'FACE_PORTRAIT_FORMAT_UNSUPPORTED', UNOPENED),
];

/** Mutations of honest files, without end: each from its number alone. What comes of them is a picture or a code, whichever. */
export async function createWornFiles(portrait: RgbImage): Promise<(index: number) => Pick<BadFile, 'name' | 'mediaType'> & { readonly bytes: Uint8Array }> {
  const honest = [
    { mediaType: 'image/jpeg', bytes: await inJpeg(portrait) },
    { mediaType: 'image/jpeg', bytes: new Uint8Array(await sharpOf(portrait).jpeg({ progressive: true }).toBuffer()) },
    { mediaType: 'image/jp2', bytes: await inJpeg2000(portrait) },
    { mediaType: 'image/jp2', bytes: await inJpeg2000(portrait, { bare: true }) },
  ] as const;
  return (index) => {
    const { mediaType, bytes } = honest[index % honest.length]!;
    const random = seededRandom(Math.imul(index + 1, 0x9e3779b1));
    const copy = Uint8Array.from(bytes);
    const within = random() < 0.5 ? Math.min(600, copy.length) : copy.length;
    for (let changes = 1 + Math.floor(random() ** 3 * 60); changes > 0; changes--) copy[Math.floor(random() * within)] = Math.floor(256 * random());
    const cut = random() < 0.2 ? Math.floor(random() * copy.length) : copy.length;
    return { name: `worn ${index}`, mediaType, bytes: copy.subarray(0, cut) };
  };
}

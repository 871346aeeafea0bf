import { type Bytes, concatBytes, utf8 } from '@visavis/kernel';

const u16 = (n: number): Bytes => Uint8Array.of(n >>> 8, n & 0xff);
const u32 = (n: number): Bytes => concatBytes(u16(n >>> 16), u16(n & 0xffff));
const box = (type: string, ...contents: readonly Uint8Array[]): Bytes => {
  const body = concatBytes(...contents);
  return concatBytes(u32(8 + body.length), utf8(type), body);
};

/** Dark to light in the tones of skin: neighbours are alike, so that a lossy picture stays one. */
const TONES = Uint8Array.from({ length: 3 * 256 }, (_, i) => [(tone: number) => tone ** 0.85, (tone: number) => tone, (tone: number) => tone ** 1.15][i % 3]!(Math.floor(i / 3) / 255) * 255);

const COLOUR = {
  /** Method 2: a restricted ICC profile follows; here its first words only. */
  profile: box('colr', Uint8Array.of(2, 0, 0), u32(132), new Uint8Array(128)),
  cmyk: box('colr', Uint8Array.of(1, 0, 0), u32(12)),
  palette: concatBytes(box('colr', Uint8Array.of(1, 0, 0), u32(16)), box('pclr', u16(256), Uint8Array.of(3, 7, 7, 7), TONES), box('cmap', ...[0, 1, 2].map((column) => Uint8Array.of(0, 0, 1, column)))),
} as const;

/** A JP2 file around a bare codestream, with colours said in a way that few issuers use (ISO/IEC 15444-1 annex I). */
export function wrapJpeg2000(codestream: Uint8Array, { colour }: { readonly colour: keyof typeof COLOUR }): Bytes {
  const siz = new DataView(codestream.buffer, codestream.byteOffset);
  const size = concatBytes(u32(siz.getUint32(12)), u32(siz.getUint32(8)), u16(siz.getUint16(40)), Uint8Array.of(7, 7, 0, 0));
  return concatBytes(box('jP  ', Uint8Array.of(0x0d, 0x0a, 0x87, 0x0a)), box('ftyp', utf8('jp2 '), u32(0), utf8('jp2 ')), box('jp2h', box('ihdr', size), COLOUR[colour]), box('jp2c', codestream));
}

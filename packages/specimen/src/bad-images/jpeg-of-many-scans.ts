import { type Bytes, concatBytes } from '@visavis/kernel';

const u16 = (n: number): Bytes => Uint8Array.of(n >>> 8, n & 0xff);
const segment = (marker: number, body: Uint8Array): Bytes => concatBytes(Uint8Array.of(0xff, marker), u16(body.length + 2), body);
/** A table with one code of one bit for one symbol (ITU-T T.81 §B.2.4.2). */
const oneCode = (kind: number, symbol: number): Bytes => segment(0xc4, Uint8Array.of(kind, 1, ...Array.from({ length: 15 }, () => 0), symbol));
/** The code, then 14 bits of how much longer than 16,384 the run of empty blocks is: no byte of it is 0xFF. */
const EMPTY_RUN = '0'.padEnd(15, '01');
const packed = (bits: string): Bytes => Uint8Array.from(bits.match(/.{1,8}/g)!, (byte) => Number.parseInt(byte.padEnd(8, '0'), 2));

/**
 * A sound progressive JPEG of nothing, in as many scans as its rules allow: each coefficient of its own, a bit at a
 * time. Every scan is some twenty bytes and costs a decoder a walk over the whole picture.
 * @param scans up to 883
 */
export function jpegOfManyScans({ width, height, scans }: { readonly width: number; readonly height: number; readonly scans: number }): Bytes {
  const blocks = Math.ceil(width / 8) * Math.ceil(height / 8);
  const empty = packed(EMPTY_RUN.repeat(Math.ceil(blocks / 16_384)));
  const scan = (first: number, from: number, to: number, data: Uint8Array): Bytes => concatBytes(segment(0xda, Uint8Array.of(1, 1, 0, first, first, (from << 4) | to)), data);
  const more = Array.from({ length: scans - 1 }, (_, i) => {
    const coefficient = 1 + (i % 63);
    const round = Math.floor(i / 63);
    return scan(coefficient, round === 0 ? 0 : 14 - round, 13 - round, empty);
  });
  return concatBytes(
    Uint8Array.of(0xff, 0xd8),
    segment(0xdb, Uint8Array.of(0, ...Array.from({ length: 64 }, () => 1))),
    segment(0xc2, concatBytes(Uint8Array.of(8), u16(height), u16(width), Uint8Array.of(1, 1, 0x11, 0))),
    oneCode(0x00, 0),
    oneCode(0x10, 0xe0),
    scan(0, 0, 0, new Uint8Array(Math.ceil(blocks / 8))),
    ...more,
    Uint8Array.of(0xff, 0xd9),
  );
}

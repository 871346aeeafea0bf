import { type Bytes, concatBytes, fromHex } from '@visavis/kernel';
import { encodeDg2 } from '../lds/encode-dg2.ts';
import { attack, type Attack } from './attack.ts';

const JPEG = 'ITU-T T.81 §B.2.2';
const JPEG_2000 = 'ISO/IEC 15444-1 §A.5.1';

/** Offsets in a bare codestream that begins with SOC and SIZ: width and height, tile width and height, number of components. */
const SIZ = { size: 8, tile: 24, components: 40 } as const;

const patched = (bytes: Bytes, at: number, hex: string): Bytes => {
  const copy = bytes.slice();
  copy.set(fromHex(hex), at);
  return copy;
};

/** A portrait that the state signed; what it costs to decode is in its headers. */
const portrait = (name: string, clause: string, code: string, format: 'jpeg' | 'jpeg2000', change: (honest: Bytes) => Bytes): Attack =>
  attack(name, clause, code, (w, evil) => {
    const { files } = w.passport('plain');
    const honest = w.portraits[format];
    const dg2 = encodeDg2(evil ? change(honest) : honest);
    return w.presentFiles({ dg2, sod: w.sod({ ...files, dg2 }) });
  });

/** Height and width behind a JPEG's first frame header. */
const frameSizeAt = (jpeg: Bytes): number => jpeg.findIndex((byte, i) => byte === 0xff && (jpeg[i + 1] === 0xc0 || jpeg[i + 1] === 0xc2)) + 5;

/** Against the decoders of portraits: native code, fed with a stranger's bytes. */
export const portraitAttacks: readonly Attack[] = [
  portrait('jpeg2000-of-65000-by-65000-pixels', JPEG_2000, 'FACE_PORTRAIT_TOO_LARGE', 'jpeg2000', (honest) => patched(honest, SIZ.size, '0000fde80000fde8')),
  portrait('jpeg2000-of-65000-by-65000-pixels-in-one-tile', JPEG_2000, 'FACE_PORTRAIT_TOO_LARGE', 'jpeg2000', (honest) => patched(patched(honest, SIZ.size, '0000fde80000fde8'), SIZ.tile, '0000fde80000fde8')),
  portrait('jpeg2000-of-tiles-of-one-pixel', JPEG_2000, 'FACE_PORTRAIT_TOO_LARGE', 'jpeg2000', (honest) => patched(honest, SIZ.tile, '0000000100000001')),
  portrait('jpeg2000-of-16384-components', JPEG_2000, 'FACE_PORTRAIT_TOO_LARGE', 'jpeg2000', (honest) => {
    const components = 16_384;
    const described = concatBytes(...Array.from({ length: components }, () => fromHex('070101')));
    const length = 38 + described.length;
    const head = patched(honest.slice(0, SIZ.components + 2), SIZ.components, '4000');
    return concatBytes(patched(head, 4, length.toString(16).padStart(4, '0')), described, honest.subarray(SIZ.components + 2 + 9));
  }),
  portrait('jpeg2000-that-ends-after-its-size', JPEG_2000, 'FACE_PORTRAIT_UNUSABLE', 'jpeg2000', (honest) => honest.slice(0, SIZ.components + 2 + 9)),
  portrait('jpeg-of-65500-by-65500-pixels', JPEG, 'FACE_PORTRAIT_TOO_LARGE', 'jpeg', (honest) => patched(honest, frameSizeAt(honest), 'ffdcffdc')),
  portrait('jpeg-of-no-pixels', JPEG, 'FACE_PORTRAIT_UNUSABLE', 'jpeg', (honest) => patched(honest, frameSizeAt(honest), '00000000')),
];

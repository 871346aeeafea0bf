import { createRequire } from 'node:module';
import { type Bytes, concatBytes, utf8 } from '@visavis/kernel';
import sharp from 'sharp';
import type { RgbImage } from './rgb-image.ts';

/** The part of OpenJPEG's WebAssembly build that is used here; the package brings no types. */
interface OpenJpeg {
  readonly J2KEncoder: new () => {
    /** A view of the encoder's memory to write the samples into, by pixel. */
    getDecodedBuffer(frame: { readonly width: number; readonly height: number; readonly bitsPerSample: number; readonly componentCount: number; readonly isSigned: boolean }): Uint8Array;
    setQuality(lossless: boolean, layer: number): void;
    encode(): void;
    getEncodedBuffer(): Uint8Array;
    delete(): void;
  };
}
type LoadOpenJpeg = (options: { readonly print: () => void; readonly printErr: () => void }) => Promise<OpenJpeg>;

export interface Jpeg2000Order {
  /** Larger images are shrunk to this: the encoder keeps every detail, at about a byte for three pixels, and a chip has little room. */
  readonly fitWithin: number;
  readonly grey?: boolean;
  /** A bare codestream instead of a file, as some states store it. */
  readonly bare?: boolean;
}

const box = (type: string, ...contents: readonly Uint8Array[]): Bytes => {
  const body = concatBytes(...contents);
  return concatBytes(u32(8 + body.length), utf8(type), body);
};
const u32 = (n: number): Bytes => Uint8Array.of(n >>> 24, (n >>> 16) & 0xff, (n >>> 8) & 0xff, n & 0xff);

/** JPEG 2000 bytes of an image, as most issuing states store portraits (ISO/IEC 15444-1; the file format by its annex I). */
export async function encodeJpeg2000(original: RgbImage, order: Jpeg2000Order): Promise<Bytes> {
  const { data, info } = await sharp(original.data, { raw: { width: original.width, height: original.height, channels: 3 } }).resize(order.fitWithin, order.fitWithin, { fit: 'inside', withoutEnlargement: true }).raw().toBuffer({ resolveWithObject: true });
  const image = { width: info.width, height: info.height, data };
  const codestream = await encodeCodestream(image, order);
  if (order.bare === true) return codestream;
  const components = order.grey === true ? 1 : 3;
  const size = concatBytes(u32(image.height), u32(image.width), Uint8Array.of(0, components, 7, 7, 0, 0));
  const colour = concatBytes(Uint8Array.of(1, 0, 0), u32(components === 1 ? 17 : 16));
  return concatBytes(box('jP  ', Uint8Array.of(0x0d, 0x0a, 0x87, 0x0a)), box('ftyp', utf8('jp2 '), u32(0), utf8('jp2 ')), box('jp2h', box('ihdr', size), box('colr', colour)), box('jp2c', codestream));
}

async function encodeCodestream({ width, height, data }: { readonly width: number; readonly height: number; readonly data: Uint8Array }, order: Jpeg2000Order): Promise<Bytes> {
  const silent = (): void => {};
  const openJpeg = await (createRequire(import.meta.url)('@cornerstonejs/codec-openjpeg/wasmjs') as LoadOpenJpeg)({ print: silent, printErr: silent });
  const encoder = new openJpeg.J2KEncoder();
  try {
    const samples = order.grey === true ? Uint8Array.from({ length: width * height }, (_, i) => Math.round(0.299 * data[3 * i]! + 0.587 * data[3 * i + 1]! + 0.114 * data[3 * i + 2]!)) : data;
    encoder.getDecodedBuffer({ width, height, bitsPerSample: 8, componentCount: order.grey === true ? 1 : 3, isSigned: false }).set(samples);
    encoder.setQuality(false, 0);
    encoder.encode();
    return Uint8Array.from(encoder.getEncodedBuffer());
  } finally {
    encoder.delete();
  }
}

import { ByteReader, type Bytes, concatBytes, fromHex, utf8 } from '@visavis/kernel';
import { integer, tlv } from '../der/der.ts';

/** DG2 of a real passport holds 12–20 kB; beyond this a chip would hardly be read in time. */
export const MAX_PORTRAIT_BYTES = 60_000;

function u16(n: number): Bytes {
  return Uint8Array.of(n >> 8, n & 0xff);
}

function u32(n: number): Bytes {
  return concatBytes(u16(n >>> 16), u16(n & 0xffff));
}

/** Width and height from a JPEG's first frame header (ITU-T T.81 §B.2.2). Throws when there is none. */
export function jpegSize(jpeg: Uint8Array): { readonly width: number; readonly height: number } {
  const reader = new ByteReader(jpeg);
  if (reader.u16() !== 0xffd8) throw new RangeError('a JPEG begins with SOI');
  for (;;) {
    const marker = reader.u16();
    if (marker < 0xffc0) throw new RangeError('a JPEG marker was expected');
    const segment = new ByteReader(reader.take(reader.u16() - 2));
    const isFrameHeader = marker >= 0xffc0 && marker <= 0xffcf && marker !== 0xffc4 && marker !== 0xffc8 && marker !== 0xffcc;
    if (isFrameHeader) {
      segment.u8();
      const height = segment.u16();
      return { width: segment.u16(), height };
    }
    if (marker === 0xffda) throw new RangeError('a JPEG scan before its frame header');
  }
}

/** Width and height from the image header box of a JPEG 2000 file (ISO/IEC 15444-1 §I.5.3.1), or from the size marker of a bare codestream. */
function jpeg2000Size(image: Uint8Array): { readonly width: number; readonly height: number } {
  const reader = new ByteReader(image);
  if (isBareCodestream(image)) {
    reader.take(8);
    return { width: reader.u32(), height: reader.u32() };
  }
  const at = Buffer.from(image).indexOf('ihdr');
  if (at < 0) throw new RangeError('a JPEG 2000 file has an image header');
  reader.take(at + 4);
  const height = reader.u32();
  return { width: reader.u32(), height };
}

const isBareCodestream = (image: Uint8Array): boolean => image[0] === 0xff && image[1] === 0x4f;
const isJpeg2000 = (image: Uint8Array): boolean => isBareCodestream(image) || (image[0] === 0 && image[4] === 0x6a);

/** What states write otherwise around a portrait, or may choose. */
export interface Dg2Style {
  readonly format?: '19794-5' | '39794-5';
  /** Added to the lengths that the facial record says of itself. */
  readonly recordLengthError?: number;
  /** Bytes of nothing after the image, inside its record. */
  readonly trailingBytes?: number;
}

/** One full-frontal face in an ISO/IEC 19794-5:2005 record. */
function facialRecord(portrait: Uint8Array, style: Dg2Style): Bytes {
  const dataType = isJpeg2000(portrait) ? 1 : 0;
  const { width, height } = dataType === 1 ? jpeg2000Size(portrait) : jpegSize(portrait);
  const image = concatBytes(Uint8Array.of(0x01, dataType), u16(width), u16(height), Uint8Array.of(0x01, 0x02), u16(0), u16(0), portrait, new Uint8Array(style.trailingBytes ?? 0));
  // Length, no feature points, then gender, eyes, hair, properties, expression, pose and its uncertainty all unspecified.
  const face = concatBytes(u32(20 + image.length), new Uint8Array(16), image);
  return concatBytes(utf8('FAC\x00010\x00'), u32(14 + face.length + (style.recordLengthError ?? 0)), u16(1), face);
}

/** The same by ISO/IEC 39794-5:2019 annex A: version 3 of 2019, one representation, two-dimensional. */
function faceBlock(portrait: Uint8Array): Bytes {
  const imageDataFormat = tlv(0xa1, tlv(0xa0, tlv(0x80, Uint8Array.of(isJpeg2000(portrait) ? 3 : 2))));
  const flat = tlv(0xa0, tlv(0x80, portrait), imageDataFormat);
  const representation = tlv(0x30, tlv(0x80, Uint8Array.of(0)), tlv(0xa1, tlv(0xa0, flat)));
  return tlv(0xa1, tlv(0x65, tlv(0xa0, tlv(0x80, Uint8Array.of(3)), tlv(0x81, u16(2019))), tlv(0xa1, representation)));
}

/** EF.DG2: one biometric information template (CBEFF patron format of ICAO 9303-10 §4.7.2) with one JPEG or JPEG 2000 portrait. */
export function encodeDg2(portrait: Uint8Array, style: Dg2Style = {}): Bytes {
  if (portrait.length > MAX_PORTRAIT_BYTES) throw new RangeError('portrait too large for a chip');
  const header = tlv(
    0xa1,
    tlv(0x80, fromHex('0101')),
    tlv(0x81, fromHex('02')), // facial features
    tlv(0x82, fromHex('00')), // no subtype
    tlv(0x87, fromHex('0101')), // ISO/IEC JTC 1/SC 37
    tlv(0x88, fromHex('0008')), // face image format
  );
  return tlv(0x75, tlv(0x7f61, integer(1), tlv(0x7f60, header, style.format === '39794-5' ? tlv(0x7f2e, faceBlock(portrait)) : tlv(0x5f2e, facialRecord(portrait, style)))));
}

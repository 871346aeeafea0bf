import { readJpeg2000Header } from '../image/read-jpeg2000-header.ts';
import { readJpegSize } from '../image/read-jpeg-size.ts';
import type { RgbImage } from '../image/rgb-image.ts';
import { decodeJpeg2000 } from './decode-jpeg2000.ts';
import { decodeJpeg, PORTRAIT_LIMITS } from './decode-jpeg.ts';

/** The document's portrait, as its authenticity check handed it over. */
export interface Portrait {
  readonly mediaType: 'image/jpeg' | 'image/jp2';
  readonly bytes: Uint8Array;
}

/** By its first bytes, for files that no document describes. */
export const mediaTypeOf = (file: Uint8Array): Portrait['mediaType'] => (file[0] === 0xff && file[1] === 0xd8 ? 'image/jpeg' : 'image/jp2');

export type PortraitFaultCode = 'FACE_PORTRAIT_FORMAT_UNSUPPORTED' | 'FACE_PORTRAIT_TOO_LARGE' | 'FACE_PORTRAIT_UNUSABLE';

/** Colours and an opacity channel. */
const MAX_COMPONENTS = 4;
/** Usual is one; more only multiply the decoder's tables. */
const MAX_TILES = 256;

/**
 * Decodes a JPEG or JPEG 2000 portrait. Every limit is checked on the headers, before a decoder gets a byte.
 * @returns pixels, or why there are none
 * @faults FACE_PORTRAIT_FORMAT_UNSUPPORTED, FACE_PORTRAIT_TOO_LARGE, FACE_PORTRAIT_UNUSABLE
 */
export async function decodePortrait({ mediaType, bytes }: Portrait): Promise<RgbImage | PortraitFaultCode> {
  if (bytes.length > PORTRAIT_LIMITS.maxBytes) return 'FACE_PORTRAIT_TOO_LARGE';
  return (mediaType === 'image/jpeg' ? await decodeJpegPortrait(bytes) : await decodeJpeg2000Portrait(bytes)) ?? 'FACE_PORTRAIT_UNUSABLE';
}

async function decodeJpegPortrait(bytes: Uint8Array): Promise<RgbImage | PortraitFaultCode | undefined> {
  const size = readJpegSize(bytes);
  if (size !== undefined && size.width * size.height > PORTRAIT_LIMITS.maxPixels) return 'FACE_PORTRAIT_TOO_LARGE';
  return decodeJpeg(bytes, PORTRAIT_LIMITS);
}

async function decodeJpeg2000Portrait(bytes: Uint8Array): Promise<RgbImage | PortraitFaultCode | undefined> {
  const header = readJpeg2000Header(bytes);
  if (header === undefined) return undefined;
  const { width, height, components, tiles, bitsPerSample, colour, palette } = header;
  if (width * height > PORTRAIT_LIMITS.maxPixels || components > MAX_COMPONENTS || tiles > MAX_TILES) return 'FACE_PORTRAIT_TOO_LARGE';
  if (bitsPerSample === undefined || colour === 'other' || (colour === 'ycc' && components < 3) || (palette !== undefined && bitsPerSample > 8)) return 'FACE_PORTRAIT_FORMAT_UNSUPPORTED';
  if (Math.min(width, height) < PORTRAIT_LIMITS.minSide) return undefined;
  return decodeJpeg2000({ ...header, bitsPerSample }, PORTRAIT_LIMITS.fitWithin);
}

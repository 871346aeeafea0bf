import sharp from 'sharp';
import { readJpegSize } from '../image/read-jpeg-size.ts';
import type { RgbImage } from '../image/rgb-image.ts';

export interface DecodeLimits {
  readonly maxBytes: number;
  readonly maxPixels: number;
  /** Smaller pictures hold no usable face. */
  readonly minSide: number;
  /** Larger pictures are shrunk to this when decoded. */
  readonly fitWithin: number;
  /** Turn it as its EXIF says, as every viewer does; a capture frame has no other way up than its pixels. */
  readonly asExifSays: boolean;
}

/** A capture frame: 640 × 480 by design; a little more is tolerated. */
export const FRAME_LIMITS: DecodeLimits = { maxBytes: 400 * 1024, maxPixels: 1920 * 1080, minSide: 240, fitWithin: 1280, asExifSays: false };
/** A document's portrait (ICAO 9303-9: usually under 20 kB, some states store full captures). Four megapixels bound the decoder's memory. */
export const PORTRAIT_LIMITS: DecodeLimits = { maxBytes: 4 * 1024 * 1024, maxPixels: 4_000_000, minSide: 120, fitWithin: 1024, asExifSays: true };

// One image at a time on the caller's thread budget, and nothing kept between images.
sharp.cache(false);
sharp.concurrency(1);

/**
 * Decodes a JPEG made by a stranger. Size limits are checked on the header first; the decoder stops at the first defect.
 * A colour profile inside is not read: a face is the same face in slightly paler colours, and profiles are programs of a kind.
 * @returns undefined when it is not a sound JPEG within the limits
 */
export async function decodeJpeg(jpeg: Uint8Array, limits: DecodeLimits): Promise<RgbImage | undefined> {
  if (jpeg.length > limits.maxBytes) return undefined;
  const size = readJpegSize(jpeg);
  if (size === undefined || size.width * size.height > limits.maxPixels || Math.min(size.width, size.height) < limits.minSide) return undefined;
  try {
    let image = sharp(jpeg, { failOn: 'error', limitInputPixels: limits.maxPixels, sequentialRead: true, ignoreIcc: true });
    if (limits.asExifSays) image = image.autoOrient();
    if (Math.max(size.width, size.height) > limits.fitWithin) image = image.resize(limits.fitWithin, limits.fitWithin, { fit: 'inside' });
    // Three components come out as they are wanted; asking for it all the same takes a tenth of the decoding.
    if (size.components !== 3) image = image.removeAlpha().toColourspace('srgb');
    const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
    if (info.channels !== 3) return undefined;
    return { width: info.width, height: info.height, pixels: data };
  } catch {
    // sharp's words are for developers; that it refused is all that counts here.
    return undefined;
  }
}

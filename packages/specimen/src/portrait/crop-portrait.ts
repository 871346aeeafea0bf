import type { Bytes } from '@visavis/kernel';
import sharp from 'sharp';

/** 413×531 is 35×45 mm at 300 dpi (ISO/IEC 19794-5 B.2.4). Both sides of it are about 3:4. */
const WIDTH = 413;
const HEIGHT = 531;
/** What a real passport's DG2 holds, and what a chip gives away in a few seconds. */
const MAX_BYTES = 20_000;
/** Larger pictures are not a webcam shot. */
const MAX_INPUT_PIXELS = 25_000_000;
const MIN_INPUT_SIDE = 120;
/** A webcam shot of a face stays above 60; the rest is for pictures that are mostly noise. */
const QUALITIES = [88, 80, 70, 60, 45, 30, 15, 5] as const;

/**
 * Makes a passport-like portrait of a photograph of one's own: upright, the middle cut to 35:45, colour, at most
 * 20 kB, without the metadata the camera wrote. It does not look for a face: a person off centre stays off centre.
 * @param jpeg anybody's bytes
 * @returns undefined when they are no JPEG that decodes whole, or too small or too large a picture
 */
export async function cropPortrait(jpeg: Uint8Array): Promise<Bytes | undefined> {
  if (jpeg[0] !== 0xff || jpeg[1] !== 0xd8) return undefined;
  let pixels: Buffer;
  try {
    const image = sharp(jpeg, { limitInputPixels: MAX_INPUT_PIXELS, failOn: 'error', sequentialRead: true });
    const { format, width, height } = await image.metadata();
    if (format !== 'jpeg' || width < MIN_INPUT_SIDE || height < MIN_INPUT_SIDE) return undefined;
    pixels = await image.autoOrient().resize(WIDTH, HEIGHT, { fit: 'cover', position: 'centre' }).flatten().toColourspace('srgb').removeAlpha().raw().toBuffer();
  } catch {
    // The decoder's words are for nobody: it is no usable picture.
    return undefined;
  }
  for (const quality of QUALITIES) {
    const encoded = await sharp(pixels, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } }).jpeg({ quality, chromaSubsampling: '4:2:0' }).toBuffer();
    if (encoded.length <= MAX_BYTES) return Uint8Array.from(encoded);
  }
  return undefined;
}

import sharp from 'sharp';
import type { RgbImage } from './rgb-image.ts';

/** JPEG bytes of an image; `quality` 1…100. */
export async function encodeJpeg(image: RgbImage, quality: number): Promise<Uint8Array> {
  const { width, height, data } = image;
  return new Uint8Array(await sharp(data, { raw: { width, height, channels: 3 } }).jpeg({ quality }).toBuffer());
}

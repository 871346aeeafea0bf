import { toHex } from '@visavis/kernel';

/** An image as a data group carries it, still encoded. Nothing in it has been looked at beyond its first bytes. */
export interface EncodedImage {
  readonly mediaType: 'image/jpeg' | 'image/jp2';
  readonly bytes: Uint8Array;
}

/** How each image format begins. A bare JPEG 2000 codestream counts as image/jp2: decoders of one take the other. */
const SIGNATURES: readonly (readonly [string, EncodedImage['mediaType']])[] = [
  ['ffd8ff', 'image/jpeg'],
  ['0000000c6a502020', 'image/jp2'],
  ['ff4fff51', 'image/jp2'],
];

/** The image type is told by its first bytes: some states fill in the field that should say it wrongly. @returns undefined for another format */
export function encodedImage(bytes: Uint8Array): EncodedImage | undefined {
  const mediaType = SIGNATURES.find(([signature]) => toHex(bytes.subarray(0, signature.length / 2)) === signature)?.[1];
  return mediaType && { mediaType, bytes };
}

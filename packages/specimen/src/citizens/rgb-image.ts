/** Pixels as displayed (sRGB): three bytes each, rows from the top. Not mirrored: the person's left is at the image's right. */
export interface RgbImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

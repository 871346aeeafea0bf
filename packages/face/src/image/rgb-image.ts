/** Decoded sRGB pixels, three bytes each, row by row from the top left. */
export interface RgbImage {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

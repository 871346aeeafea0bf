import { GRAM_BYTES } from './pattern-index.ts';

/** A window this long does not occur by chance; short enough to survive in the pieces of a freed buffer. */
export const WINDOW_BYTES = 32;
/** Positions of the search that are looked at: every window has a look in it that begins in its first half. */
export const WINDOW_STRIDE = 16;
/** Pieces with fewer different bytes (padding, flat areas) lie everywhere and would slow the search down. */
const MIN_DIFFERENT_IN_GRAM = 4;
/** Places tried after one that will not do. */
const TRIES = 24;

/** What counts as too plain to be told from chance. */
export interface WindowTaste {
  /** Left out at the beginning: what all files of that kind have in common. */
  readonly headBytes: number;
  /** Windows begin at multiples of this. */
  readonly alignment: number;
  /** Of 32 bytes. */
  readonly minDifferent: number;
}

/** Tables and header of a JPEG are alike in all; entropy-coded data is not. */
export const JPEG_TASTE: WindowTaste = { headBytes: 800, alignment: 1, minDifferent: 20 };
/** Colours of one row of a smooth picture repeat; sensor noise keeps them apart. */
export const PIXEL_TASTE: WindowTaste = { headBytes: 0, alignment: 1, minDifferent: 12 };
/** Eight float32: exponents repeat, and mantissas too where a picture's bytes only had a mean taken off. */
export const FLOAT_TASTE: WindowTaste = { headBytes: 0, alignment: 4, minDifferent: 14 };

/**
 * Windows spread evenly over a byte string, each moved on a little where it is too plain; fewer than `count` where
 * the bytes have no more that will do.
 */
export function windowsOf(bytes: Uint8Array, count: number, taste: WindowTaste): Uint8Array[] {
  const head = Math.min(taste.headBytes, Math.floor(bytes.length / 4));
  const room = bytes.length - head - WINDOW_BYTES;
  const windows: Uint8Array[] = [];
  if (room < 0) return windows;
  for (let i = 0; i < count; i++) {
    const first = head + Math.floor((room * i) / count);
    for (let tried = 0; tried < TRIES; tried++) {
      const at = Math.ceil((first + tried * (taste.alignment + 2)) / taste.alignment) * taste.alignment;
      if (at + WINDOW_BYTES > bytes.length) break;
      const window = bytes.slice(at, at + WINDOW_BYTES);
      if (!isTelling(window, taste.minDifferent)) continue;
      windows.push(window);
      break;
    }
  }
  return windows;
}

function isTelling(window: Uint8Array, minDifferent: number): boolean {
  if (new Set(window).size < minDifferent) return false;
  for (let at = 0; at < WINDOW_STRIDE; at++) if (new Set(window.subarray(at, at + GRAM_BYTES)).size < MIN_DIFFERENT_IN_GRAM) return false;
  return true;
}

import type { RandomBytes } from '@visavis/kernel';
import type { ScreenRgb } from '../liveness/actions.ts';
import { below } from '../liveness/below.ts';

/** Red, green and blue are each either full or held back: eight colours, three independent bits a symbol. */
export const CHANNELS = 3;
const FULL = 255;
/**
 * As displayed; 0.156 of full light. Not black, so that red never stands alone: with both others held back it is
 * 1 / (1 + 2 · 0.156) = 0.76 of the light, below the 0.8 at which WCAG 2.3.1 calls a red saturated.
 */
const HELD_BACK = 110;
/** A colour that stays for longer is lost in the camera's own slow adjustments. */
const MAX_RUN = 3;

/** Ones and zeros of one channel, symbol by symbol. */
export type ChannelBits = readonly number[];

const known = new Map<number, readonly ChannelBits[]>();

/**
 * Every sequence that a channel may be given: at least a third of it each of full and held back, and no run of more
 * than three, so that light and dark can be told apart without knowing how strongly the face answers.
 */
export function channelSequences(symbols: number): readonly ChannelBits[] {
  let sequences = known.get(symbols);
  if (sequences === undefined) {
    sequences = Array.from({ length: 2 ** symbols }, (_, word) => Array.from({ length: symbols }, (_, i) => (word >> i) & 1)).filter(balanced);
    known.set(symbols, sequences);
  }
  return sequences;
}

function balanced(bits: ChannelBits): boolean {
  const least = Math.floor(bits.length / 3);
  const ones = bits.reduce((sum, bit) => sum + bit, 0);
  const runTooLong = bits.some((bit, i) => i >= MAX_RUN && bits.slice(i - MAX_RUN, i).every((before) => before === bit));
  return ones >= least && ones <= bits.length - least && !runTooLong;
}

/** @param random must be cryptographically strong: a foreseeable code can be shone in advance */
export function drawLightCode(o: { readonly random: RandomBytes; readonly symbols: number }): readonly ScreenRgb[] {
  const sequences = channelSequences(o.symbols);
  const channels = Array.from({ length: CHANNELS }, () => sequences[below(sequences.length, o.random)]!);
  const level = (channel: number, symbol: number): number => (channels[channel]![symbol] === 1 ? FULL : HELD_BACK);
  return Array.from({ length: o.symbols }, (_, symbol) => [level(0, symbol), level(1, symbol), level(2, symbol)] as const);
}

/** Which channels are full. */
export const bitsOf = (colour: ScreenRgb): ChannelBits => colour.map((level) => (level > (FULL + HELD_BACK) / 2 ? 1 : 0));

/** Small scalar curves that every painter and every motion of this folder is made of. */
export const clamp = (value: number, low: number, high: number): number => (value < low ? low : value > high ? high : value);
export const mix = (from: number, to: number, share: number): number => from + (to - from) * share;

/** 0 before `from`, 1 after `to`, smooth between; `from` may lie above `to`. */
export function smoothStep(from: number, to: number, value: number): number {
  const share = clamp((value - from) / (to - from), 0, 1);
  return share * share * (3 - 2 * share);
}

/** A bell of height 1 around 0 with the given squared width. */
export const bell = (distanceSquared: number, widthSquared: number): number => (distanceSquared > 6 * widthSquared ? 0 : Math.exp(-distanceSquared / widthSquared));

import { type Clock, type RandomBytes, toBase64Url } from '@visavis/kernel';
import type { Passport } from '@visavis/specimen';

/** Where made-up passports lie: in memory, so many and for so long. */
export interface PassportCabinet {
  /** @returns the chip's id, unguessable; undefined when the cabinet is full */
  put(passport: Passport): string | undefined;
  get(chipId: string): Passport | undefined;
}

/** A cabinet whose passports vanish `lifetimeMs` after they were put in. */
export function createPassportCabinet(o: { readonly maxPassports: number; readonly lifetimeMs: number; readonly clock: Clock; readonly random: RandomBytes }): PassportCabinet {
  const drawers = new Map<string, { readonly passport: Passport; readonly untilMs: number }>();

  /** A Map keeps the order of putting in, and every lifetime is alike: the oldest come first. */
  function sweep(): void {
    for (const [chipId, drawer] of drawers) {
      if (drawer.untilMs > o.clock()) return;
      drawers.delete(chipId);
    }
  }

  return {
    put(passport) {
      sweep();
      if (drawers.size >= o.maxPassports) return undefined;
      const chipId = toBase64Url(o.random(16));
      drawers.set(chipId, { passport, untilMs: o.clock() + o.lifetimeMs });
      return chipId;
    },
    get(chipId) {
      sweep();
      return drawers.get(chipId)?.passport;
    },
  };
}

/** Durations remembered: a busy hour of a small pool, and recent enough to follow a change. */
const REMEMBERED = 64;
/** Of the remembered durations, the one that three in four stay below: an estimate that is too short by half the time is not honest. */
const UPPER_QUARTILE = 0.75;

/** How long rooms are in use, from those that ended of late. */
export interface DurationMemory {
  note(durationMs: number): void;
  /** The upper quartile; `expectedMs` while nothing was measured. */
  typicalMs(): number;
}

/** @param expectedMs what is assumed before the first measurement */
export function createDurationMemory(expectedMs: number): DurationMemory {
  const durations: number[] = [];
  return {
    note(durationMs) {
      durations.push(durationMs);
      if (durations.length > REMEMBERED) durations.shift();
    },
    typicalMs() {
      if (durations.length === 0) return expectedMs;
      const sorted = durations.toSorted((a, b) => a - b);
      return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * UPPER_QUARTILE))]!;
    },
  };
}

/**
 * How long the citizen at `place` waits, when every room in use ends after the typical time and is given to the next.
 * A room that has been in use for longer than typical is expected to end after another tenth of it, never at once.
 * @param o.place 1 is next
 * @param o.inUseForMs how long each room has been in use
 * @param o.most rooms there are
 */
export function estimateWaitMs(o: { readonly place: number; readonly inUseForMs: readonly number[]; readonly most: number; readonly typicalMs: number }): number {
  const rooms = Math.max(1, o.most);
  const left = o.inUseForMs.slice(0, rooms).map((usedMs) => Math.max(o.typicalMs - usedMs, o.typicalMs / 10));
  const ends = [...left, ...Array.from({ length: rooms - left.length }, () => 0)].toSorted((a, b) => a - b);
  // Everybody before this place takes the room that ends first, for the typical time.
  const [rounds, turn] = [Math.floor((o.place - 1) / rooms), (o.place - 1) % rooms];
  return Math.round(ends[turn]! + rounds * o.typicalMs);
}

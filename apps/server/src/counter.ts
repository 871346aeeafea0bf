import type { WaitedAtMost } from '@visavis/contract';
import { type Counted, countToday, type Registry } from '@visavis/registry';
import type { EventLog } from './event-log.ts';

/** Counts for the day's published figures. */
export type Counter = (counted: Counted) => void;

/** A figure that could not be written is lost, and no reason to keep anybody waiting or to refuse them. */
export function createCounter(registry: Pick<Registry, 'pool' | 'clock' | 'random'>, log: EventLog): Counter {
  return (counted) => void countToday(registry, registry.pool, counted).catch(() => log({ event: 'registry.unavailable' }));
}

/** In which class of the published figures a wait is. */
export function waitClass(waitedMs: number): WaitedAtMost {
  if (waitedMs <= 10_000) return '10';
  if (waitedMs <= 60_000) return '60';
  return waitedMs <= 300_000 ? '300' : 'longer';
}

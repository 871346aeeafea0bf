import { wilsonInterval } from './wilson-interval.ts';

/** A share of `n` comparisons, presentations or pictures with its 95 % interval, as evidence files hold it. */
export interface MeasuredRate {
  readonly n: number;
  readonly value: number;
  readonly interval95: readonly [low: number, high: number];
}

export const measureRate = (hits: number, n: number): MeasuredRate => ({ n, value: hits / n, interval95: wilsonInterval(hits, n) });

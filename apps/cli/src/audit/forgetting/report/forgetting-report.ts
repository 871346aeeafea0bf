import type { Outcome } from '../enrolments/attempt-enrolment.ts';
import type { NotSearched } from '../places/list-places.ts';
import type { PatternKind } from '../search/pattern.ts';
import type { Hit, PlaceSearched } from '../search/search-job.ts';

/** What the audit found. The first five keys are what others rely on. */
export interface ForgettingReport {
  readonly enrolments: number;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  readonly hitsOutsideBooths: number;
  readonly positiveControls: { readonly livingBooth: boolean; readonly leakyServer: boolean };
  readonly searched: readonly PlaceSearched[];
  readonly passed: boolean;
  /** Why not, in words. */
  readonly failures: readonly string[];
  /** Place and kind only: a pattern is somebody's face or name. */
  readonly hits: readonly Hit[];
  readonly notSearched: readonly NotSearched[];
  readonly excluded: readonly string[];
  readonly codes: Readonly<Record<string, number>>;
  readonly signIns: number;
  readonly patterns: Readonly<Partial<Record<PatternKind, number>>>;
  readonly controls: { readonly livingBooth: readonly Hit[]; readonly livingBoothEndedIn: string; readonly leakyServer: readonly Hit[]; readonly database: readonly Hit[] | string };
  readonly atOnce: number;
  readonly looksMeanwhile: number;
  readonly seconds: { readonly enrolments: number; readonly lastSearch: number };
  readonly seed: number;
}

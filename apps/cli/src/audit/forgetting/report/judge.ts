import type { Outcome } from '../enrolments/attempt-enrolment.ts';
import type { NotSearched } from '../places/list-places.ts';
import type { PatternKind } from '../search/pattern.ts';
import type { Hit, PlaceSearched } from '../search/search-job.ts';

/** Without these a living booth was not shown to be one. */
const LIVING_BOOTH_HOLDS: readonly PatternKind[] = ['portrait', 'frame', 'decodedPixels', 'embedding'];
/** Of an audit this large, some must have been accepted and some not. */
const SMALLEST_MIX = 20;

export const foundInLivingBooth = (hits: readonly Hit[]): boolean => missingInLivingBooth(hits).length === 0;

const missingInLivingBooth = (hits: readonly Hit[]): readonly PatternKind[] => LIVING_BOOTH_HOLDS.filter((kind) => !hits.some((hit) => hit.kind === kind));

/**
 * Everything that keeps an audit from passing, in words. A search that found nothing passes only when it is known to
 * have looked where something could be, and to find it where it is.
 */
export function judge(o: {
  readonly hits: readonly Hit[];
  readonly searched: readonly PlaceSearched[];
  readonly notSearched: readonly NotSearched[];
  readonly outcomes: Readonly<Record<Outcome, number>>;
  readonly boothsEnded: boolean;
  readonly livingBooth: readonly Hit[];
  readonly leakyServerFound: boolean;
  /** Undefined when that control was not run. */
  readonly leakyDatabaseFound: boolean | undefined;
  readonly mustBeSearched: readonly string[];
  readonly patterns: Readonly<Partial<Record<PatternKind, number>>>;
}): string[] {
  const failures: string[] = [];
  const fail = (wrong: boolean, words: string): void => {
    if (wrong) failures.push(words);
  };
  fail(o.hits.length > 0, `found outside living booths: ${o.hits.map(({ kind, place }) => `${kind} in ${place}`).join('; ')}`);
  const missing = missingInLivingBooth(o.livingBooth);
  fail(missing.length > 0, `positive control: the living booth was not found to hold ${missing.join(', ')}`);
  fail(!o.leakyServerFound, 'positive control: the leaks of the leaky server were not all found');
  fail(o.leakyDatabaseFound === false, 'positive control: what was put into the database was not found in its files');
  for (const { place, reason, shouldBe } of o.notSearched) fail(shouldBe, `not searched: ${place} (${reason})`);
  for (const place of o.mustBeSearched) fail((o.searched.find((one) => one.place === place)?.bytes ?? 0) === 0, `nothing was read of ${place}`);
  for (const [kind, n] of Object.entries(o.patterns)) fail(n === 0, `there was no ${kind} to look for`);
  fail(!o.boothsEnded, 'some booths had not ended long after their enrolments');
  const { accepted, refused, aborted, crashed } = o.outcomes;
  fail(accepted === 0, 'nobody was accepted: an audit of refusals alone shows little');
  fail(accepted + refused + aborted + crashed >= SMALLEST_MIX && (refused === 0 || aborted === 0 || crashed === 0), 'not every way to end was taken');
  return failures;
}

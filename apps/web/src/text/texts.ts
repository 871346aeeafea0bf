import { en, type Texts } from './en.ts';

/** The catalogue in use. One language so far; the choice among several goes here. */
export const texts: Texts = en;

/** A calendar date (`YYYY-MM-DD`) or a moment as people write it. */
export function formatDate(iso: string): string {
  const isCalendarDate = iso.length === 10;
  return new Intl.DateTimeFormat(texts.dateLocale, { dateStyle: 'long', ...(isCalendarDate && { timeZone: 'UTC' }) }).format(new Date(iso));
}

import { en, type Texts } from './en.ts';

/** The catalogue in use. One language so far; the choice among several goes here. */
export const texts: Texts = en;

/** A calendar date (`YYYY-MM-DD`) or a moment as people write it. */
export function formatDate(iso: string): string {
  const isCalendarDate = iso.length === 10;
  return new Intl.DateTimeFormat(texts.dateLocale, { dateStyle: 'long', ...(isCalendarDate && { timeZone: 'UTC' }) }).format(new Date(iso));
}

/** The time of day of a moment, where the citizen is. */
export function formatTime(iso: string): string {
  return new Intl.DateTimeFormat(texts.dateLocale, { timeStyle: 'medium' }).format(new Date(iso));
}

/** A moment with its time of day, where the citizen is. */
export function formatMoment(iso: string): string {
  return new Intl.DateTimeFormat(texts.dateLocale, { dateStyle: 'long', timeStyle: 'short' }).format(new Date(iso));
}

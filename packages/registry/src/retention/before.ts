/** ISO 8601 durations, without weeks and fractions. */
export const durationPattern = /^P(?=\d|T\d)(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})D)?(?:T(?=\d)(?:(\d{1,4})H)?(?:(\d{1,4})M)?(?:(\d{1,4})S)?)?$/;

/**
 * The moment a duration before another, by the UTC calendar: years and months first, at most to a month's last day.
 * @param duration matches {@link durationPattern}
 */
export function before(atMs: number, duration: string): Date {
  const parts = durationPattern.exec(duration)?.slice(1).map((part) => Number(part ?? 0));
  if (parts === undefined) throw new RangeError(`not a duration: ${duration}`);
  const [years = 0, months = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = parts;
  const then = new Date(atMs);
  const day = then.getUTCDate();
  then.setUTCDate(1);
  then.setUTCMonth(then.getUTCMonth() - 12 * years - months);
  const lastDay = new Date(Date.UTC(then.getUTCFullYear(), then.getUTCMonth() + 1, 0)).getUTCDate();
  then.setUTCDate(Math.min(day, lastDay));
  return new Date(then.getTime() - (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000);
}

import { describe, expect, it } from 'vitest';
import { before, durationPattern } from './before.ts';
import { retentionPolicy } from './retention-policy.ts';

const at = Date.parse('2028-03-31T12:00:00Z');

describe('a moment before another', () => {
  it.each([
    ['PT0S', '2028-03-31T12:00:00.000Z'],
    ['PT1H', '2028-03-31T11:00:00.000Z'],
    ['P1D', '2028-03-30T12:00:00.000Z'],
    ['P1M', '2028-02-29T12:00:00.000Z'],
    ['P2Y', '2026-03-31T12:00:00.000Z'],
    ['P1Y1M', '2027-02-28T12:00:00.000Z'],
    ['P1Y2M3DT4H5M6S', '2027-01-28T07:54:54.000Z'],
  ])('%s: %s', (duration, moment) => expect(before(at, duration).toISOString()).toBe(moment));

  it.each(['', 'P', 'PT', 'P1', '1Y', 'P1W', 'P-1D', 'P1DT', 'P1.5D', 'p1d'])('refuses "%s"', (text) => {
    expect(durationPattern.test(text)).toBe(false);
    expect(() => before(at, text)).toThrow('not a duration');
  });
});

describe('the retention policy', () => {
  it('keeps nothing longer than the decree did', () => {
    const compared = retentionPolicy.classes.filter(({ decree }) => decree !== undefined);
    expect(compared.map((entry) => entry.class)).toEqual(['enrolment', 'inactiveIdentity', 'identityLastChecked']);
    for (const { after, decree } of compared) expect(before(at, after).getTime()).toBeGreaterThanOrEqual(before(at, decree!).getTime());
  });
});

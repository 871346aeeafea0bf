import { describe, expect, it } from 'vitest';
import { mayBeOldPortrait } from './may-be-old-portrait.ts';

const on = (day: string, dateOfExpiry: string, dateOfIssue?: string) => mayBeOldPortrait({ dateOfIssue, dateOfExpiry, oldPortraitYears: 5, atMs: Date.parse(`${day}T12:00:00Z`) });

describe('mayBeOldPortrait', () => {
  it('counts ten years back from the day of expiry where the day of issue was not read', () => {
    expect(on('2026-11-27', '2031-11-27')).toBe(true);
    expect(on('2026-11-27', '2031-11-28')).toBe(false);
    expect(on('2026-11-27', '2036-01-01')).toBe(false);
  });

  it('believes the day of issue where it was read', () => {
    expect(on('2026-11-27', '2027-01-01', '2022-01-01')).toBe(false);
    expect(on('2026-11-27', '2027-01-01')).toBe(true);
    expect(on('2026-11-27', '2031-11-28', '2021-11-27')).toBe(true);
  });
});

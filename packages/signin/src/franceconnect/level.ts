import type { LevelOfAssurance } from '@visavis/contract';
import { err, ok, type Result } from '@visavis/kernel';
import { LEVELS_OF_ASSURANCE } from '../levels.ts';
import type { Platform } from './claims.ts';

/** Lowest first. What is asked for in unknown words gets the highest. */
export const PLATFORM_LEVELS: Readonly<Record<Platform, readonly [LevelOfAssurance, ...LevelOfAssurance[]]>> = { low: ['eidas1'], high: ['eidas2', 'eidas3'] };

/**
 * The level that a request wants: the lowest it names; the platform's highest when it names none that is known.
 * @param acrValues as the service sent it, separated by spaces
 * @returns or the `error_description` of FranceConnect's `invalid_acr`
 */
export function wantedLevel(platform: Platform, acrValues: string): Result<LevelOfAssurance, string> {
  const supported = PLATFORM_LEVELS[platform];
  const named = acrValues.split(' ');
  const lowest = LEVELS_OF_ASSURANCE.find((level) => named.includes(level)) ?? supported.at(-1)!;
  return supported.includes(lowest) ? ok(lowest) : err(`acr_value is not valid, should be equal one of these values, expected ${supported.join(',')}, got ${lowest}`);
}

/** What a service is told: FranceConnect never says more than eidas1, FranceConnect+ says what was reached. */
export const toldLevel = (wanted: LevelOfAssurance, reached: LevelOfAssurance): LevelOfAssurance => (wanted === 'eidas1' ? 'eidas1' : reached);

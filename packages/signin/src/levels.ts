import type { LevelOfAssurance } from '@visavis/contract';

/** Lowest first. */
export const LEVELS_OF_ASSURANCE: readonly LevelOfAssurance[] = ['eidas1', 'eidas2', 'eidas3'];

export const isAtLeast = (reached: LevelOfAssurance, lowest: LevelOfAssurance): boolean => LEVELS_OF_ASSURANCE.indexOf(reached) >= LEVELS_OF_ASSURANCE.indexOf(lowest);

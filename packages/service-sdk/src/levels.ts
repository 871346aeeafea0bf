/** Levels of assurance under eIDAS, lowest first: low, substantial, high. */
export const LEVELS = ['eidas1', 'eidas2', 'eidas3'] as const;
export type Level = (typeof LEVELS)[number];

/** The levels that a service accepts, lowest first. */
export const levelsFrom = (lowest: Level): readonly Level[] => LEVELS.slice(LEVELS.indexOf(lowest));

import { enLater, type LaterTexts } from './en-later.ts';

/** Of the same language as `texts`. Nothing that is loaded first may ask for them. */
export const laterTexts: LaterTexts = enLater;

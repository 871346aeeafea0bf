import { CHIP_QUIRKS, type ChipQuirkName } from './chip-quirks.ts';
import { DOCUMENT_QUIRKS, type DocumentQuirkName } from './document-quirks.ts';

export type QuirkName = ChipQuirkName | DocumentQuirkName;

/** Every way in which documents of the field differ that is made here: chips in what they answer, documents in what they say. */
export const QUIRKS: Readonly<Record<QuirkName, { readonly seenIn: string; readonly effect: string }>> = { ...CHIP_QUIRKS, ...DOCUMENT_QUIRKS };

import { z } from 'zod';

/** Scripts whose letters are drawn alike. */
const LOOKALIKES = [/\p{Script=Latin}/u, /\p{Script=Greek}/u, /\p{Script=Cyrillic}/u, /\p{Script=Armenian}/u, /\p{Script=Cherokee}/u];

const isOneScript = (word: string): boolean => LOOKALIKES.filter((script) => script.test(word)).length <= 1;

/**
 * A registration's words as citizens are shown them: what they see is what is there. No character that is invisible or
 * turns the line round, one way to write each letter (NFC), one blank between words, and no word of two scripts that are
 * drawn alike. Does not establish that a name is nobody else's: a whole name in another script is for the operator's eye.
 * @source Unicode TR36 §2, TR39 §5.1
 */
export const shownText = (maxLength: number) =>
  z
    .string()
    .min(1)
    .max(maxLength)
    .refine((text) => !/[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u.test(text), 'no invisible characters')
    .refine((text) => text === text.normalize('NFC') && !/^\s|\s$|\s\s|[^\S ]/u.test(text), 'each letter written one way, and one blank between words')
    .refine((text) => text.split(/[\s\p{P}]+/u).every(isOneScript), 'no word of letters from two alphabets');

import { z } from 'zod';
import { printedDocument, printedIdentity } from './verdict.ts';

/** INSEE's code of France among the countries. */
export const FRANCE = '99100';

/** As INSEE codes communes (Code officiel géographique): five digits, or `2A`/`2B` and three digits in Corsica. */
const commune = z.string().regex(/^(?:\d{2}|2[AB])\d{3}$/);
const countryAbroad = z.string().regex(/^99\d{3}$/).refine((code) => code !== FRANCE, 'a birth in France has a commune');

/** Letters of any script, in one spelling each; nothing that a page or a log could take for more than a name. */
const name = z
  .string()
  .max(64)
  .regex(/^\p{L}[\p{L} '’-]*$/u)
  .refine((value) => value.normalize('NFC') === value, 'composed letters (Unicode NFC)');

/** `YYYY-MM-DD`; a day or month that the registry does not know is `00`. */
const civilDate = z.string().regex(/^(?:19|20)\d{2}-(?:00-00|(?:0[1-9]|1[0-2])-(?:0[0-9]|[12]\d|3[01]))$/);

/** What a civil registry records about a birth. */
export const civilRecord = z.strictObject({
  /** At birth. */
  familyName: name,
  /** Each one by itself, so that a compound name stays one. */
  givenNames: z.array(name).min(1).max(16),
  /** In use instead of the name at birth, where there is one. */
  usageName: name.optional(),
  dateOfBirth: civilDate,
  /** Left out where the registry records neither. */
  sex: z.enum(['male', 'female']).optional(),
  birthplace: z.union([z.strictObject({ country: z.literal(FRANCE), commune }), z.strictObject({ country: countryAbroad })]),
});
export type CivilRecord = z.infer<typeof civilRecord>;

/**
 * A civil registry that this system asks, server to server. Personal data is in the body, never in the address.
 *
 * | call | body | answer |
 * |---|---|---|
 * | `POST /civil-records` | civilRecordRequest | 200 civilRecordAnswer |
 */
export const civilRecordRequest = z.strictObject({ person: printedIdentity, document: printedDocument.pick({ issuingState: true, documentNumber: true }) });
export type CivilRecordRequest = z.infer<typeof civilRecordRequest>;

/** `null`: it knows nobody by this, or more than one person. */
export const civilRecordAnswer = z.strictObject({ record: civilRecord.nullable() });

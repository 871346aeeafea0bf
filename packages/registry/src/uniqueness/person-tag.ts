import { createHmac } from 'node:crypto';
import type { PrintedIdentity } from '@visavis/contract';
import { normaliseName } from './normalise-name.ts';

/**
 * HMAC-SHA-256 over normalised names and birth date: what two documents of one person have in common. Two people can
 * share it (homonyms born on one day), and one person can have two (a name changed, cut or spelt anew), so it refuses
 * and refers; it never moves anything.
 */
export function personTag(personTagKey: Uint8Array, person: Pick<PrintedIdentity, 'familyName' | 'givenNames' | 'dateOfBirth'>): Buffer {
  return createHmac('sha256', personTagKey).update(`visavis person v1\n${normaliseName(person.familyName)}\n${normaliseName(person.givenNames)}\n${person.dateOfBirth}`).digest();
}

import { createHmac } from 'node:crypto';
import type { DocumentReference, DocumentStatus } from './document-register.ts';
import type { Registry } from './registry.ts';

/**
 * Attempts that one document has in a day. Each has two scripts, so whoever holds a stolen passport is compared with
 * its portrait ten times a day at most; an honest citizen who failed five attempts is better served at a counter.
 */
export const DOCUMENT_TRIES_PER_DAY = 5;
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Counts a try of a document whose chip proved genuine, and says whether it may go on: what the register of lost and
 * stolen documents says of it, or `triesExhausted`, for which the register is not asked. The day begins with the first
 * try. Tries at the same moment, at several servers, are counted one by one by the database.
 * @throws when the database or the register can't be asked: the caller takes that for no answer
 */
export async function admitDocument(registry: Pick<Registry, 'pool' | 'clock' | 'documentTagKey' | 'documentRegister'>, document: DocumentReference): Promise<DocumentStatus | 'triesExhausted'> {
  const now = new Date(registry.clock());
  const { rows } = await registry.pool.query<{ tries: number }>(
    `INSERT INTO document_tries AS known (try_tag, tries, expires_at) VALUES ($1, 1, $2)
     ON CONFLICT (try_tag) DO UPDATE SET
       tries = CASE WHEN known.expires_at <= $3 THEN 1 ELSE LEAST(known.tries + 1, $4) END,
       expires_at = CASE WHEN known.expires_at <= $3 THEN $2 ELSE known.expires_at END
     RETURNING tries`,
    [tryTag(registry.documentTagKey, document), new Date(now.getTime() + DAY_MS), now, DOCUMENT_TRIES_PER_DAY + 1],
  );
  if (rows[0] === undefined) throw new Error('a try was not counted');
  return rows[0].tries > DOCUMENT_TRIES_PER_DAY ? 'triesExhausted' : registry.documentRegister.status(document);
}

/** A label of its own: this tag is no {@link documentTag}, so that the two tables can't be joined. */
function tryTag(documentTagKey: Uint8Array, { issuingState, documentNumber }: DocumentReference): Buffer {
  return createHmac('sha256', documentTagKey).update(`visavis document try v1\n${issuingState}\n${documentNumber}`).digest();
}

import type { NoticeKind } from '@visavis/contract';
import type pg from 'pg';
import { newRandomId } from '../new-random-id.ts';
import type { Registry } from '../registry.ts';

/** A page of them; beyond it the oldest goes. */
const MOST_NOTICES = 20;

/**
 * Leaves word for the holder of an identity, in the transaction of what it is about: neither is there without the
 * other. They see it in their account until they put it away, and an e-mail says that there is one, where they have
 * confirmed an address.
 */
export async function giveNotice(client: Pick<pg.PoolClient, 'query'>, registry: Pick<Registry, 'clock' | 'random'>, identityId: string, kind: NoticeKind): Promise<void> {
  const at = new Date(registry.clock());
  await client.query('INSERT INTO notices (identity_id, notice_id, kind, given_at, mail_at) VALUES ($1, $2, $3, $4, $4)', [identityId, newRandomId(registry.random), kind, at]);
  await client.query('DELETE FROM notices WHERE identity_id = $1 AND notice_id IN (SELECT notice_id FROM notices WHERE identity_id = $1 ORDER BY given_at DESC, notice_id OFFSET $2)', [identityId, MOST_NOTICES]);
}

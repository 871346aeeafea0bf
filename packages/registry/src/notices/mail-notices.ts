import { findIdentity } from '../find-identity.ts';
import type { Registry } from '../registry.ts';

/** What could not be sent is tried again after this long, and no more when the notice is a day old. */
const AGAIN_AFTER_MS = 10 * 60 * 1000;
const NEWS_FOR_MS = 24 * 3600 * 1000;
/** Notices taken up in one run; the next run goes on. */
const MOST_PER_RUN = 200;

/**
 * Has an e-mail sent to the holders of new notices who confirmed an address: that there is something to see, and
 * nothing of what it is. Several servers may run it: each notice is lent to one of them.
 * @param send says whether the mail is on its way
 * @returns how many could not be sent
 */
export async function mailNotices(registry: Registry, send: (address: string) => Promise<boolean>): Promise<number> {
  const now = registry.clock();
  const { rows } = await registry.pool.query<{ identity_id: string; notice_id: string }>(
    `UPDATE notices SET mail_at = $2 FROM (SELECT identity_id, notice_id FROM notices WHERE mail_at <= $1 AND given_at > $3 ORDER BY mail_at LIMIT $4 FOR UPDATE SKIP LOCKED) AS due
     WHERE notices.identity_id = due.identity_id AND notices.notice_id = due.notice_id RETURNING notices.identity_id, notices.notice_id`,
    [new Date(now), new Date(now + AGAIN_AFTER_MS), new Date(now - NEWS_FOR_MS), MOST_PER_RUN],
  );
  let failed = 0;
  // Several notices of one holder are one mail.
  for (const [identityId, taken] of Map.groupBy(rows, (row) => row.identity_id)) {
    const email = (await findIdentity(registry, identityId))?.email;
    if (email !== undefined && !(await send(email))) {
      failed += 1;
      continue;
    }
    await registry.pool.query('UPDATE notices SET mail_at = NULL WHERE identity_id = $1 AND notice_id = ANY($2)', [identityId, taken.map((row) => row.notice_id)]);
  }
  return failed;
}

import { noticeKind, type Notices } from '@visavis/contract';
import type { Registry } from '../registry.ts';

/** What the holder of an identity has not put away yet, newest first. */
export async function listNotices({ pool }: Pick<Registry, 'pool'>, identityId: string): Promise<Notices> {
  const { rows } = await pool.query<{ notice_id: string; kind: string; given_at: Date }>('SELECT notice_id, kind, given_at FROM notices WHERE identity_id = $1 ORDER BY given_at DESC, notice_id', [identityId]);
  return rows.map((row) => ({ noticeId: row.notice_id, kind: noticeKind.parse(row.kind), at: row.given_at.toISOString() }));
}

/** Puts a notice away. What belongs to another identity stays, and nobody is told that it is there. */
export async function dismissNotice({ pool }: Pick<Registry, 'pool'>, identityId: string, noticeId: string): Promise<void> {
  await pool.query('DELETE FROM notices WHERE identity_id = $1 AND notice_id = $2', [identityId, noticeId]);
}

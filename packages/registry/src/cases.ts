import type { RandomBytes } from '@visavis/kernel';
import type pg from 'pg';
import { inTransaction } from './in-transaction.ts';
import { lockIdentity } from './lock-identity.ts';
import { newTypedCode } from './new-typed-code.ts';
import { giveNotice } from './notices/give-notice.ts';
import type { Registry } from './registry.ts';
import { revokeServiceTokens } from './revoke-service-tokens.ts';
import { openRow } from './sealing/open-row.ts';
import { sealRow } from './sealing/seal-row.ts';
import { serviceTag } from './service-tag.ts';

/** Something a citizen reported. `notMe`: the service is shut out while it is open. */
export interface Case {
  /** Random; to be told on a telephone. */
  readonly caseNumber: string;
  readonly kind: 'notMe';
  readonly state: 'open' | 'closed';
  readonly openedAt: string;
  readonly clientId: string;
}

/** Closed ones that stay with an identity: beyond it the oldest goes for each new one. Open ones are bounded by the services there are. */
const MAX_CLOSED_CASES = 50;

/**
 * Shuts a service out: in one transaction a case is opened, a notice given, what was agreed to there is forgotten, and every grant,
 * code and token of it is dead. Asked for twice, also at once, there is one case. From then on no grant is made for it.
 * @returns the open case; undefined for an identity that is no more
 */
export async function blockService(registry: Registry, identityId: string, clientId: string): Promise<Case | undefined> {
  const keys = await registry.keyStore.read(identityId);
  if (keys === undefined) return undefined;
  const tag = serviceTag(keys.dataKey, clientId);
  const opened = await inTransaction(registry.pool, async (client) => {
    if (!(await lockIdentity(client, identityId))) return undefined;
    const caseNumber = newCaseNumber(registry.random);
    const { rowCount } = await client.query(
      `INSERT INTO cases (identity_id, case_number, kind, opened_at, service_tag, sealed) VALUES ($1, $2, 'notMe', $3, $4, $5)
       ON CONFLICT (identity_id, service_tag) WHERE closed_at IS NULL DO NOTHING`,
      [identityId, caseNumber, new Date(registry.clock()), tag, sealRow({ dataKey: keys.dataKey, random: registry.random }, { table: 'cases', identityId, rowId: caseNumber }, { clientId })],
    );
    if (rowCount === 1) {
      await giveNoticeOnce(client, registry, identityId, 'serviceBlocked');
      await client.query(`DELETE FROM cases WHERE identity_id = $1 AND case_number IN (SELECT case_number FROM cases WHERE identity_id = $1 AND closed_at IS NOT NULL ORDER BY closed_at DESC OFFSET $2)`, [identityId, MAX_CLOSED_CASES]);
    }
    await client.query('DELETE FROM service_consents WHERE identity_id = $1 AND service_tag = $2', [identityId, tag]);
    await revokeServiceTokens(client, identityId, clientId);
    const { rows } = await client.query<{ case_number: string; opened_at: Date }>('SELECT case_number, opened_at FROM cases WHERE identity_id = $1 AND service_tag = $2 AND closed_at IS NULL', [identityId, tag]);
    return rows[0]!;
  });
  return opened && { caseNumber: opened.case_number, kind: 'notMe', state: 'open', openedAt: opened.opened_at.toISOString(), clientId };
}

/**
 * Closes a case: the service is let in again. Does not establish who asks for it: the caller does.
 * @returns false when there is no such open case
 */
export async function closeCase(registry: Pick<Registry, 'pool' | 'clock' | 'random'>, identityId: string, caseNumber: string): Promise<boolean> {
  return inTransaction(registry.pool, async (client) => {
    const { rowCount } = await client.query('UPDATE cases SET closed_at = $3 WHERE identity_id = $1 AND case_number = $2 AND closed_at IS NULL', [identityId, caseNumber, new Date(registry.clock())]);
    if (rowCount === 1) await giveNoticeOnce(client, registry, identityId, 'serviceUnblocked');
    return rowCount === 1;
  });
}

/** Newest first. */
export async function listCases(registry: Pick<Registry, 'pool' | 'keyStore'>, identityId: string): Promise<readonly Case[]> {
  const { rows } = await registry.pool.query<{ case_number: string; kind: 'notMe'; opened_at: Date; closed_at: Date | null; sealed: Buffer }>(
    'SELECT case_number, kind, opened_at, closed_at, sealed FROM cases WHERE identity_id = $1 ORDER BY opened_at DESC, case_number',
    [identityId],
  );
  const keys = rows.length === 0 ? undefined : await registry.keyStore.read(identityId);
  if (keys === undefined) return [];
  return rows.map((row) => ({
    caseNumber: row.case_number,
    kind: row.kind,
    state: row.closed_at === null ? 'open' : 'closed',
    openedAt: row.opened_at.toISOString(),
    clientId: openRow(keys.dataKey, { table: 'cases', identityId, rowId: row.case_number }, row.sealed).clientId,
  }));
}

/** 50 random bits in two groups of five. */
const newCaseNumber = (random: RandomBytes): string => {
  const code = newTypedCode(random, 10);
  return `${code.slice(0, 5)}-${code.slice(5)}`;
};

/** One of a kind until it is put away: who shuts out one service after another must not push other notices off the page. */
async function giveNoticeOnce(client: pg.PoolClient, registry: Pick<Registry, 'clock' | 'random'>, identityId: string, kind: 'serviceBlocked' | 'serviceUnblocked'): Promise<void> {
  const { rowCount } = await client.query('SELECT 1 FROM notices WHERE identity_id = $1 AND kind = $2', [identityId, kind]);
  if (rowCount === 0) await giveNotice(client, registry, identityId, kind);
}

import { err, ok, type Result } from '@visavis/kernel';
import type pg from 'pg';
import { type Device, deviceUse } from './find-device.ts';
import type { Registry } from './registry.ts';
import { runPrepared } from './run-prepared.ts';
import { openStanding, SERVICE_STANDING, type ServiceStanding, type StandingRow } from './service-consents.ts';
import { serviceTag } from './service-tag.ts';

/** A sign-in belongs to the first who proved themselves in it: what one person was shown and agreed to must not become another's between the page and the click. */
const insertProof = ({ uid, identity, now, end, when = 'true' }: Readonly<Record<'uid' | 'identity' | 'now' | 'end', string>> & { readonly when?: string }): string =>
  `INSERT INTO interaction_proofs (interaction_uid, identity_id, proven_at, expires_at) SELECT ${uid}, identity_id, ${now}, ${end} FROM identities WHERE identity_id = ${identity} AND NOT frozen AND ${when}
   ON CONFLICT (interaction_uid) DO UPDATE SET proven_at = excluded.proven_at, expires_at = excluded.expires_at
     WHERE interaction_proofs.identity_id = excluded.identity_id
   RETURNING identity_id`;

/**
 * Records who proved themselves in a sign-in.
 * @returns false when it belongs to somebody else, or the identity is frozen
 */
export async function recordInteractionProof(registry: Registry, interactionUid: string, identityId: string, lifetimeMs: number, queryable: Pick<pg.PoolClient, 'query'>): Promise<boolean> {
  const atMs = registry.clock();
  const { rowCount } = await queryable.query(insertProof({ uid: '$1', identity: '$2', now: '$3', end: '$4' }), [interactionUid, identityId, new Date(atMs), new Date(atMs + lifetimeMs)]);
  return rowCount === 1;
}

/**
 * Records, together, that a device was used and who proved themselves with it in a sign-in; both decide by themselves.
 * @param answered of {@link takePasskeyAnswer}
 * @returns how citizen and service stand to each other; or why nothing more may come of it: a counter seen before or a
 * device that was locked or removed meanwhile (`refused`), a freeze, a sign-in that is somebody else's
 */
export async function recordSignInProof(
  registry: Registry,
  answered: { readonly device: Device; readonly signCount: number },
  signIn: { readonly interactionUid: string; readonly clientId: string; readonly lifetimeMs: number },
): Promise<Result<ServiceStanding, 'refused' | 'frozen' | 'anotherPerson'>> {
  const { identityId } = answered.device;
  const keys = await registry.keyStore.read(identityId);
  if (keys === undefined) return err('refused');
  const [atMs, tag] = [registry.clock(), serviceTag(keys.dataKey, signIn.clientId)];
  const use = deviceUse(answered.device, answered.signCount, atMs);
  const { rows } = await runPrepared<StandingRow & { readonly is_used: boolean; readonly is_proven: boolean; readonly is_frozen: boolean | null }>(
    registry.pool,
    `sign-in proof ${answered.signCount === 0 ? 'uncounted' : 'counted'}`,
    `${use.with}, proven AS (${insertProof({ uid: '$7', identity: '$1', now: '$4', end: '$8', when: 'EXISTS (SELECT 1 FROM used)' })})
      SELECT EXISTS (SELECT 1 FROM used) AS is_used, EXISTS (SELECT 1 FROM proven) AS is_proven, (SELECT frozen FROM identities WHERE identity_id = $1) AS is_frozen, ${SERVICE_STANDING('$1', '$9')}`,
    [...use.values, signIn.interactionUid, new Date(atMs + signIn.lifetimeMs), tag],
  );
  const row = rows[0]!;
  if (!row.is_used) return err('refused');
  if (!row.is_proven) return err(row.is_frozen === true ? 'frozen' : 'anotherPerson');
  return ok(openStanding(row, { identityId, dataKey: keys.dataKey, tag }));
}

/** Who proved themselves in this sign-in, and when. */
export async function findInteractionProof(registry: Registry, interactionUid: string): Promise<{ readonly identityId: string; readonly provenAtMs: number } | undefined> {
  const { rows } = await registry.pool.query<{ identity_id: string; proven_at: Date }>('SELECT identity_id, proven_at FROM interaction_proofs WHERE interaction_uid = $1 AND expires_at > $2', [
    interactionUid,
    new Date(registry.clock()),
  ]);
  return rows[0] && { identityId: rows[0].identity_id, provenAtMs: rows[0].proven_at.getTime() };
}

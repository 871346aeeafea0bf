import { createHash } from 'node:crypto';
import type pg from 'pg';
import { inTransaction } from './in-transaction.ts';
import { lockIdentity } from './lock-identity.ts';
import type { Registry } from './registry.ts';
import { revokeServiceTokens } from './revoke-service-tokens.ts';
import { openRow } from './sealing/open-row.ts';
import type { RowContent } from './sealing/row-contents.ts';
import { sealRow } from './sealing/seal-row.ts';
import { serviceTag } from './service-tag.ts';

/** What a citizen decided about what a service may know: claim by claim, all that it asked for until now. */
export type ServiceConsent = RowContent<'service_consents'>;
export type DecidedClaim = ServiceConsent['claims'][number];

/** What a sign-in has to know of a citizen and a service. */
export interface ServiceStanding {
  /** Undefined when the citizen never agreed to anything there. */
  readonly decided: readonly DecidedClaim[] | undefined;
  /** The day it was decided last. */
  readonly givenAt: string | undefined;
  /** The citizen shut it out. */
  readonly isBlocked: boolean;
  /** Of what was decided. */
  readonly mark: ConsentMark | undefined;
  /** To which the citizen's history is sealed; undefined when they keep none. */
  readonly historyKey: Buffer | undefined;
}

/** A consent as it was when it was looked at: any change of it, and its end, makes another of it. Says nothing about what was agreed to. */
export interface ConsentMark {
  readonly serviceTag: string;
  /** SHA-256 of the sealed row, whose nonce is another each time it is written. */
  readonly sealedSha256: string;
}

/**
 * Remembers what was decided about these claims, beside what was decided about others.
 * @returns false when the service is shut out or the identity is no more: nothing is remembered
 */
export async function rememberServiceConsent(registry: Registry, identityId: string, clientId: string, decided: readonly DecidedClaim[]): Promise<boolean> {
  const written = await rewrite(registry, identityId, clientId, (earlier = []) => [...earlier.filter(({ name }) => !decided.some((claim) => claim.name === name)), ...decided]);
  return written !== undefined;
}

/**
 * Changes what was decided about claims that the service asked for before; what it could be told until now is dead.
 * @param change gets what was decided; undefined leaves it as it is
 * @returns undefined when nothing was changed
 */
export async function changeServiceConsent(registry: Registry, identityId: string, clientId: string, change: (decided: readonly DecidedClaim[]) => readonly DecidedClaim[] | undefined): Promise<readonly DecidedClaim[] | undefined> {
  return rewrite(registry, identityId, clientId, (earlier) => earlier && change(earlier), revokeServiceTokens);
}

/** Forgets a consent, and with it every code, token and grant that service holds for this identity. */
export async function revokeServiceConsent(registry: Registry, identityId: string, clientId: string): Promise<void> {
  const keys = await registry.keyStore.read(identityId);
  if (keys === undefined) return;
  await registry.pool.query('DELETE FROM service_consents WHERE identity_id = $1 AND service_tag = $2', [identityId, serviceTag(keys.dataKey, clientId)]);
  await revokeServiceTokens(registry.pool, identityId, clientId);
}

export async function readServiceStanding(registry: Pick<Registry, 'pool' | 'keyStore'>, identityId: string, clientId: string): Promise<ServiceStanding> {
  const keys = await registry.keyStore.read(identityId);
  // Erased meanwhile: nobody is signed in.
  return keys === undefined ? { decided: undefined, givenAt: undefined, isBlocked: true, mark: undefined, historyKey: undefined } : standing(registry.pool, { identityId, clientId, dataKey: keys.dataKey });
}

/** Columns of a {@link StandingRow}. */
export const SERVICE_STANDING = (identity: string, tag: string): string => `(SELECT sealed FROM service_consents WHERE identity_id = ${identity} AND service_tag = ${tag}) AS consent,
  EXISTS (SELECT 1 FROM cases WHERE identity_id = ${identity} AND service_tag = ${tag} AND closed_at IS NULL) AS is_blocked,
  (SELECT public_key FROM history_keys WHERE identity_id = ${identity}) AS history_key`;

export interface StandingRow {
  readonly consent: Buffer | null;
  readonly is_blocked: boolean;
  readonly history_key: Buffer | null;
}

export function openStanding({ consent, is_blocked: isBlocked, history_key: historyKey }: StandingRow, { identityId, dataKey, tag }: { readonly identityId: string; readonly dataKey: Uint8Array; readonly tag: string }): ServiceStanding {
  const ends = { isBlocked, historyKey: historyKey ?? undefined };
  if (consent === null) return { ...ends, decided: undefined, givenAt: undefined, mark: undefined };
  const { claims, givenAt } = openRow(dataKey, { table: 'service_consents', identityId, rowId: tag }, consent);
  return { ...ends, decided: claims, givenAt, mark: { serviceTag: tag, sealedSha256: createHash('sha256').update(consent).digest('hex') } };
}

/** Oldest first. */
export async function listServiceConsents(registry: Pick<Registry, 'pool' | 'keyStore'>, identityId: string): Promise<readonly ServiceConsent[]> {
  const { rows } = await registry.pool.query<{ service_tag: string; sealed: Buffer }>('SELECT service_tag, sealed FROM service_consents WHERE identity_id = $1', [identityId]);
  const keys = rows.length === 0 ? undefined : await registry.keyStore.read(identityId);
  if (keys === undefined) return [];
  return rows
    .map((row) => openRow(keys.dataKey, { table: 'service_consents', identityId, rowId: row.service_tag }, row.sealed))
    .toSorted((a, b) => a.givenAt.localeCompare(b.givenAt));
}

type Decide = (decided: readonly DecidedClaim[] | undefined) => readonly DecidedClaim[] | undefined;

/**
 * The identity's row is locked first: of two decisions at once the second is made over what the first one left, and
 * none is made about a service that is being shut out.
 */
async function rewrite(registry: Registry, identityId: string, clientId: string, decide: Decide, alongside?: typeof revokeServiceTokens): Promise<readonly DecidedClaim[] | undefined> {
  const keys = await registry.keyStore.read(identityId);
  if (keys === undefined) return undefined;
  const place = { table: 'service_consents', identityId, rowId: serviceTag(keys.dataKey, clientId) } as const;
  return inTransaction(registry.pool, async (client) => {
    if (!(await lockIdentity(client, identityId))) return undefined;
    const { decided, givenAt, isBlocked } = await standing(client, { identityId, clientId, dataKey: keys.dataKey });
    const claims = isBlocked ? undefined : decide(decided);
    if (claims === undefined) return undefined;
    const today = dayOf(registry.clock());
    // Said twice, as by two clicks: what was said first, and what follows from it, stands.
    if (givenAt === today && isSame(decided, claims)) return claims;
    await client.query('INSERT INTO service_consents (identity_id, service_tag, sealed) VALUES ($1, $2, $3) ON CONFLICT (identity_id, service_tag) DO UPDATE SET sealed = excluded.sealed', [
      identityId,
      place.rowId,
      sealRow({ dataKey: keys.dataKey, random: registry.random }, place, { clientId, claims: [...claims], givenAt: today }),
    ]);
    await alongside?.(client, identityId, clientId);
    return claims;
  });
}

async function standing(queryable: Pick<pg.PoolClient, 'query'>, { identityId, clientId, dataKey }: { readonly identityId: string; readonly clientId: string; readonly dataKey: Uint8Array }): Promise<ServiceStanding> {
  const tag = serviceTag(dataKey, clientId);
  const { rows } = await queryable.query<StandingRow>(`SELECT ${SERVICE_STANDING('$1', '$2')}`, [identityId, tag]);
  return openStanding(rows[0]!, { identityId, dataKey, tag });
}

const isSame = (one: readonly DecidedClaim[] = [], other: readonly DecidedClaim[]): boolean =>
  one.length === other.length && one.every((claim) => other.some(({ name, agreed, essential }) => name === claim.name && agreed === claim.agreed && essential === claim.essential));

/** To show that there was consent, the day is enough: the hour would say when the service was used. */
const dayOf = (atMs: number): string => `${new Date(atMs).toISOString().slice(0, 10)}T00:00:00.000Z`;

import type { LevelOfAssurance, PrintedDocument, PrintedIdentity } from '@visavis/contract';
import type pg from 'pg';
import type { Registry } from './registry.ts';
import { openRow } from './sealing/open-row.ts';

/** An identity that lives. There is no place here for an image or a template. */
export interface ActiveIdentity {
  readonly identityId: string;
  readonly person: PrintedIdentity;
  readonly document: PrintedDocument;
  readonly levelOfAssurance: LevelOfAssurance;
  readonly pathway: 'face' | 'counter';
  readonly createdAt: string;
  /** Confirmed by its holder. */
  readonly email: string | undefined;
  /** Its holder stopped it: nothing may be done in its name until they lift that. */
  readonly isFrozen: boolean;
}

/** An identity as it lies in the database: of one that is active, and of no other. */
export interface IdentityRow {
  readonly sealed: Buffer;
  readonly frozen: boolean;
}

/**
 * @param queryable a transaction's client, so that it sees what the transaction made
 * @returns undefined also when its keys are no more: then it was erased, whatever a restored database says
 */
export async function findIdentity(registry: Pick<Registry, 'pool' | 'keyStore'>, identityId: string, queryable: Pick<pg.PoolClient, 'query'> = registry.pool): Promise<ActiveIdentity | undefined> {
  const { rows } = await queryable.query<IdentityRow>(`SELECT sealed, frozen FROM identities WHERE identity_id = $1 AND state = 'active'`, [identityId]);
  return rows[0] && openIdentity(registry, identityId, rows[0]);
}

/** @returns undefined when its keys are no more: then it was erased, whatever a restored database says */
export async function openIdentity(registry: Pick<Registry, 'keyStore'>, identityId: string, row: IdentityRow): Promise<ActiveIdentity | undefined> {
  const keys = await registry.keyStore.read(identityId);
  if (keys === undefined) return undefined;
  const { person, document, levelOfAssurance, pathway, createdAt, email } = openRow(keys.dataKey, { table: 'identities', identityId, rowId: identityId }, row.sealed);
  return { identityId, person, document, levelOfAssurance, pathway, createdAt, email, isFrozen: row.frozen };
}

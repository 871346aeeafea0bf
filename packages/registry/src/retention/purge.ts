import type { PrintedDocument } from '@visavis/contract';
import { eraseIdentity, type ErasureReason, type SignReceipt } from '../erase-identity.ts';
import { keysBelongHere } from '../keys/key-store-binding.ts';
import type { Registry } from '../registry.ts';
import { documentTag } from '../uniqueness/document-tag.ts';
import { before } from './before.ts';
import { type RetentionClass, retentionPolicy } from './retention-policy.ts';

/** Identities erased in one run per class: each is a few writes and a log entry, and the next run goes on. */
const MOST_ERASED_PER_RUN = 500;

/** Documents of the dead looked up in one query. */
const REPORTS_PER_QUERY = 500;

/** A state names documents by number; which kind it was is part of our tag. */
const DOCUMENT_TYPES: readonly PrintedDocument['type'][] = ['passport', 'identityCard'];

/**
 * Runs the classes of `retention.json`, and first finishes the erasures that a crash cut. Safe to run at any time, by
 * several servers.
 * @param which `all`, or without the classes that read a whole list (the state's register, the key store): these take
 *   as long as the lists are, and a day's delay harms nobody, since a sign-in asks the register itself
 * @returns what went, by class; `unfinished` erasures go on with the next run
 */
export async function purge(registry: Registry, signReceipt: SignReceipt, which: 'all' | 'withoutLists'): Promise<Readonly<Record<string, number>>> {
  const gone: Record<string, number> = { cutErasure: await finishCutErasures(registry, signReceipt) };
  for (const entry of retentionPolicy.classes) {
    if (which === 'all' || (entry.clock !== 'register' && entry.clock !== 'made')) gone[entry.class] = await run(registry, signReceipt, entry);
  }
  const { rowCount } = await registry.pool.query(`SELECT 1 FROM identities WHERE state = 'erasing'`);
  return { ...gone, unfinished: rowCount ?? 0 };
}

async function run(registry: Registry, signReceipt: SignReceipt, entry: RetentionClass): Promise<number> {
  const until = before(registry.clock(), entry.after);
  if (entry.effect === 'deleteRows') return deleteRows(registry, entry, until);
  if (entry.effect === 'destroyKeys') return destroyKeysOfNobody(registry, until);
  return erase(registry, signReceipt, entry.reason, entry.clock === 'register' ? await identitiesOfDeceased(registry) : await identitiesOf(registry, entry.clock, until));
}

/** The classes that are rows and no more; part of every {@link purge}. */
export async function deleteExpiredRows(registry: Pick<Registry, 'pool' | 'clock'>): Promise<void> {
  for (const entry of retentionPolicy.classes) if (entry.effect === 'deleteRows') await deleteRows(registry, entry, before(registry.clock(), entry.after));
}

/** Names of tables and columns come from the policy's own strict file, and from nowhere else. */
async function deleteRows({ pool }: Pick<Registry, 'pool'>, { table, clock }: Extract<RetentionClass, { effect: 'deleteRows' }>, until: Date): Promise<number> {
  const { rowCount } = await pool.query(`DELETE FROM ${table} WHERE ${clock} <= $1`, [until]);
  return rowCount ?? 0;
}

async function erase(registry: Registry, signReceipt: SignReceipt, reason: ErasureReason, identityIds: readonly string[]): Promise<number> {
  let erased = 0;
  for (const identityId of identityIds) if ((await eraseIdentity(registry, identityId, reason, signReceipt)).ok) erased += 1;
  return erased;
}

async function finishCutErasures(registry: Registry, signReceipt: SignReceipt): Promise<number> {
  const { rows } = await registry.pool.query<{ identity_id: string; erasure_reason: ErasureReason }>(`SELECT identity_id, erasure_reason FROM identities WHERE state = 'erasing' LIMIT $1`, [MOST_ERASED_PER_RUN]);
  let finished = 0;
  for (const row of rows) finished += await erase(registry, signReceipt, row.erasure_reason, [row.identity_id]);
  return finished;
}

/** A month is over when its last day is: who was active on it must not be erased a month early. */
async function identitiesOf(registry: Registry, clock: 'active_month' | 'checked_month', until: Date): Promise<readonly string[]> {
  const { rows } = await registry.pool.query<{ identity_id: string }>(`SELECT identity_id FROM identities WHERE state = 'active' AND ${clock} <= ($1::date - interval '1 month') ORDER BY ${clock} LIMIT $2`, [
    until.toISOString().slice(0, 10),
    MOST_ERASED_PER_RUN,
  ]);
  return rows.map((row) => row.identity_id);
}

async function identitiesOfDeceased(registry: Registry): Promise<readonly string[]> {
  const found: string[] = [];
  let tags: Buffer[] = [];
  const lookUp = async (): Promise<void> => {
    const { rows } = await registry.pool.query<{ identity_id: string }>('SELECT identity_id FROM document_tags WHERE document_tag = ANY($1)', [tags]);
    found.push(...rows.map((row) => row.identity_id));
    tags = [];
  };
  for await (const reference of registry.documentRegister.deceasedHolders()) {
    tags.push(...DOCUMENT_TYPES.map((type) => documentTag(registry.documentTagKey, { ...reference, type })));
    if (tags.length >= REPORTS_PER_QUERY * DOCUMENT_TYPES.length) await lookUp();
    if (found.length >= MOST_ERASED_PER_RUN) break;
  }
  if (tags.length > 0) await lookUp();
  return found;
}

/**
 * Only where database and key store are known to belong together, and the database was not set back: in another one
 * everybody would seem to be nobody, and in yesterday's whoever came today.
 */
async function destroyKeysOfNobody(registry: Registry, until: Date): Promise<number> {
  if (!(await keysBelongHere(registry, registry.pool)) || !(await registry.log.isCurrent())) return 0;
  let destroyed = 0;
  for await (const identityId of registry.keyStore.madeBefore(until.getTime())) {
    const { rowCount } = await registry.pool.query('SELECT 1 FROM identities WHERE identity_id = $1 UNION ALL SELECT 1 FROM enrolments WHERE identity_id = $1', [identityId]);
    if (rowCount !== 0) continue;
    await registry.keyStore.destroy(identityId);
    destroyed += 1;
  }
  return destroyed;
}

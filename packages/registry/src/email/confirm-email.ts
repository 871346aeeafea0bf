import { timingSafeEqual } from 'node:crypto';
import { EMAIL_CODE_DIGITS } from '@visavis/contract';
import { err, ok, type RandomBytes, type Result } from '@visavis/kernel';
import type pg from 'pg';
import { deviceFaults } from '../devices/faults.ts';
import { lockIdentity } from '../devices/lock-identity.ts';
import { inTransaction } from '../in-transaction.ts';
import type { IdentityKeys } from '../keys/key-store.ts';
import { giveNotice } from '../notices/give-notice.ts';
import type { Registry } from '../registry.ts';
import { openRow } from '../sealing/open-row.ts';
import { sealRow } from '../sealing/seal-row.ts';
import { emailFaults } from './faults.ts';

const CODE_LIFETIME_MS = 3600 * 1000;
/** In which so many codes are sent; with so many tries each, 25 of 10^8 are tried. */
const DAY_MS = 24 * 3600 * 1000;
const MOST_SENT = 5;
const MOST_TRIES = 5;

/**
 * Makes the code that confirms an address, for the caller to send there; an earlier one counts no more. The caller has
 * a fresh answer of a passkey for exactly this address.
 * @param address as the contract's parser gave it
 * @faults EMAIL_TOO_MANY_CODES, IDENTITY_FROZEN
 */
export async function startEmail(registry: Registry, identityId: string, address: string): Promise<Result<string>> {
  const keys = await registry.keyStore.read(identityId);
  if (keys === undefined) throw new Error('an identity without keys asked');
  const now = registry.clock();
  const code = digits(registry.random);
  const sealed = sealRow({ dataKey: keys.dataKey, random: registry.random }, { table: 'email_codes', identityId, rowId: identityId }, { address, code, goodUntil: new Date(now + CODE_LIFETIME_MS).toISOString() });
  return inTransaction(registry.pool, async (client) => {
    if ((await lockIdentity(client, identityId))?.isFrozen !== false) return err(deviceFaults.fault('IDENTITY_FROZEN'));
    const { rowCount } = await client.query(
      `INSERT INTO email_codes (identity_id, sealed, tries, sent, expires_at) VALUES ($1, $2, 0, 1, $4)
       ON CONFLICT (identity_id) DO UPDATE SET sealed = excluded.sealed, tries = 0,
         sent = CASE WHEN email_codes.expires_at <= $3 THEN 1 ELSE email_codes.sent + 1 END,
         expires_at = CASE WHEN email_codes.expires_at <= $3 THEN excluded.expires_at ELSE email_codes.expires_at END
       WHERE email_codes.expires_at <= $3 OR email_codes.sent < $5`,
      [identityId, sealed, new Date(now), new Date(now + DAY_MS), MOST_SENT],
    );
    return rowCount === 1 ? ok(code) : err(emailFaults.fault('EMAIL_TOO_MANY_CODES'));
  });
}

/** The address that a code was sent to and that is not confirmed yet. */
export async function findWaitingEmail(registry: Pick<Registry, 'pool' | 'keyStore' | 'clock'>, identityId: string): Promise<string | undefined> {
  const { rows } = await registry.pool.query<{ sealed: Buffer }>('SELECT sealed FROM email_codes WHERE identity_id = $1 AND sealed IS NOT NULL AND tries < $2 AND expires_at > $3', [identityId, MOST_TRIES, new Date(registry.clock())]);
  const keys = rows[0] && (await registry.keyStore.read(identityId));
  if (rows[0] === undefined || keys === undefined) return undefined;
  const { address, goodUntil } = openRow(keys.dataKey, { table: 'email_codes', identityId, rowId: identityId }, rows[0].sealed);
  return Date.parse(goodUntil) > registry.clock() ? address : undefined;
}

/**
 * Establishes that who is signed in could read what was sent to the address; from then on it is the identity's. A code
 * counts once, and each try is counted before it is looked at.
 * @returns the address that was there before
 * @faults EMAIL_CODE_REFUSED, IDENTITY_FROZEN
 */
export async function confirmEmail(registry: Registry, identityId: string, code: string): Promise<Result<{ readonly before: string | undefined }>> {
  const refused = err(emailFaults.fault('EMAIL_CODE_REFUSED'));
  const { rows } = await registry.pool.query<{ sealed: Buffer }>(
    'UPDATE email_codes SET tries = tries + 1 WHERE identity_id = $1 AND sealed IS NOT NULL AND tries < $2 AND expires_at > $3 RETURNING sealed',
    [identityId, MOST_TRIES, new Date(registry.clock())],
  );
  const keys = await registry.keyStore.read(identityId);
  if (rows[0] === undefined || keys === undefined) return refused;
  const { sealed } = rows[0];
  const sent = openRow(keys.dataKey, { table: 'email_codes', identityId, rowId: identityId }, sealed);
  if (Date.parse(sent.goodUntil) <= registry.clock() || sent.code.length !== code.length || !timingSafeEqual(Buffer.from(sent.code), Buffer.from(code))) return refused;
  return inTransaction(registry.pool, async (client) => {
    if ((await lockIdentity(client, identityId))?.isFrozen !== false) return err(deviceFaults.fault('IDENTITY_FROZEN'));
    const { rowCount } = await client.query('UPDATE email_codes SET sealed = NULL WHERE identity_id = $1 AND sealed = $2', [identityId, sealed]);
    if (rowCount !== 1) return refused;
    const before = await writeEmail(client, registry, { identityId, keys, email: sent.address });
    await giveNotice(client, registry, identityId, before === undefined ? 'emailConfirmed' : 'emailChanged');
    return ok({ before });
  });
}

/**
 * Forgets the address, and one that waits. The caller has a fresh answer of a passkey.
 * @returns the address that was there
 * @faults IDENTITY_FROZEN
 */
export async function removeEmail(registry: Registry, identityId: string): Promise<Result<{ readonly before: string | undefined }>> {
  const keys = await registry.keyStore.read(identityId);
  if (keys === undefined) throw new Error('an identity without keys asked');
  return inTransaction(registry.pool, async (client) => {
    if ((await lockIdentity(client, identityId))?.isFrozen !== false) return err(deviceFaults.fault('IDENTITY_FROZEN'));
    await client.query('UPDATE email_codes SET sealed = NULL WHERE identity_id = $1', [identityId]);
    const before = await writeEmail(client, registry, { identityId, keys, email: undefined });
    if (before !== undefined) await giveNotice(client, registry, identityId, 'emailRemoved');
    return ok({ before });
  });
}

/** @returns what was there before */
async function writeEmail(client: pg.PoolClient, registry: Registry, { identityId, keys, email }: { readonly identityId: string; readonly keys: IdentityKeys; readonly email: string | undefined }): Promise<string | undefined> {
  const place = { table: 'identities', identityId, rowId: identityId } as const;
  const { rows } = await client.query<{ sealed: Buffer }>('SELECT sealed FROM identities WHERE identity_id = $1', [identityId]);
  const { email: before, ...rest } = openRow(keys.dataKey, place, rows[0]!.sealed);
  const content = { ...rest, ...(email !== undefined && { email }) };
  await client.query('UPDATE identities SET sealed = $2 WHERE identity_id = $1', [identityId, sealRow({ dataKey: keys.dataKey, random: registry.random }, place, content)]);
  return before;
}

/** Each digit is as likely as another: what a byte has beyond 250 is thrown away. */
function digits(random: RandomBytes): string {
  let text = '';
  while (text.length < EMAIL_CODE_DIGITS) for (const byte of random(EMAIL_CODE_DIGITS)) if (byte < 250 && text.length < EMAIL_CODE_DIGITS) text += String(byte % 10);
  return text;
}

import { createHash } from 'node:crypto';
import { DEVICE_CODE_LENGTH } from '@visavis/contract';
import { err, fromBase64Url, ok, type RandomBytes, type Result, toBase64Url } from '@visavis/kernel';
import { consumeChallenge, findChallenge, issueChallenge } from '../challenges.ts';
import { findIdentity } from '../find-identity.ts';
import { recordIdentityEntry } from '../identity-log.ts';
import { inTransaction } from '../in-transaction.ts';
import { newRandomId } from '../new-random-id.ts';
import { newTypedCode } from '../new-typed-code.ts';
import { giveNotice } from '../notices/give-notice.ts';
import { newPasskeyOptions, type PasskeyCreationOptions } from '../passkey-options.ts';
import type { Registry } from '../registry.ts';
import type { RelyingParty } from '../relying-party.ts';
import { openRow } from '../sealing/open-row.ts';
import { sealRow } from '../sealing/seal-row.ts';
import { verifyNewPasskey } from '../verify-new-passkey.ts';
import { deviceFaults } from './faults.ts';
import { lockIdentity } from './lock-identity.ts';

/** A phone is fetched, a code scanned and a passkey made well within ten minutes. */
const TICKET_LIFETIME_MS = 10 * 60_000;
/** Phones, computers and keys of one person; the history has room for a wrap each. */
const MAX_DEVICES = 10;
const CLAIM_BYTES = 32;

/** A ticket as the device that started it sees it. */
export interface DeviceTicket {
  readonly ticketId: string;
  readonly state: 'waiting' | 'opened' | 'made' | 'added';
  /** What both devices show, from `made` on. */
  readonly number: string | undefined;
  /** The new device's key that the history's key can be sealed to. */
  readonly handoverKey: string | undefined;
  readonly expiresAt: string;
}

/**
 * Begins the way of a new device into an account. An earlier ticket of the same account is void.
 * @returns its code, which is kept here as a hash only
 * @faults IDENTITY_FROZEN, DEVICE_TOO_MANY
 */
export async function startDeviceTicket(registry: Registry, identityId: string): Promise<Result<{ readonly code: string }>> {
  const code = newTypedCode(registry.random, DEVICE_CODE_LENGTH);
  return inTransaction(registry.pool, async (client) => {
    const identity = await lockIdentity(client, identityId);
    if (identity?.isFrozen !== false) return err(deviceFaults.fault('IDENTITY_FROZEN'));
    const { rows } = await client.query('SELECT 1 FROM devices WHERE identity_id = $1', [identityId]);
    if (rows.length >= MAX_DEVICES) return err(deviceFaults.fault('DEVICE_TOO_MANY'));
    await client.query('DELETE FROM device_tickets WHERE identity_id = $1', [identityId]);
    await client.query(`INSERT INTO device_tickets (identity_id, ticket_id, code_hash, state, expires_at) VALUES ($1, $2, $3, 'waiting', $4)`, [
      identityId,
      newRandomId(registry.random),
      hash(code),
      new Date(registry.clock() + TICKET_LIFETIME_MS),
    ]);
    return ok({ code });
  });
}

/**
 * The new device's first step: of any number of devices with this code exactly one gets on.
 * @returns its claim, with which alone the next steps are taken; the given names, so that whoever was lured here sees
 * that the account is not theirs; and options that exclude the passkeys that are known
 * @faults DEVICE_TICKET_OVER
 * @source WebAuthn Level 3 §5.4
 */
export async function openDeviceTicket(registry: Registry, relyingParty: RelyingParty, code: string): Promise<Result<{ readonly claim: string; readonly givenNames: string; readonly options: PasskeyCreationOptions }>> {
  const claim = toBase64Url(registry.random(CLAIM_BYTES));
  const { rows } = await registry.pool.query<{ identity_id: string; ticket_id: string }>(
    `UPDATE device_tickets SET state = 'opened', claim_hash = $2 WHERE code_hash = $1 AND state = 'waiting' AND expires_at > $3 RETURNING identity_id, ticket_id`,
    [hash(code), hash(claim), new Date(registry.clock())],
  );
  const ticket = rows[0];
  const identity = ticket && (await findIdentity(registry, ticket.identity_id));
  if (ticket === undefined || identity === undefined || identity.isFrozen) return err(deviceFaults.fault('DEVICE_TICKET_OVER'));
  const { challenge } = await issueChallenge(registry, 'deviceRegistration', ticket.ticket_id);
  const options = await newPasskeyOptions(relyingParty, { userId: ticket.identity_id, challenge, known: await knownPasskeys(registry, ticket.identity_id) });
  return ok({ claim, givenNames: identity.person.givenNames, options });
}

/**
 * Takes the new device's passkey. It opens nothing yet: it waits in the ticket, and goes with it.
 * @param handoverKey the new device's own, for the history
 * @returns the number that both devices show
 * @faults DEVICE_TICKET_OVER, PASSKEY_NOT_ACCEPTED, DEVICE_KNOWN_ALREADY
 */
export async function makeTicketPasskey(registry: Registry, relyingParty: RelyingParty, made: { readonly claim: string; readonly passkey: Readonly<Record<string, unknown>>; readonly handoverKey: string | undefined }): Promise<Result<{ readonly number: string }>> {
  const atMs = registry.clock();
  const { rows } = await registry.pool.query<{ identity_id: string; ticket_id: string }>(`SELECT identity_id, ticket_id FROM device_tickets WHERE claim_hash = $1 AND state = 'opened' AND expires_at > $2`, [hash(made.claim), new Date(atMs)]);
  const ticket = rows[0];
  const challenge = ticket && (await findChallenge(registry, 'deviceRegistration', ticket.ticket_id));
  const keys = ticket && (await registry.keyStore.read(ticket.identity_id));
  if (ticket === undefined || challenge === undefined || keys === undefined) return err(deviceFaults.fault('DEVICE_TICKET_OVER'));
  const verified = await verifyNewPasskey(relyingParty, challenge.challenge, made.passkey, atMs);
  if (!verified.ok) return verified;
  const { content, signCount } = verified.value;
  const { identity_id: identityId, ticket_id: ticketId } = ticket;
  if ((await knownPasskeys(registry, identityId)).includes(content.credentialId)) return err(deviceFaults.fault('DEVICE_KNOWN_ALREADY'));
  const deviceId = newRandomId(registry.random);
  const sealed = sealRow({ dataKey: keys.dataKey, random: registry.random }, { table: 'devices', identityId, rowId: deviceId }, content);
  const number = newNumber(registry.random);
  return inTransaction(registry.pool, async (client) => {
    const isFresh = (await consumeChallenge(client, { challengeId: challenge.challengeId, purpose: 'deviceRegistration', subject: ticketId, atMs })) !== undefined;
    const { rowCount } = await client.query(`UPDATE device_tickets SET state = 'made', number = $3, device_id = $4, sign_count = $5, sealed = $6, handover_key = $7 WHERE ticket_id = $1 AND state = 'opened' AND $2`, [
      ticketId,
      isFresh,
      number,
      deviceId,
      signCount,
      sealed,
      made.handoverKey === undefined ? null : Buffer.from(fromBase64Url(made.handoverKey)),
    ]);
    return rowCount === 1 ? ok({ number }) : err(deviceFaults.fault('DEVICE_TICKET_OVER'));
  });
}

/**
 * Lets the new device in. The caller has a fresh answer of a known device for exactly this ticket.
 * @param handover the history's key, sealed to the new device by the known one; this server can't open it
 * @faults DEVICE_NOT_MADE, IDENTITY_FROZEN, DEVICE_TOO_MANY
 */
export async function addTicketDevice(registry: Registry, identityId: string, added: { readonly ticketId: string; readonly handover: string | undefined }): Promise<Result<undefined>> {
  const keys = await registry.keyStore.read(identityId);
  return inTransaction(registry.pool, async (client) => {
    const identity = await lockIdentity(client, identityId);
    if (identity === undefined || keys === undefined) return err(deviceFaults.fault('DEVICE_NOT_MADE'));
    if (identity.isFrozen) return err(deviceFaults.fault('IDENTITY_FROZEN'));
    const devices = await client.query('SELECT 1 FROM devices WHERE identity_id = $1', [identityId]);
    if (devices.rows.length >= MAX_DEVICES) return err(deviceFaults.fault('DEVICE_TOO_MANY'));
    const { rows } = await client.query<{ device_id: string }>(
      `WITH added AS (UPDATE device_tickets SET state = 'added', handover = $3 WHERE identity_id = $1 AND ticket_id = $2 AND state = 'made' AND expires_at > $4 RETURNING identity_id, device_id, sign_count, sealed)
       INSERT INTO devices (identity_id, device_id, sign_count, sealed) SELECT identity_id, device_id, sign_count, sealed FROM added RETURNING device_id`,
      [identityId, added.ticketId, added.handover === undefined ? null : Buffer.from(fromBase64Url(added.handover)), new Date(registry.clock())],
    );
    const deviceId = rows[0]?.device_id;
    if (deviceId === undefined) return err(deviceFaults.fault('DEVICE_NOT_MADE'));
    await recordIdentityEntry(client, registry, { identityId, keys }, { kind: 'deviceAdded', at: new Date(registry.clock()).toISOString(), identityId, deviceId });
    await giveNotice(client, registry, identityId, 'deviceAdded');
    return ok(undefined);
  });
}

/** The account's ticket, while it lives. */
export async function readDeviceTicket(registry: Registry, identityId: string): Promise<DeviceTicket | undefined> {
  const { rows } = await registry.pool.query<{ ticket_id: string; state: DeviceTicket['state']; number: string | null; handover_key: Buffer | null; expires_at: Date }>(
    'SELECT ticket_id, state, number, handover_key, expires_at FROM device_tickets WHERE identity_id = $1 AND expires_at > $2',
    [identityId, new Date(registry.clock())],
  );
  return rows[0] && { ticketId: rows[0].ticket_id, state: rows[0].state, number: rows[0].number ?? undefined, handoverKey: rows[0].handover_key === null ? undefined : toBase64Url(rows[0].handover_key), expiresAt: rows[0].expires_at.toISOString() };
}

/**
 * How far the ticket is that this device opened, and from `added` on the history's key, sealed to it.
 * @faults DEVICE_TICKET_OVER
 */
export async function readTicketClaim(registry: Registry, claim: string): Promise<Result<{ readonly isAdded: boolean; readonly handover: string | undefined }>> {
  const { rows } = await registry.pool.query<{ state: string; handover: Buffer | null }>('SELECT state, handover FROM device_tickets WHERE claim_hash = $1 AND expires_at > $2', [hash(claim), new Date(registry.clock())]);
  if (rows[0] === undefined) return err(deviceFaults.fault('DEVICE_TICKET_OVER'));
  return ok({ isAdded: rows[0].state === 'added', handover: rows[0].handover === null ? undefined : toBase64Url(rows[0].handover) });
}

/** The account's holder changed their mind, or saw another number. What the new device made is gone. */
export async function endDeviceTicket(registry: Registry, identityId: string): Promise<void> {
  await registry.pool.query('DELETE FROM device_tickets WHERE identity_id = $1', [identityId]);
}

async function knownPasskeys(registry: Registry, identityId: string): Promise<readonly string[]> {
  const { rows } = await registry.pool.query<{ device_id: string; sealed: Buffer }>('SELECT device_id, sealed FROM devices WHERE identity_id = $1', [identityId]);
  const keys = await registry.keyStore.read(identityId);
  return keys === undefined ? [] : rows.map((row) => openRow(keys.dataKey, { table: 'devices', identityId, rowId: row.device_id }, row.sealed).credentialId);
}

/** Nobody gains by one of 10,000 numbers being a millionth likelier than another. */
const newNumber = (random: RandomBytes): string => String(Buffer.from(random(6)).readUIntBE(0, 6) % 10_000).padStart(4, '0');

const hash = (secret: string): Buffer => createHash('sha256').update(secret).digest();

import { createHash } from 'node:crypto';
import { toBase64Url } from '@visavis/kernel';
import type pg from 'pg';
import type { Registry } from './registry.ts';

const TOKEN_BYTES = 32;
/** A citizen looks at their own pages for minutes; a forgotten browser on a shared computer must not stay open. */
export const SESSION_LIFETIME_MS = 30 * 60 * 1000;

/**
 * @param deviceId whose passkey opens it: it ends when that device is locked or removed, or any where this is not known
 * @returns the token for the cookie; only its hash is stored
 */
export async function startSession(registry: Registry, identityId: string, deviceId: string | undefined): Promise<string> {
  const token = toBase64Url(registry.random(TOKEN_BYTES));
  await registry.pool.query('INSERT INTO sessions (token_hash, identity_id, device_id, expires_at) VALUES ($1, $2, $3, $4)', [hashOfSession(token), identityId, deviceId, new Date(registry.clock() + SESSION_LIFETIME_MS)]);
  return token;
}

/** @returns the identity id that a living session belongs to */
export async function readSession(registry: Registry, token: string): Promise<string | undefined> {
  const { rows } = await registry.pool.query<{ identity_id: string }>('SELECT identity_id FROM sessions WHERE token_hash = $1 AND expires_at > $2', [hashOfSession(token), new Date(registry.clock())]);
  return rows[0]?.identity_id;
}

/** The device whose passkey opened a living session. */
export async function deviceOfSession(registry: Registry, token: string): Promise<string | undefined> {
  const { rows } = await registry.pool.query<{ device_id: string | null }>('SELECT device_id FROM sessions WHERE token_hash = $1 AND expires_at > $2', [hashOfSession(token), new Date(registry.clock())]);
  return rows[0]?.device_id ?? undefined;
}

/** Ends what this device's passkey opened, and whatever may have been. */
export async function endSessionsOfDevice(client: pg.PoolClient, identityId: string, deviceId: string): Promise<void> {
  await client.query('DELETE FROM sessions WHERE identity_id = $1 AND (device_id = $2 OR device_id IS NULL)', [identityId, deviceId]);
}

export async function endSession(registry: Registry, token: string): Promise<void> {
  await registry.pool.query('DELETE FROM sessions WHERE token_hash = $1', [hashOfSession(token)]);
}

/** As it is stored. */
export const hashOfSession = (token: string): Buffer => createHash('sha256').update(token).digest();

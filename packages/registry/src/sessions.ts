import { createHash } from 'node:crypto';
import { toBase64Url } from '@visavis/kernel';
import type { Registry } from './registry.ts';

const TOKEN_BYTES = 32;
/** A citizen looks at their own pages for minutes; a forgotten browser on a shared computer must not stay open. */
export const SESSION_LIFETIME_MS = 30 * 60 * 1000;

/** @returns the token for the cookie; only its hash is stored */
export async function startSession(registry: Registry, identityId: string): Promise<string> {
  const token = toBase64Url(registry.random(TOKEN_BYTES));
  await registry.pool.query('INSERT INTO sessions (token_hash, identity_id, expires_at) VALUES ($1, $2, $3)', [hash(token), identityId, new Date(registry.clock() + SESSION_LIFETIME_MS)]);
  return token;
}

/** @returns the identity id that a living session belongs to */
export async function readSession(registry: Registry, token: string): Promise<string | undefined> {
  const { rows } = await registry.pool.query<{ identity_id: string }>('SELECT identity_id FROM sessions WHERE token_hash = $1 AND expires_at > $2', [hash(token), new Date(registry.clock())]);
  return rows[0]?.identity_id;
}

export async function endSession(registry: Registry, token: string): Promise<void> {
  await registry.pool.query('DELETE FROM sessions WHERE token_hash = $1', [hash(token)]);
}

const hash = (token: string): Buffer => createHash('sha256').update(token).digest();

import { type LogEntry, logEntry, type LogOpening } from '@visavis/contract';
import { type Bytes, toBase64Url } from '@visavis/kernel';
import { commitment } from '@visavis/log';
import type pg from 'pg';

const SALT_BYTES = 32;

export function prepareEntry(entry: LogEntry, salt: Uint8Array): { readonly opening: LogOpening; readonly leaf: Bytes } {
  if (salt.length !== SALT_BYTES) throw new TypeError('a salt has 32 bytes');
  const text = JSON.stringify(logEntry.parse(entry));
  return { opening: { salt: toBase64Url(salt), text }, leaf: commitment(salt, text) };
}

/** Leaves an entry for the log, in a transaction: a server that is at work takes it in within a second after the commit. */
export async function appendPending(client: Pick<pg.PoolClient, 'query'>, entry: LogEntry, salt: Uint8Array): Promise<LogOpening> {
  const { opening, leaf } = prepareEntry(entry, salt);
  await client.query('INSERT INTO log_pending (commitment) VALUES ($1) ON CONFLICT DO NOTHING', [Buffer.from(leaf)]);
  return opening;
}

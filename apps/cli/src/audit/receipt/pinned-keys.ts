import { type P256PublicJwk, p256PublicJwk } from '@visavis/contract';
import { err, ok, type Result } from '@visavis/kernel';
import { nameOfVerifierKey } from '@visavis/log';
import { z } from 'zod';
import { receiptAuditFaults } from './faults.ts';
import { readSmallFile } from './read-small-file.ts';

/** What a citizen or an auditor holds on to: `visavis audit keys` writes it. */
const pinnedKeys = z.object({ operatorKey: p256PublicJwk, logKey: z.string().refine((key) => nameOfVerifierKey(key).ok) });
export type PinnedKeys = z.infer<typeof pinnedKeys>;

/**
 * Keys from one file that holds both, or the operator key from a file (`-`: standard input) and the log key as text.
 * @faults AUDIT_KEYS_UNREADABLE
 */
export async function readPinnedKeys(from: { readonly keys: string } | { readonly operatorKey: string; readonly logKey: string }): Promise<Result<PinnedKeys>> {
  const unreadable = (reason: string): Result<never> => err(receiptAuditFaults.fault('AUDIT_KEYS_UNREADABLE', { reason }));
  const json = await readJson('keys' in from ? from.keys : from.operatorKey);
  if ('keys' in from) {
    const both = pinnedKeys.safeParse(json);
    return both.success ? ok(both.data) : unreadable('file');
  }
  // A file with both will do as well: the log key that was typed counts.
  const operatorKey = p256PublicJwk.safeParse(json).data ?? pinnedKeys.safeParse(json).data?.operatorKey;
  if (operatorKey === undefined) return unreadable('operator key');
  return nameOfVerifierKey(from.logKey).ok ? ok({ operatorKey: operatorKey satisfies P256PublicJwk, logKey: from.logKey }) : unreadable('log key');
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse((await readSmallFile(file)) ?? '');
  } catch {
    return undefined;
  }
}

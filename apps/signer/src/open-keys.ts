import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { type P256PublicJwk, p256PublicJwk } from '@visavis/contract';
import { fromBase64Url } from '@visavis/kernel';
import { createNoteKey, type NoteKey } from '@visavis/log';
import { loadOrCreate, readIfThere, syncFolder } from '@visavis/secret-files';
import { type CryptoKey, exportJWK, generateKeyPair, importJWK } from 'jose';
import { z } from 'zod';
import type { SignerConfiguration } from './configuration.ts';

/** What this process alone holds. */
export interface SignerKeys {
  readonly operatorKey: CryptoKey;
  readonly operatorPublicKey: P256PublicJwk;
  readonly logKey: NoteKey;
}

const SEED_BYTES = 32;
const secret = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const operatorFile = p256PublicJwk.extend({ d: secret });
const logFile = z.strictObject({ origin: z.string().min(1).max(255), seed: secret });

/** The operator's ES256 key and the log's Ed25519 key, from files that only this user can read; made at the first start. */
export async function openKeys(configuration: SignerConfiguration): Promise<SignerKeys> {
  const { dir, adoptOperatorKey } = configuration;
  const { d, ...operatorPublicKey } = await loadOrCreate(dir, 'operator-key.json', operatorFile, async () => {
    const earlier = adoptOperatorKey === undefined ? undefined : await readIfThere(adoptOperatorKey);
    return earlier === undefined ? newOperatorKey() : operatorFile.parse(JSON.parse(earlier));
  });
  // Once ours is on the disk, the earlier copy is one too many.
  if (adoptOperatorKey !== undefined && (await readIfThere(adoptOperatorKey)) !== undefined) {
    await rm(adoptOperatorKey);
    await syncFolder(path.dirname(adoptOperatorKey));
  }
  const log = await loadOrCreate(dir, 'log-key.json', logFile, () => Promise.resolve({ origin: configuration.logOrigin, seed: randomBytes(SEED_BYTES).toString('base64url') }));
  const operatorKey = await importJWK({ ...operatorPublicKey, d }, 'ES256');
  if (operatorKey instanceof Uint8Array) throw new TypeError('an elliptic curve key is no secret of bytes');
  return { operatorKey, operatorPublicKey, logKey: createNoteKey(log.origin, fromBase64Url(log.seed)) };
}

async function newOperatorKey(): Promise<z.output<typeof operatorFile>> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const { kty, crv, x, y, d } = await exportJWK(privateKey);
  return operatorFile.parse({ kty, crv, x, y, d });
}

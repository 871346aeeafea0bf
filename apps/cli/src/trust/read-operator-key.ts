import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { err, ok, type Result } from '@visavis/kernel';
import { trustCommandFaults } from './faults.ts';

/** A P-256 key of the operator's from a PEM file: `sign` asks for the private half, `verify` takes either. @faults TRUST_KEY_UNREADABLE */
export async function readOperatorKey(file: string, purpose: 'sign' | 'verify'): Promise<Result<CryptoKey>> {
  try {
    const pem = await readFile(file, 'utf8');
    const key: KeyObject = purpose === 'sign' ? createPrivateKey(pem) : createPublicKey(pem);
    const imported = await crypto.subtle.importKey('jwk', key.export({ format: 'jwk' }) as JsonWebKey, { name: 'ECDSA', namedCurve: 'P-256' }, false, [purpose]);
    return ok(imported);
  } catch {
    return err(trustCommandFaults.fault('TRUST_KEY_UNREADABLE', { file }));
  }
}

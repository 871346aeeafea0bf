import { generateKeyPairSync } from 'node:crypto';
import type { RandomBytes } from '@visavis/kernel';
import { drawKeyPair, subjectPublicKeyInfo } from '../pki/elliptic-curve.ts';
import type { ActiveAuthenticationKey } from './passport.ts';

/** RSA of any whole number of bytes, in bits. */
export type ActiveAuthenticationAlgorithm = 'ecdsa' | `rsa${number}`;

/** @param random seeds an elliptic key; an RSA key comes from the system's generator and is another one every time */
export function makeActiveAuthenticationKey(algorithm: ActiveAuthenticationAlgorithm, random: RandomBytes): ActiveAuthenticationKey {
  if (algorithm === 'ecdsa') {
    const pair = drawKeyPair('P-256', random);
    return { kind: 'ecdsa', pair, subjectPublicKeyInfo: subjectPublicKeyInfo(pair.curve, pair.publicKey) };
  }
  const modulusLength = Number(algorithm.slice('rsa'.length));
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength });
  return { kind: 'rsa', privateKey, modulusBytes: modulusLength / 8, subjectPublicKeyInfo: Uint8Array.from(publicKey.export({ type: 'spki', format: 'der' })) };
}

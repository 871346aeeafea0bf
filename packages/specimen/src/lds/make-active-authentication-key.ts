import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { Bytes, RandomBytes } from '@visavis/kernel';
import { drawKeyPair, signDigest, subjectPublicKeyInfo } from '../pki/elliptic-curve.ts';
import { digest, type HashName } from '../pki/signing-key.ts';
import type { ActiveAuthenticationAlgorithm, ActiveAuthenticationKey } from './passport.ts';

/** Up to this size a chip of the first years. */
const OLD_MODULUS_BITS = 1024;

/** @param random seeds the elliptic key of a plain order; all others come from the system's generator and are other ones every time */
export function makeActiveAuthenticationKey(algorithm: ActiveAuthenticationAlgorithm, random: RandomBytes): ActiveAuthenticationKey {
  if (algorithm === 'ecdsa') {
    const pair = drawKeyPair('P-256', random);
    return { kind: 'ecdsa', algorithm, hash: 'sha256', subjectPublicKeyInfo: subjectPublicKeyInfo(pair.curve, pair.publicKey), sign: (nonce) => signDigest(pair, digest('sha256', nonce), 'compact') };
  }
  const [kind, hash] = algorithm.split(/-(?=sha\d+$)/) as [string, HashName | undefined];
  if (kind.startsWith('ecdsa-') && hash !== undefined) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: kind.slice('ecdsa-'.length), paramEncoding: 'explicit' });
    return { kind: 'ecdsa', algorithm, hash, subjectPublicKeyInfo: spkiOf(publicKey), sign: (nonce) => Uint8Array.from(sign(hash, nonce, { key: privateKey, dsaEncoding: 'ieee-p1363' })) };
  }
  const modulusLength = Number(kind.slice('rsa'.length));
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength });
  return { kind: 'rsa', algorithm, hash: hash ?? (modulusLength <= OLD_MODULUS_BITS ? 'sha1' : 'sha256'), subjectPublicKeyInfo: spkiOf(publicKey), privateKey, modulusBytes: modulusLength / 8 };
}

const spkiOf = (key: KeyObject): Bytes => Uint8Array.from(key.export({ type: 'spki', format: 'der' }));

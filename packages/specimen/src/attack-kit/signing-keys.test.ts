import { createPublicKey, verify } from 'node:crypto';
import { utf8 } from '@visavis/kernel';
import { describe, expect, it } from 'vitest';
import { drawKeyPair } from '../pki/elliptic-curve.ts';
import { seededRandom } from '../pki/seeded-random.ts';
import { ecSigningKey, exponentOneKey, generatorForgedKey, lyingEcKey, type SigningKey } from './signing-keys.ts';

const message = utf8('what nobody signed');
const victim = drawKeyPair('P-256', seededRandom('forged keys', 'victim'));
const convinces = (key: SigningKey, of = message): boolean => verify('sha256', of, createPublicKey({ key: Buffer.from(key.subjectPublicKeyInfo), format: 'der', type: 'spki' }), key.sign(message));

/** An attack that would fail anyway proves nothing: each of these convinces OpenSSL. */
describe('forged keys', () => {
  it.each([
    ['an honest key', ecSigningKey(victim)],
    ['a generator that is the public key', generatorForgedKey('P-256', victim.publicKey)],
    ['a cofactor of 2', { ...ecSigningKey(victim), subjectPublicKeyInfo: lyingEcKey('P-256', victim.publicKey, { cofactor: 2n }) }],
  ] as const)('OpenSSL verifies a signature by %s', (_name, key) => {
    expect(convinces(key)).toBe(true);
    expect(convinces(key, utf8('something else'))).toBe(false);
  });

  it('the key with a generator of its own is the victim’s, and the signature is not made with the victim’s secret', () => {
    const forged = generatorForgedKey('P-256', victim.publicKey);
    expect(Buffer.from(forged.subjectPublicKeyInfo).includes(Buffer.from(victim.publicKey))).toBe(true);
    expect(convinces({ ...forged, subjectPublicKeyInfo: ecSigningKey(victim).subjectPublicKeyInfo })).toBe(false);
  });

  it('under exponent 1 the padded digest is the signature', () => {
    const signature = exponentOneKey(2n ** 2047n + 1n, 256).sign(message);
    expect([signature.length, ...signature.subarray(0, 3)]).toEqual([256, 0, 1, 0xff]);
  });
});

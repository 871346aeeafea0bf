import { constants, generateKeyPairSync, sign } from 'node:crypto';
import { fromHex, utf8 } from '@visavis/kernel';
import { describe, expect, it } from 'vitest';
import { importPublicKey } from '../crypto/index.ts';
import { parseDer } from '../tlv/der.ts';
import { encodeTlv } from '../tlv/tlv.ts';
import { readSignatureAlgorithm } from './signature-algorithm.ts';
import { verifySignature } from './verify-signature.ts';

const message = utf8('what was signed');
const plainRsa = fromHex('300d06092a864886f70d0101010500');
const OID = { sha1: '06052b0e03021a', sha256: '0609608648016503040201', md5: '06082a864886f70d0205', mgf1: '06092a864886f70d010108', pss: '06092a864886f70d01010a' };
const digest = (name: keyof typeof OID): Uint8Array => encodeTlv(0x30, fromHex(OID[name]));

/** An RSASSA-PSS AlgorithmIdentifier. */
const pss = (hashName: 'sha1' | 'sha256' | 'md5', mgf: 'sha1' | 'sha256', salt: number) =>
  parseDer(encodeTlv(0x30, fromHex(OID.pss), encodeTlv(0x30, encodeTlv(0xa0, digest(hashName)), encodeTlv(0xa1, encodeTlv(0x30, fromHex(OID.mgf1), digest(mgf))), encodeTlv(0xa2, encodeTlv(2, Uint8Array.of(salt))))));

describe('RSA-PSS', () => {
  // Node's types say string where Node takes a number.
  const saltLength = 20 as unknown as string;
  const { publicKey, privateKey } = generateKeyPairSync('rsa-pss', { modulusLength: 2048, hashAlgorithm: 'sha256', mgf1HashAlgorithm: 'sha1', saltLength });
  const own = publicKey.export({ format: 'der', type: 'spki' });
  /** The same key, as most certificates carry it: plain RSA. */
  const key = importPublicKey(encodeTlv(0x30, plainRsa, parseDer(new Uint8Array(own)).children[1]!.raw), 2048)!;
  const signature = sign('sha256', message, { key: privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 20 });
  const verify = (algorithm: ReturnType<typeof pss>, signed = message): boolean => verifySignature({ algorithm: readSignatureAlgorithm(algorithm)!, contextHash: 'sha256', key, message: signed, signature });

  it('with another hash in the mask generation; only with the very parameters', () => {
    expect(verify(pss('sha256', 'sha1', 20))).toBe(true);
    expect(verify(pss('sha256', 'sha256', 20))).toBe(false);
    expect(verify(pss('sha256', 'sha1', 32))).toBe(false);
    expect(verify(pss('sha256', 'sha1', 20), utf8('something else'))).toBe(false);
  });
  it('MD5 and endless salt are not accepted', () => {
    expect(readSignatureAlgorithm(pss('md5', 'sha1', 20))).toBeUndefined();
    expect(readSignatureAlgorithm(pss('sha256', 'sha1', 65))).toBeUndefined();
  });
});

describe('schemes and keys do not mix', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const ec = generateKeyPairSync('ec', { namedCurve: 'brainpoolP256r1' });
  const rsaKey = importPublicKey(rsa.publicKey.export({ format: 'der', type: 'spki' }), 2048)!;
  const ecKey = importPublicKey(ec.publicKey.export({ format: 'der', type: 'spki' }), 2048)!;
  it('honest signatures hold; under the other scheme, hash or none they do not', () => {
    const byRsa = { message, signature: sign('sha256', message, rsa.privateKey), key: rsaKey, contextHash: undefined };
    const byEc = { message, signature: sign('sha256', message, ec.privateKey), key: ecKey, contextHash: undefined };
    expect(verifySignature({ ...byRsa, algorithm: { scheme: 'rsaPkcs1', hashName: 'sha256' } })).toBe(true);
    expect(verifySignature({ ...byEc, algorithm: { scheme: 'ecdsa', hashName: 'sha256' } })).toBe(true);
    expect(verifySignature({ ...byEc, algorithm: { scheme: 'ecdsa', hashName: undefined }, contextHash: 'sha256' })).toBe(true);
    expect(verifySignature({ ...byEc, algorithm: { scheme: 'ecdsa', hashName: undefined } })).toBe(false);
    expect(verifySignature({ ...byRsa, algorithm: { scheme: 'rsaPkcs1', hashName: 'sha384' } })).toBe(false);
    expect(verifySignature({ ...byRsa, algorithm: { scheme: 'ecdsa', hashName: 'sha256' } })).toBe(false);
    expect(verifySignature({ ...byEc, algorithm: { scheme: 'rsaPkcs1', hashName: 'sha256' } })).toBe(false);
    expect(verifySignature({ ...byEc, algorithm: { scheme: 'ecdsaPlain', hashName: 'sha256' } })).toBe(false);
    expect(verifySignature({ ...byEc, signature: fromHex('3006020100020100'), algorithm: { scheme: 'ecdsa', hashName: 'sha256' } }), 'r = s = 0').toBe(false);
    expect(verifySignature({ ...byEc, signature: new Uint8Array([...byEc.signature, 0]), algorithm: { scheme: 'ecdsa', hashName: 'sha256' } }), 'trailing byte').toBe(false);
  });
});

it('a key that is for PSS only verifies no PKCS #1 signature', () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa-pss', { modulusLength: 2048 });
  const key = importPublicKey(new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })), 2048)!;
  const signature = sign('sha256', message, privateKey);
  expect(verifySignature({ algorithm: { scheme: 'rsaPkcs1', hashName: 'sha256' }, contextHash: undefined, key, message, signature })).toBe(false);
});

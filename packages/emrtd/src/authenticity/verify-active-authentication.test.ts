import { constants, generateKeyPairSync, privateEncrypt, sign } from 'node:crypto';
import { concatBytes, fromHex, toHex } from '@visavis/kernel';
import { describe, expect, it } from 'vitest';
import { hash, importAgreementKey } from '../crypto/index.ts';
import { fromInteger, toInteger } from '../crypto/integers.ts';
import worked from '../crypto/icao9303-11.vectors.json' with { type: 'json' };
import { openAnswer } from '../secure-messaging/open-answer.ts';
import type { SecureChannel } from '../secure-messaging/secure-channel.ts';
import { encodeTlv } from '../tlv/tlv.ts';
import real from './active-authentication.vectors.json' with { type: 'json' };
import { verifyActiveAuthentication } from './verify-active-authentication.ts';
import { verifyChipAuthentication } from './verify-chip-authentication.ts';

const nonce = fromHex('0102030405060708');
const dg15Of = (key: { export(o: { format: 'der'; type: 'spki' }): Buffer }): Uint8Array => encodeTlv(0x6f, key.export({ format: 'der', type: 'spki' }));
const verdict = (dg15: Uint8Array, signature: Uint8Array, oid?: string, n = nonce): string => {
  const check = verifyActiveAuthentication({ status: 'answered', nonce: n, signature }, dg15, oid);
  return check.status === 'fail' ? check.code : check.status;
};

describe('Active Authentication by RSA', () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const dg15 = dg15Of(publicKey);
  const signed = (f: Uint8Array): Uint8Array => privateEncrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, f);
  /** 6A ‖ M1 ‖ H ‖ trailer. */
  const f = (o: { header?: number; trailer?: string; hashName?: 'sha1' | 'sha256'; n?: Uint8Array } = {}): Uint8Array => {
    const trailer = fromHex(o.trailer ?? 'bc');
    const hashName = o.hashName ?? 'sha1';
    const m1 = new Uint8Array(128 - 1 - trailer.length - hash(hashName).length).fill(0x5a);
    return concatBytes(Uint8Array.of(o.header ?? 0x6a), m1, hash(hashName, m1, o.n ?? nonce), trailer);
  };

  it('ICAO 9303-11 appendix F: its digest, and its representative under a key of ours (the example names none)', () => {
    const { k, M1, H, rndIfd, trailer } = worked.AA;
    expect(toHex(hash('sha1', fromHex(M1), fromHex(rndIfd)))).toBe(H);
    const representative = fromHex(`6a${M1}${H}${trailer}`);
    expect(representative).toHaveLength(k / 8);
    expect(verdict(dg15, signed(representative), undefined, fromHex(rndIfd))).toBe('pass');
  });

  it('a real chip’s signature, out of secure messaging', () => {
    const channel: SecureChannel = { cipher: 'des3', ksEnc: fromHex(real.sm.ksEnc), ksMac: fromHex(real.sm.ksMac), ssc: BigInt(`0x${real.sm.ssc}`) };
    const answer = openAnswer(channel, channel.ssc + 2n, fromHex(real.exchange[0]![1]!))!;
    expect(verdict(fromHex(real.dg15), answer.data, undefined, fromHex(real.rndIfd))).toBe('pass');
    expect(verdict(fromHex(real.dg15), answer.data)).toBe('AA_FAILED');
  });

  it('takes SHA-1 and named hashes, refuses every other form', () => {
    expect(verdict(dg15, signed(f()))).toBe('pass');
    expect(verdict(dg15, signed(f({ trailer: '34cc', hashName: 'sha256' })))).toBe('pass');
    expect(verdict(dg15, signed(f({ n: new Uint8Array(8) }))), 'another nonce').toBe('AA_FAILED');
    expect(verdict(dg15, signed(f({ header: 0x4a }))), 'total recovery').toBe('AA_FAILED');
    expect(verdict(dg15, signed(f({ trailer: 'bb' }))), 'trailer').toBe('AA_FAILED');
    expect(verdict(dg15, signed(f({ trailer: '99cc', hashName: 'sha256' }))), 'unknown hash').toBe('AA_FAILED');
    expect(verdict(dg15, new Uint8Array(128)), 'zero').toBe('AA_FAILED');
    expect(verdict(dg15, new Uint8Array(128).fill(0xff)), 'above the modulus').toBe('AA_FAILED');
    expect(verdict(dg15, signed(f()).subarray(1)), 'short').toBe('AA_FAILED');
  });

  it.each([
    ['sha1', 'bc', 1024], ['sha1', '33cc', 1024], ['sha224', '38cc', 1280], ['sha256', '34cc', 1536], ['sha384', '36cc', 1848], ['sha512', '35cc', 1856],
    ['sha1', 'bc', 1025], ['sha256', '34cc', 1030], ['sha512', '35cc', 1279], ['sha256', '34cc', 2048], ['sha256', '34cc', 3072],
  ] as const)('%s with trailer %s under a key of %i bits: signature of F or of its opposite, nothing else', (hashName, trailer, modulusLength) => {
    const pair = generateKeyPairSync('rsa', { modulusLength });
    const file = dg15Of(pair.publicKey);
    const modulus = new Uint8Array(Buffer.from(pair.publicKey.export({ format: 'jwk' }).n!, 'base64url'));
    const sealed = (representative: Uint8Array): Uint8Array =>
      privateEncrypt({ key: pair.privateKey, padding: constants.RSA_NO_PADDING }, concatBytes(new Uint8Array(modulus.length - representative.length), representative));
    const whole = Math.floor(modulusLength / 8);
    const make = (header: number, m1Bytes: number, signedNonce = nonce): Uint8Array => {
      const m1 = new Uint8Array(m1Bytes).fill(0x5a);
      return concatBytes(Uint8Array.of(header), m1, hash(hashName, m1, signedNonce), fromHex(trailer));
    };
    const m1Bytes = whole - 1 - trailer.length / 2 - hash(hashName).length;
    const honest = sealed(make(0x6a, m1Bytes));
    expect(verdict(file, honest)).toBe('pass');
    expect(verdict(file, fromInteger(toInteger(modulus) - toInteger(honest), modulus.length)), 'n − signature').toBe('pass');
    expect(verdict(file, honest, undefined, fromHex('0102030405060709')), 'another nonce').toBe('AA_FAILED');
    expect(verdict(file, sealed(make(0x6a, m1Bytes, new Uint8Array(8)))), 'an old nonce').toBe('AA_FAILED');
    expect(verdict(file, sealed(make(0x6b, m1Bytes))), 'padded: M1 too short').toBe('AA_FAILED');
    expect(verdict(file, sealed(make(0x4a, m1Bytes))), 'total recovery').toBe('AA_FAILED');
    expect(verdict(file, sealed(make(0x6a, m1Bytes - 2))), 'a shorter M1').toBe('AA_FAILED');
    expect(verdict(file, sealed(make(0x6a, m1Bytes).fill(0, whole - 1))), 'no trailer').toBe('AA_FAILED');
    expect(verdict(file, concatBytes(Uint8Array.of(0), honest)), 'a byte too many').toBe('AA_FAILED');
  });

  it('garbage behind the digest, which low exponents would allow, is seen', () => {
    const digest = hash('sha1', fromHex('5a'), nonce);
    const early = concatBytes(Uint8Array.of(0x6a, 0x5a), digest, new Uint8Array(128 - 2 - digest.length - 1).fill(0x77), fromHex('bc'));
    expect(verdict(dg15, signed(early))).toBe('AA_FAILED');
  });

  it('a key for RSA-PSS only cannot have signed', () => {
    const pss = generateKeyPairSync('rsa-pss', { modulusLength: 1024 });
    expect(verdict(dg15Of(pss.publicKey), new Uint8Array(128).fill(1))).toBe('AA_FAILED');
  });

  it('a key too small to prove anything is not counted as proof', () => {
    const small = generateKeyPairSync('rsa', { modulusLength: 512 });
    expect(verdict(dg15Of(small.publicKey), new Uint8Array(64))).toBe('notRun');
    expect(verdict(fromHex('6f00'), new Uint8Array(64))).toBe('AA_KEY_MALFORMED');
  });
});

describe('Active Authentication by ECDSA', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'brainpoolP256r1' });
  const dg15 = dg15Of(publicKey);
  const signature = (hashName: string, dsaEncoding: 'der' | 'ieee-p1363'): Uint8Array => sign(hashName, nonce, { key: privateKey, dsaEncoding });

  it('r‖s or DER, with the hash that DG14 names or the curve’s size', () => {
    expect(verdict(dg15, signature('sha256', 'ieee-p1363'))).toBe('pass');
    expect(verdict(dg15, signature('sha256', 'der'))).toBe('pass');
    expect(verdict(dg15, signature('sha384', 'ieee-p1363'), '0.4.0.127.0.7.1.1.4.1.4')).toBe('pass');
    expect(verdict(dg15, signature('sha384', 'ieee-p1363'))).toBe('AA_FAILED');
    expect(verdict(dg15, signature('sha256', 'ieee-p1363'), '1.2.840.113549.1.1.11')).toBe('AA_FAILED');
    expect(verdict(dg15, new Uint8Array(64))).toBe('AA_FAILED');
    expect(verdict(dg15, signature('sha256', 'ieee-p1363'), undefined, new Uint8Array(8))).toBe('AA_FAILED');
  });

  it.each([['secp224r1', 'sha224'], ['brainpoolP224r1', 'sha224'], ['prime256v1', 'sha256'], ['brainpoolP320r1', 'sha256'], ['secp384r1', 'sha384'], ['brainpoolP384r1', 'sha384'], ['brainpoolP512r1', 'sha512'], ['secp521r1', 'sha512']])('%s: %s where DG14 does not say, in both encodings', (namedCurve, hashName) => {
    const pair = generateKeyPairSync('ec', { namedCurve, paramEncoding: 'explicit' });
    const file = dg15Of(pair.publicKey);
    const by = (dsaEncoding: 'der' | 'ieee-p1363'): Uint8Array => sign(hashName, nonce, { key: pair.privateKey, dsaEncoding });
    expect(verdict(file, by('ieee-p1363'))).toBe('pass');
    expect(verdict(file, by('der'))).toBe('pass');
    expect(verdict(file, by('ieee-p1363'), undefined, fromHex('0102030405060709'))).toBe('AA_FAILED');
    const zero = by('ieee-p1363').fill(0, 0, by('ieee-p1363').length / 2);
    expect(verdict(file, zero), 'r = 0').toBe('AA_FAILED');
    expect(verdict(file, concatBytes(by('der'), Uint8Array.of(0))), 'something behind it').toBe('AA_FAILED');
  });

  it('a generator of its own choice: a key that proves nothing, whoever signed it', () => {
    const pair = generateKeyPairSync('ec', { namedCurve: 'prime256v1', paramEncoding: 'explicit' });
    const spki = new Uint8Array(pair.publicKey.export({ format: 'der', type: 'spki' }));
    const trap = spki.slice();
    const generatorAt = Buffer.from(spki).indexOf(Buffer.from('046b17d1f2', 'hex'));
    trap.set(spki.subarray(-65), generatorAt);
    expect(verdict(encodeTlv(0x6f, spki), sign('sha256', nonce, { key: pair.privateKey, dsaEncoding: 'ieee-p1363' }))).toBe('pass');
    expect(verdict(encodeTlv(0x6f, trap), new Uint8Array(64).fill(1))).toBe('AA_KEY_MALFORMED');
    const key = (publicKey: Uint8Array) => ({ agreement: 'ecdh', publicKey, keyId: undefined }) as const;
    const dg14 = (publicKey: Uint8Array) => ({ pace: [], chipAuthentication: [], chipAuthenticationPublicKeys: [key(publicKey)], activeAuthenticationAlgorithm: undefined });
    expect(verifyChipAuthentication({ status: 'completed', publicKey: trap }, dg14(trap))).toMatchObject({ status: 'fail', code: 'CA_KEY_MALFORMED' });
    expect(verifyChipAuthentication({ status: 'completed', publicKey: spki }, dg14(spki))).toMatchObject({ status: 'pass' });
    expect(importAgreementKey(trap)).toBeUndefined();
  });
});

import { constants, generateKeyPairSync, privateEncrypt, sign } from 'node:crypto';
import { concatBytes, fromHex, toHex } from '@visavis/kernel';
import { describe, expect, it } from 'vitest';
import { hash } from '../crypto/index.ts';
import worked from '../crypto/icao9303-11.vectors.json' with { type: 'json' };
import { openAnswer } from '../secure-messaging/open-answer.ts';
import type { SecureChannel } from '../secure-messaging/secure-channel.ts';
import { encodeTlv } from '../tlv/tlv.ts';
import real from './active-authentication.vectors.json' with { type: 'json' };
import { verifyActiveAuthentication } from './verify-active-authentication.ts';

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

  it('the digest of ICAO 9303-11 appendix F', () => {
    expect(toHex(hash('sha1', fromHex(worked.AA.M1), fromHex(worked.AA.rndIfd)))).toBe(worked.AA.H);
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
});

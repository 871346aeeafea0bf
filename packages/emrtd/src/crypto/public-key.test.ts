import { generateKeyPairSync, verify } from 'node:crypto';
import { concatBytes, fromHex, toHex, utf8 } from '@visavis/kernel';
import { describe, expect, it } from 'vitest';
import { encodeTlv } from '../tlv/tlv.ts';
import { basePoint, encodePoint, hash, importAgreementKey, importPublicKey, isOnCurveOfItsOwn } from './index.ts';

const P = 'ffffffff00000001000000000000000000000000ffffffffffffffffffffffff';
const A = 'ffffffff00000001000000000000000000000000fffffffffffffffffffffffc';
const B = '5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b';
const N = 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551';

/** P-256 with its parameters spelled out (as ICAO 9303-12 wants), around a generator and a key. */
function explicit(generator: Uint8Array, publicPoint: Uint8Array, order = N): Uint8Array {
  const integer = (hex: string): Uint8Array => encodeTlv(0x02, fromHex(`00${hex}`));
  const parameters = encodeTlv(
    0x30,
    fromHex('020101'),
    encodeTlv(0x30, fromHex('06072a8648ce3d0101'), integer(P)),
    encodeTlv(0x30, encodeTlv(0x04, fromHex(A)), encodeTlv(0x04, fromHex(B))),
    encodeTlv(0x04, generator),
    integer(order),
    fromHex('020101'),
  );
  return encodeTlv(0x30, encodeTlv(0x30, fromHex('06072a8648ce3d0201'), parameters), encodeTlv(0x03, Uint8Array.of(0), publicPoint));
}

/** Shortest form, with a sign byte where the first bit is set. */
function derInteger(value: bigint): Uint8Array {
  const hex = value.toString(16);
  const even = hex.length % 2 === 0 ? hex : `0${hex}`;
  return encodeTlv(0x02, fromHex(Number.parseInt(even.slice(0, 2), 16) >= 0x80 ? `00${even}` : even));
}

const spkiOf = (namedCurve: string): Uint8Array => new Uint8Array(generateKeyPairSync('ec', { namedCurve }).publicKey.export({ format: 'der', type: 'spki' }));
const base = encodePoint(basePoint('prime256v1'));

describe('importPublicKey', () => {
  const namedSpki = spkiOf('prime256v1');
  const named = { point: importAgreementKey(namedSpki)!.publicKey };

  it('takes named curves, and explicit parameters that spell one', () => {
    expect(importPublicKey(spkiOf('brainpoolP384r1'), 2048)).toMatchObject({ kind: 'ec', curve: 'brainpoolP384r1', bits: 384 });
    expect(importPublicKey(explicit(base, named.point), 2048)).toMatchObject({ curve: 'prime256v1', bits: 256 });
    expect(toHex(importAgreementKey(explicit(base, named.point))!.publicKey)).toBe(toHex(named.point));
    expect([namedSpki, explicit(base, named.point)].map(isOnCurveOfItsOwn)).toEqual([false, false]);
  });

  it('refuses a generator of one’s own choice, under which OpenSSL verifies a forgery (CVE-2020-0601)', () => {
    const trap = explicit(named.point, named.point);
    // With G′ = Q the private key is 1: r = x(Q), s = hash + r.
    const n = BigInt(`0x${N}`);
    const r = BigInt(`0x${toHex(named.point.subarray(1, 33))}`) % n;
    const digest = BigInt(`0x${toHex(hash('sha256', utf8('x')))}`);
    const forged = encodeTlv(0x30, ...[r, (digest + r) % n].map(derInteger));
    expect(verify('sha256', Buffer.from('x'), { key: Buffer.from(trap), format: 'der', type: 'spki' }, forged), 'why the rule is needed').toBe(true);
    expect(importPublicKey(trap, 2048)).toBeUndefined();
    expect(importAgreementKey(trap)).toBeUndefined();
    expect(isOnCurveOfItsOwn(trap)).toBe(true);
  });

  it('refuses other orders, small curves, points off the curve, weak RSA, other keys and noise', () => {
    expect(importPublicKey(explicit(base, named.point, `${N.slice(0, -2)}4f`), 2048)).toBeUndefined();
    expect(importPublicKey(spkiOf('secp256k1'), 2048)).toBeUndefined();
    expect(importPublicKey(explicit(base, concatBytes(named.point.subarray(0, 64), Uint8Array.of(named.point[64]! ^ 1))), 2048)).toBeUndefined();
    const rsa = (modulusLength: number, publicExponent: number): Uint8Array => new Uint8Array(generateKeyPairSync('rsa', { modulusLength, publicExponent }).publicKey.export({ format: 'der', type: 'spki' }));
    expect(importPublicKey(rsa(1024, 3), 2048)).toBeUndefined();
    expect(importPublicKey(rsa(1024, 3), 1024)).toMatchObject({ kind: 'rsa', bits: 1024 });
    expect(importPublicKey(new Uint8Array(generateKeyPairSync('ed25519').publicKey.export({ format: 'der', type: 'spki' })), 2048)).toBeUndefined();
    expect(importPublicKey(new Uint8Array(40), 2048)).toBeUndefined();
  });
});

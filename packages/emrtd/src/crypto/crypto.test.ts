import { createECDH } from 'node:crypto';
import { equalBytes, fromHex, toHex } from '@visavis/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import worked from './icao9303-11.vectors.json' with { type: 'json' };
import { addPoints, aesCbcDecrypt, basePoint, cmac, type CurveName, decodePoint, deriveKey, des3CbcEncrypt, drawScalar, encodePoint, fieldBytes, hash, KEY_PURPOSE, multiplyPoint, padIso7816, retailMac, unpadIso7816, xCoordinate } from './index.ts';

const h = fromHex;
const bac = worked.BAC;
const gm = worked.PACE_ECDH_GM;

describe('ciphers and MACs', () => {
  it('3DES and retail MAC: EXTERNAL AUTHENTICATE of ICAO 9303-11 D.3', () => {
    const plain = h(bac.rndIfd + bac.rndIc + bac.kIfd);
    const cryptogram = des3CbcEncrypt(h(bac.kenc), plain);
    expect(toHex(cryptogram)).toBe(bac.eIfd);
    expect(toHex(retailMac(h(bac.kmac), cryptogram))).toBe(bac.mIfd);
  });

  it('CMAC: RFC 4493 §4', () => {
    const key = h('2b7e151628aed2a6abf7158809cf4f3c');
    const message = h('6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710');
    expect(toHex(cmac(key, new Uint8Array()))).toBe('bb1d6929e95937287fa37d129b756746');
    expect(toHex(cmac(key, message.subarray(0, 16)))).toBe('070a16b46b4d4144f79bdd9dd04a287c');
    expect(toHex(cmac(key, message.subarray(0, 40)))).toBe('dfa66747de9ae63030ca32611497c827');
    expect(toHex(cmac(key, message))).toBe('51f0bebf7e3b9d92fc49741779363cfe');
  });

  it('key derivation: ICAO 9303-11 D.1 (up to parity) and G.1', () => {
    const evenBits = (key: Uint8Array): string => toHex(key.map((b) => b & 0xfe));
    const seed = hash('sha1', new TextEncoder().encode(bac.mrzInformation)).subarray(0, 16);
    expect(toHex(seed)).toBe(bac.kseed);
    expect(evenBits(deriveKey(seed, KEY_PURPOSE.encryption, 'des3'))).toBe(evenBits(h(bac.kenc)));
    expect(evenBits(deriveKey(seed, KEY_PURPOSE.mac, 'des3'))).toBe(evenBits(h(bac.kmac)));
    expect(toHex(deriveKey(h(gm.K), KEY_PURPOSE.encryption, 'aes128'))).toBe(gm.ksEnc);
    expect(toHex(deriveKey(h(gm.K), KEY_PURPOSE.mac, 'aes128'))).toBe(gm.ksMac);
  });

  it('padding method 2: unpad ∘ pad is the identity; no 80, no padding', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 70 }), fc.constantFrom(8, 16), (data, block) => {
      const padded = padIso7816(data, block);
      expect(padded.length % block).toBe(0);
      expect(equalBytes(unpadIso7816(padded)!, data)).toBe(true);
    }));
    expect(unpadIso7816(h('0000'))).toBeUndefined();
    expect(unpadIso7816(h('8001'))).toBeUndefined();
    expect(unpadIso7816(h(''))).toBeUndefined();
  });
});

describe('points', () => {
  it('generic mapping of ICAO 9303-11 G.1', () => {
    const s = aesCbcDecrypt(h(gm.kpi), new Uint8Array(16), h(gm.z));
    expect(toHex(s)).toBe(gm.s);
    const shared = multiplyPoint(decodePoint('brainpoolP256r1', h(gm.pkMapIc))!, h(gm.skMapIfd))!;
    const mapped = addPoints(multiplyPoint(basePoint('brainpoolP256r1'), s)!, shared)!;
    expect(toHex(encodePoint(mapped))).toBe(gm.G);
    expect(toHex(encodePoint(multiplyPoint(mapped, h(gm.skIfd))!))).toBe(gm.pkIfd);
    expect(toHex(xCoordinate(multiplyPoint(decodePoint('brainpoolP256r1', h(gm.pkIc))!, h(gm.skIfd))!))).toBe(gm.K);
  });

  it('agrees with OpenSSL on every curve', () => {
    const curves: CurveName[] = ['prime256v1', 'secp384r1', 'secp521r1', 'brainpoolP256r1', 'brainpoolP384r1', 'brainpoolP512r1'];
    for (const curve of curves) {
      const theirs = createECDH(curve);
      theirs.generateKeys();
      const scalar = drawScalar(curve, (n) => new Uint8Array(n).fill(0xa7));
      const ours = encodePoint(multiplyPoint(basePoint(curve), scalar)!);
      const secret = xCoordinate(multiplyPoint(decodePoint(curve, theirs.getPublicKey())!, scalar)!);
      expect(secret).toHaveLength(fieldBytes(curve));
      expect(toHex(secret)).toBe(toHex(theirs.computeSecret(ours)));
    }
  });

  it('refuses the identity, points off the curve, compressed and misplaced encodings', () => {
    const base = encodePoint(basePoint('prime256v1'));
    const off = base.slice();
    off[64]! ^= 1;
    const outOfField = base.slice().fill(0xff, 1, 33);
    for (const bad of [h('00'), off, outOfField, base.subarray(0, 33), Uint8Array.of(0x02, ...base.subarray(1, 33)), new Uint8Array(65), encodePoint(basePoint('brainpoolP256r1'))]) {
      expect(decodePoint('prime256v1', bad)).toBeUndefined();
    }
    expect(multiplyPoint(basePoint('prime256v1'), new Uint8Array(32))).toBeUndefined();
    const order = h('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551');
    expect(multiplyPoint(basePoint('prime256v1'), order)).toBeUndefined();
    const minusOne = order.slice();
    minusOne[31]! -= 1;
    expect(addPoints(basePoint('prime256v1'), multiplyPoint(basePoint('prime256v1'), minusOne)!)).toBeUndefined();
  });
});

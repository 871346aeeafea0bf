import { createECDH } from 'node:crypto';
import { type Bytes, equalBytes } from '@visavis/kernel';
import { addPoints, basePoint, type CurveName, curveNumbers, decodePoint, drawScalar, encodePoint, fieldBytes, multiplyPoint } from './ec-points.ts';
import { encodeToCurve } from './encode-to-curve.ts';
import { bitLength, toInteger } from './integers.ts';
import type { KeyAgreementGroup } from './key-agreement-group.ts';

/**
 * The points of a curve as a key agreement group. What needs no other generator is OpenSSL's work: some ten times
 * faster than arithmetic here, and constant in time.
 */
export function ellipticCurveGroup(curve: CurveName): KeyAgreementGroup {
  const { p } = curveNumbers(curve);
  const generator = encodePoint(basePoint(curve));
  const ecdh = (privateKey: Uint8Array): ReturnType<typeof createECDH> => {
    const state = createECDH(curve);
    state.setPrivateKey(privateKey);
    return state;
  };
  return {
    agreement: 'ecdh',
    bits: bitLength(p),
    strengthBits: Math.floor(bitLength(p) / 2),
    generator,
    decode: (encoded) => {
      const point = decodePoint(curve, encoded);
      return point && encodePoint(point);
    },
    drawKeyPair: (base, random) => {
      const privateKey = drawScalar(curve, random);
      if (equalBytes(base, generator)) return { privateKey, publicKey: new Uint8Array(ecdh(privateKey).getPublicKey()) };
      return { privateKey, publicKey: encodePoint(multiplyPoint(decodePoint(curve, base)!, privateKey)!) };
    },
    sharedSecret: (privateKey, publicKey) => padded(new Uint8Array(ecdh(privateKey).computeSecret(publicKey)), fieldBytes(curve)),
    mapGenerically: (nonce, privateKey, publicKey) => {
      const theirs = decodePoint(curve, publicKey);
      const shared = theirs && multiplyPoint(theirs, privateKey);
      const nonceTimesBase = multiplyPoint(basePoint(curve), nonce);
      const mapped = shared && nonceTimesBase && addPoints(nonceTimesBase, shared);
      return mapped && encodePoint(mapped);
    },
    mapIntegrally: (fieldElement) => {
      const point = encodeToCurve(curve, toInteger(fieldElement));
      return point && encodePoint(point);
    },
  };
}

/** OpenSSL pads; that it does is not left to trust, since one key in 256 depends on it. */
function padded(secret: Bytes, bytes: number): Bytes {
  if (secret.length === bytes) return secret;
  const out = new Uint8Array(bytes);
  out.set(secret, bytes - secret.length);
  return out;
}

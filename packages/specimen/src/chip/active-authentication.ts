import { constants, createHash, privateDecrypt } from 'node:crypto';
import { type Bytes, concatBytes, type RandomBytes } from '@visavis/kernel';
import type { ActiveAuthenticationKey } from '../lds/passport.ts';
import { signDigest } from '../pki/elliptic-curve.ts';

/** Up to this size a chip of the first years: SHA-1 and a trailer of one byte. Larger ones say SHA-256. */
const OLD_MODULUS_BYTES = 128;
const TRAILER_SHA1 = Uint8Array.of(0xbc);
const TRAILER_SHA256 = Uint8Array.of(0x34, 0xcc);

/** The chip's signature over the terminal's nonce (ICAO 9303-11 §6.1.2): ECDSA in plain format, r ‖ s, over the nonce alone; or RSA by ISO/IEC 9796-2 scheme 1. */
export function signNonce(key: ActiveAuthenticationKey, nonce: Uint8Array, random: RandomBytes): Bytes {
  return key.kind === 'ecdsa' ? signDigest(key.pair, createHash('sha256').update(nonce).digest(), 'compact') : signWithRecovery(key, nonce, random);
}

/** F = 6A ‖ M1 ‖ H(M1 ‖ nonce) ‖ trailer, raised to the private exponent: M1 is the chip's own and is recovered from the signature. */
function signWithRecovery(key: ActiveAuthenticationKey & { readonly kind: 'rsa' }, nonce: Uint8Array, random: RandomBytes): Bytes {
  const [hashName, trailer] = key.modulusBytes <= OLD_MODULUS_BYTES ? (['sha1', TRAILER_SHA1] as const) : (['sha256', TRAILER_SHA256] as const);
  const digestBytes = createHash(hashName).digest().length;
  const m1 = random(key.modulusBytes - 1 - digestBytes - trailer.length);
  const digest = createHash(hashName).update(m1).update(nonce).digest();
  const representative = concatBytes(Uint8Array.of(0x6a), m1, digest, trailer);
  return Uint8Array.from(privateDecrypt({ key: key.privateKey, padding: constants.RSA_NO_PADDING }, representative));
}

import { constants, createHash, privateDecrypt } from 'node:crypto';
import { type Bytes, concatBytes, type RandomBytes } from '@visavis/kernel';
import type { ActiveAuthenticationKey } from '../lds/passport.ts';
import type { HashName } from '../pki/signing-key.ts';

/** The numbers that ISO/IEC 10118-3 gives the hashes, and CC; SHA-1 may go without its number. */
const TRAILERS: Readonly<Record<HashName, Uint8Array>> = { sha1: Uint8Array.of(0xbc), sha224: Uint8Array.of(0x38, 0xcc), sha256: Uint8Array.of(0x34, 0xcc), sha384: Uint8Array.of(0x36, 0xcc), sha512: Uint8Array.of(0x35, 0xcc) };

/** The chip's signature over the terminal's nonce (ICAO 9303-11 §6.1.2): ECDSA in plain format, r ‖ s, over the nonce alone; or RSA by ISO/IEC 9796-2 scheme 1. */
export const signNonce = (key: ActiveAuthenticationKey, nonce: Uint8Array, random: RandomBytes): Bytes => (key.kind === 'ecdsa' ? key.sign(nonce) : signWithRecovery(key, nonce, random));

/** F = 6A ‖ M1 ‖ H(M1 ‖ nonce) ‖ trailer, raised to the private exponent: M1 is the chip's own and is recovered from the signature. */
function signWithRecovery({ hash, modulusBytes, privateKey }: ActiveAuthenticationKey & { readonly kind: 'rsa' }, nonce: Uint8Array, random: RandomBytes): Bytes {
  const trailer = TRAILERS[hash];
  const digestBytes = createHash(hash).digest().length;
  const m1 = random(modulusBytes - 1 - digestBytes - trailer.length);
  const digest = createHash(hash).update(m1).update(nonce).digest();
  const representative = concatBytes(Uint8Array.of(0x6a), m1, digest, trailer);
  return Uint8Array.from(privateDecrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, representative));
}

import { agree } from '../pki/elliptic-curve.ts';
import type { ChipProfile } from '../lds/passport.ts';
import { aes128, deriveKey, tripleDes } from './ciphers.ts';
import type { SecureSession } from './secure-messaging.ts';

/**
 * The chip's half of chip authentication (ICAO 9303-11 §6.2): agrees with its static key on a new session. That it
 * knew the private key shows only in the next protected answer.
 * @returns undefined when the terminal's point is not on the curve
 */
export function authenticateChip(profile: NonNullable<ChipProfile['chipAuthentication']>, terminalPublicKey: Uint8Array): SecureSession | undefined {
  if (terminalPublicKey[0] !== 4) return undefined;
  let secret: Uint8Array;
  try {
    secret = agree(profile.key, terminalPublicKey);
  } catch {
    return undefined;
  }
  const cipher = profile.cipher === 'aes128' ? aes128 : tripleDes;
  return { cipher, encryptionKey: deriveKey(secret, 1), macKey: deriveKey(secret, 2), counter: new Uint8Array(cipher.blockBytes) };
}

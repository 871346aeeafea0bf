import { standardizedGroup } from '@visavis/emrtd/crypto';
import type { ChipAuthenticationKey } from '../lds/passport.ts';
import { deriveKey, sessionCipher } from './ciphers.ts';
import type { SecureSession } from './secure-messaging.ts';

/**
 * The chip's half of chip authentication (ICAO 9303-11 §6.2): agrees with its static key on a new session. That it
 * knew the private key shows only in the next protected answer.
 * @returns undefined when the terminal's key is not of the group
 */
export function authenticateChip(key: Pick<ChipAuthenticationKey, 'pair' | 'cipher'>, terminalPublicKey: Uint8Array): SecureSession | undefined {
  const group = standardizedGroup(key.pair.parameterId);
  const theirs = group?.decode(terminalPublicKey);
  const secret = theirs && group?.sharedSecret(key.pair.privateKey, theirs);
  if (secret === undefined) return undefined;
  const cipher = sessionCipher(key.cipher);
  return { cipher, encryptionKey: deriveKey(secret, 1, key.cipher), macKey: deriveKey(secret, 2, key.cipher), counter: new Uint8Array(cipher.blockBytes) };
}

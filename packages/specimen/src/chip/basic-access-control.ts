import { createHash } from 'node:crypto';
import { concatBytes, equalBytes, type RandomBytes } from '@visavis/kernel';
import { deriveKey, pad, tripleDes } from './ciphers.ts';
import type { SecureSession } from './secure-messaging.ts';

const xor = (a: Uint8Array, b: Uint8Array): Uint8Array => a.map((byte, i) => byte ^ b[i]!);

/**
 * The chip's half of BAC (ICAO 9303-11 §4.3): checks the terminal's cryptogram against the challenge it gave, and
 * answers with its own.
 * @param mrzInformation as hashed by both sides: number, birth, expiry, with check digits
 * @param cryptogram E.IFD ‖ M.IFD, 40 bytes, the terminal's
 * @returns undefined when the terminal does not know the MRZ or answers another challenge
 */
export function mutualAuthenticate(o: { mrzInformation: string; challenge: Uint8Array; cryptogram: Uint8Array; random: RandomBytes }): { readonly response: Uint8Array; readonly session: SecureSession } | undefined {
  const seed = createHash('sha1').update(o.mrzInformation, 'latin1').digest().subarray(0, 16);
  const encryptionKey = deriveKey(seed, 1);
  const macKey = deriveKey(seed, 2);
  const zero = new Uint8Array(8);
  if (o.cryptogram.length !== 40) return undefined;
  const encrypted = o.cryptogram.subarray(0, 32);
  if (!equalBytes(tripleDes.mac(macKey, pad(encrypted, 8)), o.cryptogram.subarray(32))) return undefined;
  const opened = tripleDes.decrypt(encryptionKey, zero, encrypted);
  const [terminalNonce, echoed, terminalKey] = [opened.subarray(0, 8), opened.subarray(8, 16), opened.subarray(16)];
  if (!equalBytes(echoed, o.challenge)) return undefined;

  const chipKey = o.random(16);
  const answered = tripleDes.encrypt(encryptionKey, zero, concatBytes(o.challenge, terminalNonce, chipKey));
  const sessionSeed = xor(terminalKey, chipKey);
  return {
    response: concatBytes(answered, tripleDes.mac(macKey, pad(answered, 8))),
    session: {
      cipher: tripleDes,
      encryptionKey: deriveKey(sessionSeed, 1),
      macKey: deriveKey(sessionSeed, 2),
      counter: concatBytes(o.challenge.subarray(4), terminalNonce.subarray(4)),
    },
  };
}

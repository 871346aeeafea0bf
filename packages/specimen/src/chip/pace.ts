import { type Bytes, equalBytes, type RandomBytes, toHex } from '@visavis/kernel';
import { objectIdentifier, tlv } from '../der/der.ts';
import { PACE_ECDH_GM_AES_128 } from '../lds/security-infos.ts';
import { type CurveName, curves, drawKeyPair, FIELD_BYTES } from '../pki/elliptic-curve.ts';
import { aes128, cmac, deriveKey, encryptBlock } from './ciphers.ts';
import type { SecureSession } from './secure-messaging.ts';
import { type Answer, answer, SW } from './status-words.ts';

type Step =
  | { readonly expects: 'nonce' }
  | { readonly expects: 'mapping'; readonly nonce: Uint8Array }
  | { readonly expects: 'agreement'; readonly generator: Point }
  | { readonly expects: 'token'; readonly terminalKey: Bytes; readonly chipKey: Bytes; readonly session: SecureSession };

type Point = ReturnType<(typeof curves)[CurveName]['curve']['Point']['fromBytes']>;

/** One run of PACE on the chip (ICAO 9303-11 §4.4, ECDH, generic mapping, AES-128), from MSE:Set AT to the terminal's token. */
export interface PaceRun {
  readonly passwordKey: Bytes;
  readonly curve: CurveName;
  readonly step: Step;
}

/** What one GENERAL AUTHENTICATE came to: the answer, and the run as it goes on, or the session it ended in, or neither. */
export interface PaceOutcome {
  readonly answer: Answer;
  readonly run?: PaceRun;
  readonly session?: SecureSession;
}

/** @param password SHA-1 of the MRZ information, or the CAN's characters (§9.7.3) */
export const beginPace = (curve: CurveName, password: Uint8Array): PaceRun => ({ passwordKey: deriveKey(password, 3), curve, step: { expects: 'nonce' } });

/**
 * One GENERAL AUTHENTICATE.
 * @param tag with `value`, the one object inside the terminal's 7C template; undefined for an empty template
 */
export function continuePace(run: PaceRun, tag: number | undefined, value: Uint8Array, random: RandomBytes): PaceOutcome {
  const { step } = run;
  switch (step.expects) {
    case 'nonce': {
      if (tag !== undefined) return failed(SW.incorrectData);
      const nonce = random(16);
      return { answer: template(0x80, encryptBlock(run.passwordKey, nonce)), run: { ...run, step: { expects: 'mapping', nonce } } };
    }
    case 'mapping': {
      const theirs = tag === 0x81 ? parsePoint(run.curve, value) : undefined;
      if (theirs === undefined) return failed(SW.incorrectData);
      const mine = drawKeyPair(run.curve, random);
      const shared = theirs.multiply(scalar(mine.privateKey));
      const { Point } = curves[run.curve].curve;
      // G' = s·G + H. The nonce may exceed no order here: 16 bytes against 32.
      const generator = Point.BASE.multiply(scalar(step.nonce)).add(shared);
      if (generator.is0()) return failed(SW.incorrectData);
      return { answer: template(0x82, mine.publicKey), run: { ...run, step: { expects: 'agreement', generator } } };
    }
    case 'agreement': {
      const theirs = tag === 0x83 ? parsePoint(run.curve, value) : undefined;
      if (theirs === undefined) return failed(SW.incorrectData);
      const secretKey = drawKeyPair(run.curve, random).privateKey;
      const chipKey = Uint8Array.from(step.generator.multiply(scalar(secretKey)).toBytes(false));
      // A terminal that sends our own key back has not agreed on anything (§4.4.1 step 3).
      if (equalBytes(chipKey, value)) return failed(SW.incorrectData);
      const secret = theirs.multiply(scalar(secretKey)).toBytes(false).subarray(1, 1 + FIELD_BYTES);
      const session: SecureSession = { cipher: aes128, encryptionKey: deriveKey(secret, 1), macKey: deriveKey(secret, 2), counter: new Uint8Array(16) };
      return { answer: template(0x84, chipKey), run: { ...run, step: { expects: 'token', terminalKey: Uint8Array.from(value), chipKey, session } } };
    }
    case 'token':
      break;
  }
  if (tag !== 0x85) return failed(SW.incorrectData);
  // The terminal's token is over the chip's key and the other way round (§4.4.3.4).
  if (!equalBytes(value, token(step.session, step.chipKey))) return failed(SW.authenticationFailed);
  return { answer: template(0x86, token(step.session, step.terminalKey)), session: step.session };
}

const failed = (status: number): PaceOutcome => ({ answer: answer(status) });
const template = (tag: number, value: Uint8Array): Answer => answer(SW.ok, tlv(0x7c, tlv(tag, value)));
const scalar = (bytes: Uint8Array): bigint => BigInt(`0x${toHex(bytes)}`);

/** MAC over the public key data object 7F49 { OID, 86 point } (§9.4.5). */
function token(session: SecureSession, publicKey: Uint8Array): Bytes {
  return cmac(session.macKey, tlv(0x7f49, objectIdentifier(PACE_ECDH_GM_AES_128), tlv(0x86, publicKey))).slice(0, 8);
}

function parsePoint(curve: CurveName, bytes: Uint8Array): Point | undefined {
  if (bytes.length !== 1 + 2 * FIELD_BYTES || bytes[0] !== 4) return undefined;
  try {
    return curves[curve].curve.Point.fromBytes(bytes);
  } catch {
    return undefined;
  }
}

import { curveNumbers, type KeyAgreementGroup, type KeyPair, STANDARDIZED_CURVES, standardizedGroup } from '@visavis/emrtd/crypto';
import { type Bytes, concatBytes, equalBytes, fromHex, type RandomBytes, toHex } from '@visavis/kernel';
import { objectIdentifier, tlv } from '../der/der.ts';
import type { AgreementKeyPair, PaceVariant } from '../lds/passport.ts';
import { paceProtocol } from '../lds/security-infos.ts';
import { cmac, deriveKey, encryptBlock, encryptBlocks, encryptWithIv, KEY_BYTES, pad, sessionCipher, tripleDes } from './ciphers.ts';
import { nonceBytes, stirNonces } from './integrated-mapping.ts';
import type { SecureSession } from './secure-messaging.ts';
import { type Answer, answer, SW } from './status-words.ts';

type Step =
  | { readonly expects: 'nonce' }
  | { readonly expects: 'mapping'; readonly nonce: Uint8Array }
  | { readonly expects: 'agreement'; readonly generator: Bytes; readonly mappingKey: Bytes | undefined }
  | { readonly expects: 'token'; readonly terminalKey: Bytes; readonly chipKey: Bytes; readonly mappingKey: Bytes | undefined; readonly session: SecureSession };

/** One run of PACE on the chip (ICAO 9303-11 §4.4), from MSE:Set AT to the terminal's token. */
export interface PaceRun {
  readonly passwordKey: Bytes;
  readonly variant: PaceVariant;
  readonly group: KeyAgreementGroup;
  /** The chip's static key, which chip authentication mapping proves. */
  readonly staticKey: AgreementKeyPair | undefined;
  readonly step: Step;
}

/** What one GENERAL AUTHENTICATE came to: the answer, and the run as it goes on, or the session it ended in, or neither. */
export interface PaceOutcome {
  readonly answer: Answer;
  readonly run?: PaceRun;
  readonly session?: SecureSession;
}

/**
 * @param password SHA-1 of the MRZ information, or the CAN's characters (§9.7.3)
 * @param staticKey of the same group; chip authentication mapping needs it
 */
export function beginPace(variant: PaceVariant, password: Uint8Array, staticKey?: AgreementKeyPair): PaceRun {
  const group = standardizedGroup(variant.parameterId);
  if (group === undefined) throw new RangeError('no such domain parameters');
  return { passwordKey: deriveKey(password, 3, variant.cipher), variant, group, staticKey, step: { expects: 'nonce' } };
}

/**
 * One GENERAL AUTHENTICATE.
 * @param tag with `value`, the one object inside the terminal's 7C template; undefined for an empty template
 */
export function continuePace(run: PaceRun, tag: number | undefined, value: Uint8Array, random: RandomBytes): PaceOutcome {
  const { step, variant, group } = run;
  switch (step.expects) {
    case 'nonce': {
      if (tag !== undefined) return failed(SW.incorrectData);
      const nonce = random(variant.mapping === 'integrated' ? nonceBytes(variant.cipher) : 16);
      return { answer: template(0x80, encryptBlocks(variant.cipher, run.passwordKey, nonce)), run: { ...run, step: { expects: 'mapping', nonce } } };
    }
    case 'mapping': {
      if (tag !== 0x81) return failed(SW.incorrectData);
      return variant.mapping === 'integrated' ? mapIntegrally(run, step.nonce, value) : mapGenerically(run, step.nonce, value, random);
    }
    case 'agreement': {
      const theirs = tag === 0x83 ? group.decode(value) : undefined;
      if (theirs === undefined) return failed(SW.incorrectData);
      const mine: KeyPair = group.drawKeyPair(step.generator, random);
      const secret = group.sharedSecret(mine.privateKey, theirs);
      // A terminal that sends our own key back has not agreed on anything (§4.4.1 step 3).
      if (secret === undefined || equalBytes(mine.publicKey, theirs)) return failed(SW.incorrectData);
      const cipher = sessionCipher(variant.cipher);
      const session: SecureSession = { cipher, encryptionKey: deriveKey(secret, 1, variant.cipher), macKey: deriveKey(secret, 2, variant.cipher), counter: new Uint8Array(cipher.blockBytes) };
      return { answer: template(0x84, mine.publicKey), run: { ...run, step: { expects: 'token', terminalKey: Uint8Array.from(value), chipKey: mine.publicKey, mappingKey: step.mappingKey, session } } };
    }
    case 'token':
      break;
  }
  if (tag !== 0x85) return failed(SW.incorrectData);
  // The terminal's token is over the chip's key and the other way round (§4.4.3.4).
  if (!equalBytes(value, token(run, step.session, step.chipKey))) return failed(SW.authenticationFailed);
  const proof = variant.mapping === 'chipAuthentication' ? [tlv(0x8a, chipAuthenticationData(run, step.session, step.mappingKey))] : [];
  return { answer: answer(SW.ok, tlv(0x7c, tlv(0x86, token(run, step.session, step.terminalKey)), ...proof)), session: step.session };
}

/** The generator is nonce · g and the secret of an anonymous key agreement, taken together (§4.4.3.3.1). */
function mapGenerically(run: PaceRun, nonce: Uint8Array, value: Uint8Array, random: RandomBytes): PaceOutcome {
  const { group } = run;
  const theirs = group.decode(value);
  if (theirs === undefined) return failed(SW.incorrectData);
  const mine = group.drawKeyPair(group.generator, random);
  const generator = group.mapGenerically(nonce, mine.privateKey, theirs);
  if (generator === undefined) return failed(SW.incorrectData);
  return { answer: template(0x82, mine.publicKey), run: { ...run, step: { expects: 'agreement', generator, mappingKey: mine.privateKey } } };
}

/** The terminal's nonce stirs the chip's (§4.4.3.3.2); the chip has nothing to add. */
function mapIntegrally(run: PaceRun, nonce: Uint8Array, terminalNonce: Uint8Array): PaceOutcome {
  const { group, variant } = run;
  if (terminalNonce.length !== KEY_BYTES[variant.cipher]) return failed(SW.incorrectData);
  const generator = group.mapIntegrally(stirNonces(variant.cipher, nonce, terminalNonce, group.bits));
  if (generator === undefined) return failed(SW.incorrectData);
  return { answer: template(0x82, new Uint8Array()), run: { ...run, step: { expects: 'agreement', generator, mappingKey: undefined } } };
}

/** CA.IC = SK.Map ÷ SK modulo the order, encrypted under the new session: only who holds the static key can tell it (§4.4.3.5). */
function chipAuthenticationData({ variant, staticKey }: PaceRun, session: SecureSession, mappingKey: Uint8Array | undefined): Bytes {
  if (staticKey === undefined || mappingKey === undefined) throw new RangeError('chip authentication mapping needs a static key');
  const { n } = curveNumbers(STANDARDIZED_CURVES[variant.parameterId]!);
  const quotient = (number(mappingKey) * inverse(number(staticKey.privateKey), n)) % n;
  const bytes = fromHex(quotient.toString(16).padStart(2 * Math.ceil(n.toString(16).length / 2), '0'));
  const iv = encryptBlock(session.encryptionKey, new Uint8Array(16).fill(0xff));
  return encryptWithIv(session.encryptionKey, iv, pad(bytes, 16));
}

/** By Fermat: the order of every standardized curve is prime. */
function inverse(value: bigint, prime: bigint): bigint {
  let result = 1n;
  let base = value % prime;
  for (let exponent = prime - 2n; exponent > 0n; exponent >>= 1n) {
    if ((exponent & 1n) === 1n) result = (result * base) % prime;
    base = (base * base) % prime;
  }
  return result;
}

const number = (bytes: Uint8Array): bigint => BigInt(`0x${toHex(bytes)}`);
const failed = (status: number): PaceOutcome => ({ answer: answer(status) });
const template = (tag: number, value: Uint8Array): Answer => answer(SW.ok, tlv(0x7c, tlv(tag, value)));

/** MAC over the public key data object 7F49 { OID, 86 point or 84 integer } (§9.4.4, §9.4.5). */
function token({ variant, group }: PaceRun, { macKey }: SecureSession, publicKey: Uint8Array): Bytes {
  const message = tlv(0x7f49, objectIdentifier(paceProtocol(variant)), tlv(group.agreement === 'dh' ? 0x84 : 0x86, publicKey));
  return variant.cipher === 'tripleDes' ? tripleDes.mac(macKey, pad(message, 8)) : cmac(macKey, concatBytes(message)).slice(0, 8);
}

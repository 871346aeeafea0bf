import { ed25519 } from '@noble/curves/ed25519.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { type Bytes, concatBytes, equalBytes, err, type Fault, fromHex, ok, type Result, toHex, utf8 } from '@visavis/kernel';
import { fromBase64, toBase64 } from './base64.ts';
import { logFaults } from './faults.ts';

/** @source C2SP signed-note, "Signature types" */
const ED25519 = 0x01;
const KEY_ID_BYTES = 4;
const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
/** A checkpoint with sixteen post-quantum witnesses fits. */
const MAX_NOTE_CHARS = 128 * 1024;
/** The specification asks for at least 16. */
const MAX_SIGNATURES = 64;
const MAX_NAME_CHARS = 255;
const MAX_KEY_CHARS = MAX_NAME_CHARS + 64;

/** ASCII control characters but newline; those above ASCII are allowed. */
const FORBIDDEN = /[^\P{Cc}\n\x7f-\x9f]/u;

export interface NoteKey {
  readonly name: string;
  /** What verifiers pin: `name+keyId+base64(0x01 ‖ public key)`. */
  readonly verifierKey: string;
  readonly keyId: Bytes;
  readonly seed: Uint8Array;
}

/** No Unicode space, plus sign or control character. */
const isName = (name: string): boolean => name.length > 0 && name.length <= MAX_NAME_CHARS && !/[\s+\p{Cc}\p{Z}]/u.test(name);

const keyIdOf = (name: string, publicKey: Uint8Array): Bytes => new Uint8Array(sha256(concatBytes(utf8(`${name}\n`), Uint8Array.of(ED25519), publicKey))).slice(0, KEY_ID_BYTES);

/**
 * An Ed25519 key that signs notes under a name. Throws on a name that notes can't carry.
 * @param origin the log's name: an address without scheme, such as `example.org/log`
 * @param seed 32 secret random bytes
 * @source C2SP signed-note
 */
export function createNoteKey(origin: string, seed: Uint8Array): NoteKey {
  if (!isName(origin)) throw new TypeError('a note key\'s name has no spaces and no plus signs');
  if (seed.length !== KEY_BYTES) throw new TypeError('an Ed25519 seed has 32 bytes');
  const publicKey = ed25519.getPublicKey(seed);
  const keyId = keyIdOf(origin, publicKey);
  return { name: origin, keyId, seed, verifierKey: `${origin}+${toHex(keyId)}+${toBase64(concatBytes(Uint8Array.of(ED25519), publicKey))}` };
}

/** The signed note: the text, an empty line, one signature line. Throws on a text that a note can't carry. */
export function signNote(text: string, key: NoteKey): string {
  if (!text.endsWith('\n') || FORBIDDEN.test(text)) throw new TypeError('a note\'s text ends in a newline and has no other control characters');
  const signature = ed25519.sign(utf8(text), key.seed);
  return `${text}\n— ${key.name} ${toBase64(concatBytes(key.keyId, signature))}\n`;
}

function parseVerifierKey(verifierKey: string): { name: string; keyId: Uint8Array; publicKey: Uint8Array } | undefined {
  const match = verifierKey.length > MAX_KEY_CHARS ? null : /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/.exec(verifierKey);
  if (match === null || !isName(match[1]!)) return undefined;
  const [name, keyId, encoded] = [match[1]!, fromHex(match[2]!), fromBase64(match[3]!)];
  if (encoded?.length !== 1 + KEY_BYTES || encoded[0] !== ED25519) return undefined;
  const publicKey = encoded.subarray(1);
  return equalBytes(keyId, keyIdOf(name, publicKey)) ? { name, keyId, publicKey } : undefined;
}

/** A log's name, from the key that one pins for it. @faults LOG_KEY_INVALID */
export function nameOfVerifierKey(verifierKey: string): Result<string> {
  const key = parseVerifierKey(verifierKey);
  return key === undefined ? err(logFaults.fault('LOG_KEY_INVALID')) : ok(key.name);
}

/**
 * Establishes that the pinned key signed this note. Signatures of unknown keys are passed over; a false one under the
 * pinned key's name and id refuses the whole note.
 * @param note from anybody
 * @param verifierKey pinned by the caller
 * @returns the text that was signed, final newline included
 * @faults LOG_KEY_INVALID LOG_CHECKPOINT_INVALID
 * @source C2SP signed-note
 */
export function verifyNote(note: string, verifierKey: string): Result<string> {
  const refuse = (reason: string): Result<never, Fault> => err(logFaults.fault('LOG_CHECKPOINT_INVALID', { reason }));
  const key = parseVerifierKey(verifierKey);
  if (key === undefined) return err(logFaults.fault('LOG_KEY_INVALID'));
  if (note.length > MAX_NOTE_CHARS || !note.isWellFormed() || FORBIDDEN.test(note)) return refuse('not a note');
  const split = note.lastIndexOf('\n\n');
  if (split < 0 || !note.endsWith('\n')) return refuse('not a note');
  const text = note.slice(0, split + 1);
  const lines = note.slice(split + 2, -1).split('\n');
  if (lines.length > MAX_SIGNATURES) return refuse('too many signatures');
  let signed = false;
  for (const line of lines) {
    const match = /^— (\S+) (\S+)$/.exec(line);
    const signature = fromBase64(match?.[2] ?? '');
    if (match === null || !isName(match[1]!) || signature === undefined || signature.length <= KEY_ID_BYTES) return refuse('signature line');
    if (match[1] !== key.name || !equalBytes(signature.subarray(0, KEY_ID_BYTES), key.keyId)) continue;
    if (!ed25519Holds(signature.subarray(KEY_ID_BYTES), utf8(text), key.publicKey)) return refuse('signature');
    signed = true;
  }
  return signed ? ok(text) : refuse('not signed by this key');
}

function ed25519Holds(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
  if (signature.length !== SIGNATURE_BYTES) return false;
  try {
    // RFC 8032's strict decoding, as Go's and OpenSSL's verifiers have it.
    return ed25519.verify(signature, message, publicKey, { zip215: false });
  } catch {
    return false;
  }
}

import { type Bytes, err, type Fault, ok, type Result } from '@visavis/kernel';
import { fromBase64, toBase64 } from './base64.ts';
import { fromDecimal } from './decimal.ts';
import { logFaults } from './faults.ts';
import { HASH_BYTES } from './hashes.ts';
import { nameOfVerifierKey, verifyNote } from './note.ts';

/** The state of a log: everything up to `size`, summed up in `root`. */
export interface Checkpoint {
  /** Which log. */
  readonly origin: string;
  readonly size: number;
  /** 32 bytes. */
  readonly root: Bytes;
}

/** Origin, size and root take less; extension lines are refused. */
const MAX_CHECKPOINT_TEXT_CHARS = 512;

/** The text that is signed. @source C2SP tlog-checkpoint */
export function formatCheckpoint(checkpoint: { readonly origin: string; readonly size: number; readonly root: Uint8Array }): string {
  if (!Number.isSafeInteger(checkpoint.size) || checkpoint.size < 0 || checkpoint.root.length !== HASH_BYTES || /[\n]|^$/.test(checkpoint.origin)) throw new TypeError('not a checkpoint');
  return `${checkpoint.origin}\n${checkpoint.size}\n${toBase64(checkpoint.root)}\n`;
}

/**
 * Reads a checkpoint's text, as it is before signing. Proves nothing. Extension lines, which no auditor could check, are
 * refused.
 * @faults LOG_CHECKPOINT_INVALID
 */
export function parseCheckpoint(text: string): Result<Checkpoint> {
  const refuse = (reason: string): Result<never, Fault> => err(logFaults.fault('LOG_CHECKPOINT_INVALID', { reason }));
  if (text.length > MAX_CHECKPOINT_TEXT_CHARS) return refuse('too long');
  const [origin = '', sizeText = '', rootText = '', end, ...rest] = text.split('\n');
  if (end !== '' || rest.length > 0 || origin === '') return refuse('not three lines');
  const [size, root] = [fromDecimal(sizeText), fromBase64(rootText)];
  if (size === undefined || root?.length !== HASH_BYTES) return refuse('size or root');
  return ok({ origin, size, root });
}

/**
 * Establishes that the log whose key is pinned signed this state.
 * @param signedCheckpoint from anybody
 * @param logKey verifier key, pinned by the caller; its name must be the checkpoint's origin
 * @faults LOG_KEY_INVALID LOG_CHECKPOINT_INVALID
 */
export function verifyCheckpoint(signedCheckpoint: string, logKey: string): Result<Checkpoint> {
  const name = nameOfVerifierKey(logKey);
  if (!name.ok) return name;
  const text = verifyNote(signedCheckpoint, logKey);
  if (!text.ok) return text;
  const checkpoint = parseCheckpoint(text.value);
  if (checkpoint.ok && checkpoint.value.origin !== name.value) return err(logFaults.fault('LOG_CHECKPOINT_INVALID', { reason: 'another log' }));
  return checkpoint;
}

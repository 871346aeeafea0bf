import { err, type Fault, fromBase64Url, ok, type Result } from '@visavis/kernel';
import { verifyCheckpoint } from './checkpoint.ts';
import { commitment } from './commitment.ts';
import { logFaults } from './faults.ts';
import { leafHash } from './hashes.ts';
import { parseLogProof } from './log-proof.ts';
import { verifyInclusion } from './verify-inclusion.ts';

const SALT_BYTES = 32;
/** An entry's JSON has some hundreds. */
const MAX_TEXT_CHARS = 2000;

/**
 * Establishes that the log whose key is pinned contains the commitment to this text, under a state that it signed. Says
 * nothing of when, and not that the text is true: that is what its reader must judge.
 * @param logged from anybody
 * @param logKey verifier key, pinned by the caller
 * @returns the text as it was committed to, its place, and the size of the log at which the proof was made
 * @faults LOG_OPENING_INVALID LOG_PROOF_INVALID LOG_CHECKPOINT_INVALID LOG_KEY_INVALID
 */
export function verifyLoggedEntry(logged: { readonly opening: { readonly salt: string; readonly text: string }; readonly proof: string }, logKey: string): Result<{ text: string; index: number; size: number }> {
  const refuseOpening = (reason: string): Result<never, Fault> => err(logFaults.fault('LOG_OPENING_INVALID', { reason }));
  const { salt: saltText, text } = logged.opening;
  if (text.length > MAX_TEXT_CHARS || !text.isWellFormed()) return refuseOpening('text');
  let salt: Uint8Array;
  try {
    salt = fromBase64Url(saltText);
  } catch {
    return refuseOpening('salt');
  }
  if (salt.length !== SALT_BYTES) return refuseOpening('salt');
  const proof = parseLogProof(logged.proof);
  if (!proof.ok) return proof;
  const checkpoint = verifyCheckpoint(proof.value.checkpoint, logKey);
  if (!checkpoint.ok) return checkpoint;
  const { size, root } = checkpoint.value;
  const { index, path } = proof.value;
  // The proof carries no leaf of its own: an opening of another entry fails here too.
  if (!verifyInclusion({ index, size, leaf: leafHash(commitment(salt, text)), path, root })) return err(logFaults.fault('LOG_PROOF_INVALID', { reason: 'inclusion' }));
  return ok({ text, index, size });
}

import { type SignerFault, signerFaults } from '@visavis/contract';
import { type Bytes, equalBytes, err, ok, type Result } from '@visavis/kernel';
import { fromBase64, parseCheckpoint, signNote, verifyConsistency } from '@visavis/log';
import type { SignerKeys } from './open-keys.ts';
import type { SignerMemory } from './open-memory.ts';

/**
 * Signs a state of our log that contains the one signed before, and remembers it on the disk before the signature leaves.
 * The same state again is signed again: whoever crashed with a signature in hand may ask for it anew.
 * @param request from the server, which is not believed
 * @faults SIGNER_CHECKPOINT_INVALID SIGNER_CHECKPOINT_FORKED SIGNER_CHECKPOINT_SHRUNK SIGNER_CHECKPOINT_INCONSISTENT
 */
export function signCheckpoint(request: { readonly checkpoint: string; readonly consistency: readonly string[] }, keys: SignerKeys, memory: SignerMemory): Result<string, SignerFault> {
  const parsed = parseCheckpoint(request.checkpoint);
  if (!parsed.ok || parsed.value.origin !== keys.logKey.name) return err(signerFaults.fault('SIGNER_CHECKPOINT_INVALID'));
  const { size, root } = parsed.value;
  const last = memory.lastCheckpoint();
  if (last !== undefined && size < last.size) return err(signerFaults.fault('SIGNER_CHECKPOINT_SHRUNK'));
  if (last?.size === size) {
    if (!equalBytes(last.root, root)) return err(signerFaults.fault('SIGNER_CHECKPOINT_FORKED'));
    return ok(signNote(request.checkpoint, keys.logKey));
  }
  // A log's first state, and one after the empty one, contain nothing earlier.
  if (last !== undefined && last.size > 0 && !isConsistent(last, { size, root }, request.consistency)) return err(signerFaults.fault('SIGNER_CHECKPOINT_INCONSISTENT'));
  memory.keepCheckpoint(size, root);
  return ok(signNote(request.checkpoint, keys.logKey));
}

function isConsistent(from: { readonly size: number; readonly root: Uint8Array }, to: { readonly size: number; readonly root: Uint8Array }, consistency: readonly string[]): boolean {
  const path: Bytes[] = [];
  for (const text of consistency) {
    const hash = fromBase64(text);
    if (hash === undefined) return false;
    path.push(hash);
  }
  return verifyConsistency({ from: from.size, to: to.size, path, fromRoot: from.root, toRoot: to.root });
}

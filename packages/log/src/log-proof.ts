import { type Bytes, err, type Fault, ok, type Result } from '@visavis/kernel';
import { fromBase64, toBase64 } from './base64.ts';
import { fromDecimal } from './decimal.ts';
import { logFaults } from './faults.ts';
import { HASH_BYTES } from './hashes.ts';
import { MAX_PATH_HASHES } from './verify-inclusion.ts';

/** What goes with an entry so that it can be verified offline. */
export interface LogProof {
  readonly index: number;
  /** Leaf's sibling first. */
  readonly path: readonly Bytes[];
  /** A signed checkpoint, verbatim. */
  readonly checkpoint: string;
}

const HEADER = 'c2sp.org/tlog-proof@v1';
/** A path of 64 hashes and a checkpoint with some witnesses fit. */
const MAX_PROOF_CHARS = 16 * 1024;

/** @source C2SP tlog-proof */
export function encodeLogProof(proof: { readonly index: number; readonly path: readonly Uint8Array[]; readonly checkpoint: string }): string {
  return [HEADER, `index ${proof.index}`, ...proof.path.map(toBase64), '', proof.checkpoint].join('\n');
}

/**
 * Reads a proof's text; proves nothing yet. An `extra` line is refused: it would be authenticated by nobody.
 * @faults LOG_PROOF_INVALID
 */
export function parseLogProof(text: string): Result<LogProof> {
  const refuse = (reason: string): Result<never, Fault> => err(logFaults.fault('LOG_PROOF_INVALID', { reason }));
  if (text.length > MAX_PROOF_CHARS) return refuse('too long');
  const split = text.indexOf('\n\n');
  if (split < 0) return refuse('no checkpoint');
  const [header, indexLine = '', ...hashes] = text.slice(0, split).split('\n');
  if (header !== HEADER) return refuse('header');
  const index = indexLine.startsWith('index ') ? fromDecimal(indexLine.slice('index '.length)) : undefined;
  if (index === undefined) return refuse('index');
  if (hashes.length > MAX_PATH_HASHES) return refuse('path');
  const path: Bytes[] = [];
  for (const line of hashes) {
    const hash = fromBase64(line);
    if (hash?.length !== HASH_BYTES) return refuse('path');
    path.push(hash);
  }
  return ok({ index, path, checkpoint: text.slice(split + 2) });
}

import { sha256 } from '@noble/hashes/sha2.js';
import type { Bytes } from '@visavis/kernel';

export const HASH_BYTES = 32;

/** A leaf can't be passed off as a node, nor the reverse: each is hashed under a prefix of its own. */
const LEAF_PREFIX = 0x00;
const NODE_PREFIX = 0x01;

/** @source RFC 6962 §2.1 */
export function leafHash(entry: Uint8Array): Bytes {
  const input = new Uint8Array(1 + entry.length);
  input[0] = LEAF_PREFIX;
  input.set(entry, 1);
  return new Uint8Array(sha256(input));
}

/** @source RFC 6962 §2.1 */
export function nodeHash(left: Uint8Array, right: Uint8Array): Bytes {
  const input = new Uint8Array(1 + 2 * HASH_BYTES);
  input[0] = NODE_PREFIX;
  input.set(left, 1);
  input.set(right, 1 + HASH_BYTES);
  return new Uint8Array(sha256(input));
}

/** The root of the tree without leaves. */
export const emptyRoot = (): Bytes => new Uint8Array(sha256(new Uint8Array(0)));

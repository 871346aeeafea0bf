import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { type Bytes, utf8 } from '@visavis/kernel';

/**
 * A log's leaf entry: HMAC-SHA-256 over an entry's text under its salt. Binding (another text needs a collision) and,
 * once the salt is gone, hiding.
 * @param salt 32 random bytes, or 32 bytes derived from a secret that can be erased
 */
export function commitment(salt: Uint8Array, text: string): Bytes {
  return new Uint8Array(hmac(sha256, salt, utf8(text)));
}

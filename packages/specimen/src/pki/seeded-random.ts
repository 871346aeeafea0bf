import { createHmac } from 'node:crypto';
import { type Bytes, concatBytes, type RandomBytes } from '@visavis/kernel';

/**
 * A reproducible stream of bytes: HMAC-SHA-256 of the purpose and a counter under the seed. Two purposes give
 * unrelated streams. For a made-up state and its tests only: whoever knows the seed knows every key.
 */
export function seededRandom(seed: string, purpose: string): RandomBytes {
  let counter = 0;
  let left: Bytes = new Uint8Array();
  return (n) => {
    while (left.length < n) left = concatBytes(left, createHmac('sha256', seed).update(`${purpose}/${counter++}`).digest());
    const out = left.slice(0, n);
    left = left.slice(n);
    return out;
  };
}

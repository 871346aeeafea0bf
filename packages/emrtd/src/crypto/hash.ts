import { createHash } from 'node:crypto';
import type { Bytes } from '@visavis/kernel';

/** The hash functions ICAO 9303-12 §4.4 knows (SHA-1 only where a document's protocol fixes it). */
export type HashName = 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512';

export function hash(name: HashName, ...parts: readonly Uint8Array[]): Bytes {
  const state = createHash(name);
  for (const part of parts) state.update(part);
  return new Uint8Array(state.digest());
}

import { createHash, hash as oneShot } from 'node:crypto';
import type { Bytes } from '@visavis/kernel';

/** The hash functions ICAO 9303-12 §4.4 knows (SHA-1 only where a document's protocol fixes it). */
export type HashName = 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512';

export function hash(name: HashName, ...parts: readonly Uint8Array[]): Bytes {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return view(oneShot(name, only, 'buffer'));
  const state = createHash(name);
  for (const part of parts) state.update(part);
  return view(state.digest());
}

/** Digests have memory of their own. */
const view = (digest: Buffer): Bytes => new Uint8Array(digest.buffer as ArrayBuffer, digest.byteOffset, digest.byteLength);

const OIDS: Readonly<Record<string, HashName>> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.4': 'sha224',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

/** The hash function that an object identifier names; undefined for every other, MD5 among them. */
export const hashByOid = (oid: string): HashName | undefined => (Object.hasOwn(OIDS, oid) ? OIDS[oid] : undefined);

import { createCipheriv, createSecretKey } from 'node:crypto';
import type { RandomBytes } from '@visavis/kernel';
import { ROW_CONTENTS, type RowContent, type SealedTable } from './row-contents.ts';
import { NONCE_BYTES, type RowPlace, rowBinding, SEALED_VERSION } from './sealed-row.ts';

/** A row's length must not say how long a name is, or which service was agreed to. */
const PADDED_TO_BYTES = 512;

/**
 * Seals what a row says about a person: AES-256-GCM under the identity's data key, bound to its place, so that a row
 * moved to another identity or another row opens nowhere. A random 96-bit nonce is good for 2³² rows under one key
 * (NIST SP 800-38D §8.3); an identity has a few dozen.
 * @param content is checked once more: what is sealed can be opened, and is nothing else
 * @returns version (1 byte), nonce (12), ciphertext, tag (16)
 */
export function sealRow<Table extends SealedTable>(sealing: { readonly dataKey: Uint8Array; readonly random: RandomBytes }, place: RowPlace<Table>, content: RowContent<Table>): Buffer {
  const nonce = sealing.random(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', createSecretKey(sealing.dataKey), nonce).setAAD(rowBinding(place));
  const plain = Buffer.from(JSON.stringify(ROW_CONTENTS[place.table].parse(content)));
  // Blanks after JSON mean nothing.
  const padded = Buffer.concat([plain, Buffer.alloc(Math.ceil(plain.length / PADDED_TO_BYTES) * PADDED_TO_BYTES - plain.length, ' ')]);
  const sealed = Buffer.concat([Buffer.of(SEALED_VERSION), nonce, cipher.update(padded), cipher.final(), cipher.getAuthTag()]);
  plain.fill(0);
  padded.fill(0);
  return sealed;
}

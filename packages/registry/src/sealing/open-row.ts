import { createDecipheriv, createSecretKey } from 'node:crypto';
import type { RowContent, SealedTable } from './row-contents.ts';
import { NONCE_BYTES, type RowPlace, rowBinding, SEALED_VERSION, TAG_BYTES } from './sealed-row.ts';

/**
 * Opens what {@link sealRow} sealed for exactly this place.
 * @throws when it was sealed for another place, under another key, or was altered: a row of ours never is
 */
export function openRow<Table extends SealedTable>(dataKey: Uint8Array, place: RowPlace<Table>, sealed: Uint8Array): RowContent<Table> {
  if (sealed[0] !== SEALED_VERSION || sealed.length < 1 + NONCE_BYTES + TAG_BYTES) throw new Error(`a row of ${place.table} is not sealed as this version seals`);
  const decipher = createDecipheriv('aes-256-gcm', createSecretKey(dataKey), sealed.subarray(1, 1 + NONCE_BYTES), { authTagLength: TAG_BYTES })
    .setAAD(rowBinding(place))
    .setAuthTag(sealed.subarray(-TAG_BYTES));
  const content = Buffer.concat([decipher.update(sealed.subarray(1 + NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
  // As it was parsed when it was sealed: nobody else could have sealed it.
  const opened = JSON.parse(content.toString('utf8')) as RowContent<Table>;
  content.fill(0);
  return opened;
}

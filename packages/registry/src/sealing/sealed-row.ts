import type { SealedTable } from './row-contents.ts';

/** Which row a sealed content belongs to. */
export interface RowPlace<Table extends SealedTable = SealedTable> {
  readonly table: Table;
  readonly identityId: string;
  readonly rowId: string;
}

/** First byte of every sealed content; another version is another layout. */
export const SEALED_VERSION = 1;
export const NONCE_BYTES = 12;
export const TAG_BYTES = 16;

/** Ids are base64url or hexadecimal and tables are ours: no part can hold a line break. */
export const rowBinding = (place: RowPlace): Buffer => Buffer.from(`visavis row v${SEALED_VERSION}\n${place.table}\n${place.identityId}\n${place.rowId}`);

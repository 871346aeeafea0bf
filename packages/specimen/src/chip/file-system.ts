import { type Bytes, fromHex, toHex } from '@visavis/kernel';
import type { PassportFiles } from '../lds/passport.ts';
import { tlv } from '../der/der.ts';

/** eMRTD application (ICAO 9303-10 §3.5). */
export const EMRTD_AID = 'a0000002471001';

export interface ElementaryFile {
  readonly fileId: number;
  readonly shortFileId: number;
  readonly content: Bytes;
  readonly readableByAnybody: boolean;
}

export interface FileSystem {
  readonly masterFile: readonly ElementaryFile[];
  readonly application: readonly ElementaryFile[];
}

/** Names and short names of ICAO 9303-10 tables 2 and 28. @param extendedLengthBytes EF.ATR/INFO says so when given */
export function layOutFiles(files: PassportFiles, extendedLengthBytes: number | undefined): FileSystem {
  const file = (fileId: number, shortFileId: number, content: Bytes | undefined, readableByAnybody: boolean): readonly ElementaryFile[] => (content === undefined ? [] : [{ fileId, shortFileId, content, readableByAnybody }]);
  const bufferSize = (n: number): Bytes => tlv(0x02, Uint8Array.of(n >> 8, n & 0xff));
  return {
    masterFile: [
      ...file(0x2f00, 0x1e, tlv(0x61, tlv(0x4f, fromHex(EMRTD_AID))), true),
      ...file(0x2f01, 0x01, extendedLengthBytes === undefined ? undefined : tlv(0x7f66, bufferSize(extendedLengthBytes), bufferSize(extendedLengthBytes)), true),
      ...file(0x011c, 0x1c, files.cardAccess, true),
      ...file(0x011d, 0x1d, files.cardSecurity, false),
    ],
    application: [
      ...file(0x011e, 0x1e, files.com, false),
      ...file(0x011d, 0x1d, files.sod, false),
      ...file(0x0101, 0x01, files.dg1, false),
      ...file(0x0102, 0x02, files.dg2, false),
      ...file(0x0107, 0x07, files.dg7, false),
      ...file(0x010b, 0x0b, files.dg11, false),
      ...file(0x010c, 0x0c, files.dg12, false),
      ...file(0x010d, 0x0d, files.dg13, false),
      ...file(0x0110, 0x10, files.dg16, false),
      ...file(0x010e, 0x0e, files.dg14, false),
      ...file(0x010f, 0x0f, files.dg15, false),
    ],
  };
}

export const isEmrtdApplication = (aid: Uint8Array): boolean => toHex(aid) === EMRTD_AID;

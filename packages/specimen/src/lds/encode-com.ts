import { type Bytes, utf8 } from '@visavis/kernel';
import { tlv } from '../der/der.ts';

const tagOfDataGroup: Readonly<Record<number, number>> = { 1: 0x61, 2: 0x75, 14: 0x6e, 15: 0x6f };

/** EF.COM: LDS 1.7, Unicode 4.0.0, and the tags of the data groups present (ICAO 9303-10 §4.6.1). Unsigned. */
export function encodeCom(dataGroups: readonly number[]): Bytes {
  return tlv(0x60, tlv(0x5f01, utf8('0107')), tlv(0x5f36, utf8('040000')), tlv(0x5c, Uint8Array.from(dataGroups, (n) => tagOfDataGroup[n]!)));
}

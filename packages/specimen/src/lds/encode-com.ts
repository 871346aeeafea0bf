import { type Bytes, utf8 } from '@visavis/kernel';
import { tlv } from '../der/der.ts';

const tagOfDataGroup: Readonly<Record<number, number>> = { 1: 0x61, 2: 0x75, 7: 0x67, 11: 0x6b, 12: 0x6c, 13: 0x6d, 14: 0x6e, 15: 0x6f, 16: 0x70 };

/** EF.COM: LDS version, Unicode 4.0.0, and the tags of the data groups present (ICAO 9303-10 §4.6.1). Unsigned. */
export function encodeCom(dataGroups: readonly number[], ldsVersion: '1.7' | '1.8' = '1.7'): Bytes {
  return tlv(0x60, tlv(0x5f01, utf8(ldsVersion === '1.8' ? '0108' : '0107')), tlv(0x5f36, utf8('040000')), tlv(0x5c, Uint8Array.from(dataGroups, (n) => tagOfDataGroup[n]!)));
}

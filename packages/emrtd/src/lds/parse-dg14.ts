import { MalformedBytes } from '@visavis/kernel';
import { readOnlyTlv } from '../tlv/tlv.ts';
import { readSecurityInfos, type SecurityInfos } from './security-infos.ts';

/** EF.DG14: the chip's protocols and its Chip Authentication keys. @returns undefined when malformed @source ICAO 9303-10 §4.7.14 */
export function parseDg14(file: Uint8Array): SecurityInfos | undefined {
  try {
    return readSecurityInfos(readOnlyTlv(file, 0x6e));
  } catch (thrown) {
    if (thrown instanceof MalformedBytes) return undefined;
    throw thrown;
  }
}

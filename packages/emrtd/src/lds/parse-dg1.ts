import { MalformedBytes } from '@visavis/kernel';
import { type Mrz, parseMrz } from '../mrz/parse-mrz.ts';
import { readOnlyTlv } from '../tlv/tlv.ts';

/** EF.DG1: the machine readable zone. @returns undefined when malformed @source ICAO 9303-10 §4.7.1 */
export function parseDg1(file: Uint8Array): Mrz | undefined {
  try {
    return parseMrz(new TextDecoder('latin1').decode(readOnlyTlv(readOnlyTlv(file, 0x61), 0x5f1f)));
  } catch (thrown) {
    if (thrown instanceof MalformedBytes) return undefined;
    throw thrown;
  }
}

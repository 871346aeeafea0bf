import { MalformedBytes } from '@visavis/kernel';
import { parseSignedData, type SignedData } from '../pki/parse-signed-data.ts';
import { readOnlyTlv } from '../tlv/tlv.ts';

/**
 * EF.SOD: tag 77 around a CMS SignedData.
 * @returns undefined when malformed
 * @source ICAO 9303-10 §4.6.2
 */
export function parseEfSod(file: Uint8Array): SignedData | undefined {
  try {
    return parseSignedData(readOnlyTlv(file, 0x77));
  } catch (thrown) {
    if (thrown instanceof MalformedBytes) return undefined;
    throw thrown;
  }
}

import { MalformedBytes } from '@visavis/kernel';
import { normaliseBer } from '../tlv/normalise-ber.ts';
import { readOnlyTlv } from '../tlv/tlv.ts';
import { readSignedData, type SignedData } from '../pki/parse-signed-data.ts';

/**
 * EF.SOD: tag 77 around a CMS SignedData. Read as DER; only when that fails, as BER brought into DER's form.
 * @returns undefined when malformed
 * @source ICAO 9303-10 §4.6.2
 */
export function parseEfSod(file: Uint8Array): SignedData | undefined {
  return attempt(() => readSignedData(readOnlyTlv(file, 0x77))) ?? attempt(() => readSignedData(normaliseBer(readOnlyTlv(file, 0x77))));
}

function attempt<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch (thrown) {
    if (thrown instanceof MalformedBytes) return undefined;
    throw thrown;
  }
}

import { MalformedBytes } from '@visavis/kernel';
import { parseDer, TAG } from '../tlv/der.ts';
import { readOnlyTlv } from '../tlv/tlv.ts';

/** EF.DG15: the Active Authentication public key, a SubjectPublicKeyInfo. @returns undefined when malformed @source ICAO 9303-10 §4.7.15 */
export function parseDg15(file: Uint8Array): Uint8Array | undefined {
  try {
    const publicKey = readOnlyTlv(file, 0x6f);
    return parseDer(publicKey).tag === TAG.sequence ? publicKey : undefined;
  } catch (thrown) {
    if (thrown instanceof MalformedBytes) return undefined;
    throw thrown;
  }
}

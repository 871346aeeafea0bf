import { MalformedBytes } from '@visavis/kernel';
import { readOnlyTlv } from '../tlv/tlv.ts';

/**
 * EF.DG13: what the issuing state likes to put there. It is not looked into: nobody else knows its form, and
 * Singapore's is no sequence of data objects.
 * @returns the bytes within, or undefined when malformed
 * @source ICAO 9303-10 §4.7.13
 */
export function parseDg13(file: Uint8Array): Uint8Array | undefined {
  try {
    return readOnlyTlv(file, 0x6d);
  } catch (thrown) {
    if (thrown instanceof MalformedBytes) return undefined;
    throw thrown;
  }
}

import { MalformedBytes } from '@visavis/kernel';
import { readOnlyTlv } from '../tlv/tlv.ts';

/** TD1, TD2, TD3. */
const MRZ_BYTES: readonly number[] = [90, 72, 88];

/**
 * The issuing state's code, which stands at one place in every machine readable zone. The whole of DG1 is read by whoever
 * needs it: that takes as long as reading the whole signature file.
 * @returns undefined when DG1 holds no such zone
 */
export function readIssuingState(dg1: Uint8Array): string | undefined {
  try {
    const mrz = readOnlyTlv(readOnlyTlv(dg1, 0x61), 0x5f1f);
    if (!MRZ_BYTES.includes(mrz.length)) return undefined;
    return String.fromCharCode(...mrz.subarray(2, 5)).replace(/<+$/, '');
  } catch (thrown) {
    if (thrown instanceof MalformedBytes) return undefined;
    throw thrown;
  }
}

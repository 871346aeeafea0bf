import { MalformedBytes } from '@visavis/kernel';
import { readOnlyTlv, readTlvs } from '../tlv/tlv.ts';
import type { EncodedImage } from './encoded-image.ts';
import { readFace19794 } from './read-face-19794.ts';
import { readFace39794 } from './read-face-39794.ts';

/** The first portrait of EF.DG2. */
export type Portrait = EncodedImage;

/** Biometric templates in one DG2; one is usual, the specification allows 9. */
const MAX_TEMPLATES = 9;
/** First byte of an ISO/IEC 19794-5 record; a 39794-5 block begins with a tag. */
const LETTER_F = 0x46;

/**
 * EF.DG2 with a face by ISO/IEC 19794-5 or 39794-5. Which of them is told by the block itself: its header, and whether
 * the block is marked as constructed (7F2E) or not (5F2E), are filled in variously.
 * @returns undefined when malformed, or in another format
 * @source ICAO 9303-10 §4.7.2
 */
export function parseDg2(file: Uint8Array): Portrait | undefined {
  try {
    const group = readTlvs(readOnlyTlv(readOnlyTlv(file, 0x75), 0x7f61), MAX_TEMPLATES + 1);
    const template = group.find((o) => o.tag === 0x7f60);
    const block = template && readTlvs(template.value, 4).find((o) => o.tag === 0x5f2e || o.tag === 0x7f2e);
    return block && (block.value[0] === LETTER_F ? readFace19794(block.value) : readFace39794(block.value));
  } catch (thrown) {
    if (thrown instanceof MalformedBytes) return undefined;
    throw thrown;
  }
}

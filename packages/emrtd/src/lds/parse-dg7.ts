import { MalformedBytes } from '@visavis/kernel';
import { readOnlyTlv, readTlvs } from '../tlv/tlv.ts';
import { type EncodedImage, encodedImage } from './encoded-image.ts';

const MAX_IMAGES = 9;

/**
 * EF.DG7: pictures of the holder's signature or usual mark.
 * @returns undefined when malformed, when there are more or fewer than it says, or one is in another format
 * @source ICAO 9303-10 §4.7.7
 */
export function parseDg7(file: Uint8Array): readonly EncodedImage[] | undefined {
  try {
    const [count, ...objects] = readTlvs(readOnlyTlv(file, 0x67), MAX_IMAGES + 1);
    if (count?.tag !== 0x02 || count.value.length !== 1 || count.value[0] !== objects.length || objects.length === 0) return undefined;
    const images = objects.map(({ tag, value }) => (tag === 0x5f43 ? encodedImage(value) : undefined));
    return images.every((image) => image !== undefined) ? images : undefined;
  } catch (thrown) {
    if (thrown instanceof MalformedBytes) return undefined;
    throw thrown;
  }
}

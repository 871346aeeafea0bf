import { parseDg2 } from '@visavis/emrtd';
import { toHex } from '@visavis/kernel';
import { describe, expect, it } from 'vitest';
import { encodeJpeg } from '../citizens/encode-jpeg.ts';
import { encodeJpeg2000 } from '../citizens/encode-jpeg2000.ts';
import { encodeDg2, MAX_PORTRAIT_BYTES } from './encode-dg2.ts';

const picture = { width: 90, height: 120, data: new Uint8Array(90 * 120 * 3).map((_, i) => i % 251) };

describe('DG2', () => {
  it('says of a portrait in JPEG, in a JPEG 2000 file or bare, what it is and how large, and the reader gets it back', async () => {
    const portraits = [
      [await encodeJpeg(picture, 90), 'image/jpeg', '00'],
      [await encodeJpeg2000(picture, { fitWithin: 200 }), 'image/jp2', '01'],
      [await encodeJpeg2000(picture, { fitWithin: 200, bare: true }), 'image/jp2', '01'],
    ] as const;
    for (const [portrait, mediaType, dataType] of portraits) {
      const dg2 = encodeDg2(portrait);
      const read = parseDg2(dg2);
      expect([read?.mediaType, read && toHex(read.bytes)]).toEqual([mediaType, toHex(portrait)]);
      // Image type, data type, width, height (ISO/IEC 19794-5 §5.7).
      expect(toHex(dg2.subarray(dg2.length - portrait.length - 12, dg2.length - portrait.length - 6))).toBe(`01${dataType}005a0078`);
    }
  });

  it('refuses what is no portrait, or too large for a chip', () => {
    for (const bad of [new Uint8Array(20), new Uint8Array(MAX_PORTRAIT_BYTES + 1)]) expect(() => encodeDg2(bad)).toThrow(RangeError);
  });
});

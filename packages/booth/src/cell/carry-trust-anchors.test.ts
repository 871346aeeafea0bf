import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packTrustAnchors, unpackTrustAnchors } from './carry-trust-anchors.ts';

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const der = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 5 });

describe('trust anchors on their way', () => {
  it('arrive as they left', () => {
    fc.assert(
      fc.property(der, der, (cscaCertificates, crls) => {
        const { lengths, tail } = packTrustAnchors({ specimen: true, cscaCertificates: cscaCertificates.map(base64), crls: crls.map(base64) });
        expect(unpackTrustAnchors(lengths, tail)).toEqual({ cscaCertificates, crls });
      }),
    );
  });

  it('are refused when bytes are missing or left over', () => {
    const { lengths, tail } = packTrustAnchors({ specimen: true, cscaCertificates: [base64(new Uint8Array(8))], crls: [base64(new Uint8Array(4))] });
    expect(unpackTrustAnchors(lengths, tail.subarray(1))).toBeUndefined();
    expect(unpackTrustAnchors(lengths, new Uint8Array(13))).toBeUndefined();
  });
});

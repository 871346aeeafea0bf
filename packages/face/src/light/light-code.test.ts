import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { facePolicy } from '../policy/index.ts';
import { bitsOf, drawLightCode } from './light-code.ts';

const linear = (level: number): number => (level <= 10 ? level / 255 / 12.92 : ((level / 255 + 0.055) / 1.055) ** 2.4);
const { lightSymbols, lightSymbolMs } = facePolicy.script;

describe('drawLightCode', () => {
  it('keeps to WCAG 2.3.1 whatever is drawn: two colours a second at most, and none of them a saturated red', () => {
    expect(lightSymbolMs.value).toBeGreaterThanOrEqual(500);
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 64, maxLength: 64 }), (bytes) => {
        let at = 0;
        const code = drawLightCode({ random: (n) => Uint8Array.from({ length: n }, () => bytes[at++ % 64]! ^ at), symbols: lightSymbols.value });
        expect(code).toHaveLength(lightSymbols.value);
        for (const [r, g, b] of code) expect(linear(r) / (linear(r) + linear(g) + linear(b))).toBeLessThan(0.8);
        for (const channel of [0, 1, 2]) {
          const bits = code.map((colour) => bitsOf(colour)[channel]!);
          const ones = bits.reduce((sum, bit) => sum + bit, 0);
          expect(ones).toBeGreaterThanOrEqual(4);
          expect(ones).toBeLessThanOrEqual(8);
          expect(bits.join('')).not.toMatch(/0000|1111/);
        }
      }),
    );
  });
});

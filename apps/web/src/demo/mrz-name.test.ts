import { mintPassportRequest } from '@visavis/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toMrzName } from './mrz-name.ts';

describe('toMrzName', () => {
  it('spells names as passports print them', () => {
    expect(toMrzName('  Zoé  Lefèvre-Østergård ')).toBe('ZOE LEFEVRE-OESTERGARD');
    expect(toMrzName('O’Brien')).toBe("O'BRIEN");
    expect(toMrzName('Großmann')).toBe('GROSSMANN');
  });

  it('refuses what cannot be printed', () => {
    for (const name of ['', '  ', "-'", '王', 'R2D2', 'A'.repeat(31)]) expect(toMrzName(name)).toBeUndefined();
  });

  it('gives only names that the made-up state takes', () => {
    const { familyName } = mintPassportRequest.shape;
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        const printed = toMrzName(name);
        if (printed !== undefined) expect(familyName.safeParse(printed).success).toBe(true);
      }),
    );
  });
});

import { describe, expect, it } from 'vitest';
import { checkDigit, encodeMrzTd3, mrzInformation } from './encode-mrz-td3.ts';

const printed = { familyName: 'ERIKSSON', givenNames: 'ANNA MARIA', dateOfBirth: '1974-08-12', dateOfExpiry: '2012-04-15', sex: 'female', documentNumber: 'L898902C3', issuingState: 'UTO' } as const;

describe('TD3 machine-readable zone', () => {
  it('prints the specimen of ICAO 9303-4 appendix B, but for its personal number', () => {
    const [first, second] = encodeMrzTd3(printed);
    expect(first).toBe('P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<');
    expect(second.slice(0, 28)).toBe('L898902C36UTO7408122F1204159');
    expect(second.slice(28)).toMatch(/^<{14}0[0-9]$/);
    expect(mrzInformation([first, second])).toBe('L898902C3674081221204159');
  });

  it('computes the check digits of ICAO 9303-3 §4.9 and 9303-4 appendix B', () => {
    expect(checkDigit('520727')).toBe('3');
    expect(checkDigit('ZE184226B<<<<<')).toBe('1');
    expect(checkDigit('L898902C3674081221204159ZE184226B<<<<<1')).toBe('0');
  });

  it('transliterates and cuts names, and refuses what cannot be printed', () => {
    expect(encodeMrzTd3({ ...printed, familyName: "O'NEIL-SMITH", givenNames: 'ANNE-MARIE', sex: 'unspecified' })[0]).toBe('P<UTOONEIL<SMITH<<ANNE<MARIE<<<<<<<<<<<<<<<<');
    expect(encodeMrzTd3({ ...printed, familyName: 'A'.repeat(30), givenNames: 'B'.repeat(30) })[0]).toBe(`P<UTO${'A'.repeat(30)}<<${'B'.repeat(7)}`);
    for (const bad of [{ familyName: 'Müller' }, { documentNumber: 'TOOLONG123' }, { dateOfBirth: '12.08.1974' }]) expect(() => encodeMrzTd3({ ...printed, ...bad })).toThrow(RangeError);
  });
});

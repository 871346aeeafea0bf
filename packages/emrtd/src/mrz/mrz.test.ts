import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkDigit } from './check-digit.ts';
import { birthDateFromMrz, expiryDateFromMrz } from './mrz-date.ts';
import { mrzInformation } from './mrz-information.ts';
import { parseMrz } from './parse-mrz.ts';

/** Specimens of ICAO 9303-4, -5 and -6, appendices. */
const TD3 = 'P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159ZE184226B<<<<<10';
const TD1 = 'I<UTOD231458907<<<<<<<<<<<<<<<7408122F1204159UTO<<<<<<<<<<<6ERIKSSON<<ANNA<MARIA<<<<<<<<<<';
const TD2 = 'I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<D231458907UTO7408122F1204159<<<<<<<6';

describe('the machine readable zone', () => {
  it.each([
    ['td3', TD3, 'P', 'L898902C3'],
    ['td1', TD1, 'I', 'D23145890'],
    ['td2', TD2, 'I', 'D23145890'],
  ] as const)('reads the %s specimen', (format, text, documentCode, documentNumber) => {
    expect(parseMrz(text)).toEqual({ format, documentCode, documentNumber, issuingState: 'UTO', nationality: 'UTO', familyName: 'ERIKSSON', givenNames: 'ANNA MARIA', dateOfBirth: '740812', sex: 'female', dateOfExpiry: '120415', checkDigitsAgree: true });
  });

  it('a wrong digit anywhere among the checked fields is noticed', () => {
    for (const at of [44, 53, 57, 63, 70, 73, 87]) expect(parseMrz(`${TD3.slice(0, at)}${TD3[at] === '5' ? '6' : '5'}${TD3.slice(at + 1)}`)?.checkDigitsAgree, `position ${at}`).toBe(false);
  });

  it('a TD1 number that goes on in the optional field', () => {
    // ICAO 9303-5 appendix C.
    const long = parseMrz('I<UTOD23145890<7349<<<<<<<<<<<3407127M9507122UTO<<<<<<<<<<<2STEVENSON<<PETER<JOHN<<<<<<<<<');
    expect(long).toMatchObject({ documentNumber: 'D23145890734', checkDigitsAgree: true });
  });

  it('visas of both sizes, which have no check digit over all', () => {
    // ICAO 9303-7 appendix A and B, without the optional data.
    const a = 'V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L8988901C4XXX4009078F96121096ZE184226B<<<<<<';
    const b = 'V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<L8988901C4XXX4009078F9612109<<<<<<<<';
    for (const [text, format] of [[a, 'mrvA'], [b, 'mrvB']] as const) {
      expect(parseMrz(text)).toEqual({ format, documentCode: 'V', documentNumber: 'L8988901C', issuingState: 'UTO', nationality: 'XXX', familyName: 'ERIKSSON', givenNames: 'ANNA MARIA', dateOfBirth: '400907', sex: 'female', dateOfExpiry: '961210', checkDigitsAgree: true });
      const [number, birth, expiry] = [9, 19, 27].map((at) => text.length / 2 + at) as [number, number, number];
      for (const at of [number, birth, expiry]) expect(parseMrz(`${text.slice(0, at)}${text[at] === '5' ? '6' : '5'}${text.slice(at + 1)}`)?.checkDigitsAgree, `position ${at}`).toBe(false);
    }
    expect(parseMrz(`V${TD1.slice(1)}`), 'no visa has three lines').toBeUndefined();
  });

  it('a TD2 number that goes on in the optional field', () => {
    const line = `D23145890<UTO7408122F1204159734${checkDigit('D23145890734')}<<<`;
    const composite = checkDigit(line.slice(0, 10) + line.slice(13, 20) + line.slice(21, 35));
    expect(parseMrz(TD2.slice(0, 36) + line + composite)).toMatchObject({ documentNumber: 'D23145890734', checkDigitsAgree: true });
  });

  it('codes that are no country’s three letters: Germany, United Nations, stateless', () => {
    const of = (issuer: string, nationality: string) => parseMrz(`P<${issuer}${TD3.slice(5, 54)}${nationality}${TD3.slice(57)}`);
    for (const [issuer, nationality] of [['D<<', 'D<<'], ['UNO', 'UNO'], ['UNK', 'UNK'], ['D<<', 'XXA']] as const) expect(of(issuer, nationality)).toMatchObject({ issuingState: issuer.replaceAll('<', ''), nationality: nationality.replaceAll('<', ''), checkDigitsAgree: true });
  });

  it('a filler as check digit of a field that is not used is 0; of one that is used it is wrong', () => {
    const unused = `${TD3.slice(0, 72)}${'<'.repeat(15)}`;
    expect(parseMrz(unused + checkDigit(unused.slice(44, 54) + unused.slice(57, 64) + unused.slice(65)))?.checkDigitsAgree).toBe(true);
    const unknownBirth = `${TD3.slice(0, 57)}<<<<<<<${TD3.slice(64, 87)}`;
    expect(parseMrz(unknownBirth + checkDigit(unknownBirth.slice(44, 54) + unknownBirth.slice(57, 64) + unknownBirth.slice(65)))).toMatchObject({ dateOfBirth: '<<<<<<', checkDigitsAgree: true });
    expect(parseMrz(`${TD3.slice(0, 63)}<${TD3.slice(64)}`)?.checkDigitsAgree).toBe(false);
  });

  it('names in one part only, and names cut to their place', () => {
    const named = (field: string) => parseMrz(`P<UTO${field.padEnd(39, '<')}${TD3.slice(44)}`);
    expect(named('ARKFREITH')).toMatchObject({ familyName: 'ARKFREITH', givenNames: '' });
    expect(named('VAN<DER<MUELLEN<<JAN')).toMatchObject({ familyName: 'VAN DER MUELLEN', givenNames: 'JAN' });
    expect(named('NILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<K')).toMatchObject({ familyName: 'NILAVADHANANANDA', givenNames: 'CHAYAPA DEJTHAMRONG K' });
    expect(named('')).toBeUndefined();
  });

  it('refuses other lengths and characters, and never throws', () => {
    for (const bad of ['', TD3.slice(1), TD3.toLowerCase(), TD3.replaceAll('<', ' '), '<'.repeat(88)]) expect(parseMrz(bad)).toBeUndefined();
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom('A', 'B', 'Z', '0', '1', '9', '<'), minLength: 88, maxLength: 88 }), (text) => { parseMrz(text); }));
  });

  it('what an access key is derived from: short and long numbers', () => {
    expect(mrzInformation({ documentNumber: 'L898902C', dateOfBirth: '690806', dateOfExpiry: '940623' })).toBe('L898902C<369080619406236');
    expect(mrzInformation({ documentNumber: 'D23145890734', dateOfBirth: '340712', dateOfExpiry: '950712' })).toBe('D23145890734934071279507122');
    expect(checkDigit('D23145890734')).toBe('9');
  });
});

describe('dates of two-digit years', () => {
  const at = Date.UTC(2026, 10, 22, 12);
  it('birth lies in the past', () => {
    expect(birthDateFromMrz('740812', at)).toBe('1974-08-12');
    expect(birthDateFromMrz('261122', at)).toBe('2026-11-22');
    expect(birthDateFromMrz('261123', at)).toBe('1926-11-23');
    expect(birthDateFromMrz('000229', at)).toBe('2000-02-29');
    expect(birthDateFromMrz('010229', at)).toBeUndefined();
    expect(birthDateFromMrz('7408<<', at)).toBeUndefined();
    expect(birthDateFromMrz('740000', at)).toBeUndefined();
  });
  it('expiry lies within fifty years', () => {
    expect(expiryDateFromMrz('330203', at)).toBe('2033-02-03');
    expect(expiryDateFromMrz('120415', at)).toBe('2012-04-15');
    expect(expiryDateFromMrz('991231', at)).toBe('1999-12-31');
    expect(expiryDateFromMrz('000101', Date.UTC(2098, 0))).toBe('2100-01-01');
    expect(expiryDateFromMrz('331302', at)).toBeUndefined();
  });
});

import { accessKey } from '@visavis/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EMPTY_FIELDS, type PassportFields, readDate, readPassportFields, toTypedDate } from './passport-fields.ts';

const TODAY = '2026-11-22';
const good: PassportFields = { documentNumber: 'X1234567', dateOfBirth: { day: '27', month: '3', year: '1985' }, dateOfExpiry: { day: '1', month: '06', year: '2031' } };

describe('readPassportFields', () => {
  it('makes the key of the chip from three good details', () => {
    expect(readPassportFields(good, TODAY)).toEqual({ problems: {}, access: { kind: 'mrz', documentNumber: 'X1234567', dateOfBirth: '850327', dateOfExpiry: '310601' } });
  });

  it('takes a number as printed or as in the machine-readable line', () => {
    for (const documentNumber of ['x1234567', ' X 123 45 67 ', 'X1234567<', 'X-1234567']) {
      expect(readPassportFields({ ...good, documentNumber }, TODAY).access).toMatchObject({ documentNumber: 'X1234567' });
    }
  });

  it('names what is wrong with each field, and gives no key then', () => {
    const cases: readonly [Partial<PassportFields>, object][] = [
      [EMPTY_FIELDS, { documentNumber: 'documentNumberMissing', dateOfBirth: 'dateMissing', dateOfExpiry: 'dateMissing' }],
      [{ documentNumber: 'X12_4' }, { documentNumber: 'documentNumberCharacters' }],
      [{ documentNumber: 'A'.repeat(23) }, { documentNumber: 'documentNumberLong' }],
      [{ dateOfBirth: { day: '27', month: '3', year: '85' } }, { dateOfBirth: 'dateIncomplete' }],
      [{ dateOfBirth: { day: '31', month: '2', year: '1985' } }, { dateOfBirth: 'dateUnreal' }],
      [{ dateOfBirth: { day: '23', month: '11', year: '2026' } }, { dateOfBirth: 'birthInFuture' }],
      [{ dateOfBirth: { day: '1', month: '1', year: '1885' } }, { dateOfBirth: 'birthTooLongAgo' }],
      [{ dateOfBirth: { day: '23', month: '11', year: '2008' } }, { dateOfBirth: 'underAge' }],
      [{ dateOfExpiry: { day: '21', month: '11', year: '2026' } }, { dateOfExpiry: 'expired' }],
      [{ dateOfExpiry: { day: '1', month: '6', year: '2131' } }, { dateOfExpiry: 'expiryTooFar' }],
    ];
    for (const [change, problems] of cases) expect(readPassportFields({ ...good, ...change }, TODAY)).toEqual({ problems });
  });

  it('accepts the days just inside each limit', () => {
    expect(readPassportFields({ ...good, dateOfBirth: { day: '22', month: '11', year: '2008' } }, TODAY).access).toBeDefined();
    expect(readPassportFields({ ...good, dateOfExpiry: { day: '22', month: '11', year: '2026' } }, TODAY).access).toBeDefined();
  });

  it('never throws, and never gives a key that the contract refuses', () => {
    const typedDate = fc.record({ day: fc.string(), month: fc.string(), year: fc.string() });
    fc.assert(
      fc.property(fc.record({ documentNumber: fc.string(), dateOfBirth: typedDate, dateOfExpiry: typedDate }), (fields) => {
        const { access, problems } = readPassportFields(fields, TODAY);
        if (access === undefined) expect(Object.keys(problems).length).toBeGreaterThan(0);
        else expect(accessKey.safeParse(access).success).toBe(true);
      }),
    );
  });
});

describe('readDate', () => {
  it('reads months as passports print them', () => {
    for (const month of ['8', '08', 'aug', 'AUG', 'August']) expect(readDate({ day: '5', month, year: '1990' })).toEqual({ iso: '1990-08-05' });
    expect(readDate({ day: '5', month: 'XYZ', year: '1990' })).toEqual({ problem: 'dateIncomplete' });
    expect(readDate({ day: '5', month: '13', year: '1990' })).toEqual({ problem: 'dateUnreal' });
  });

  it('toTypedDate is its inverse', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date('1900-01-01'), max: new Date('2099-12-31'), noInvalidDate: true }), (date) => {
        const iso = date.toISOString().slice(0, 10);
        expect(readDate(toTypedDate(iso))).toEqual({ iso });
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeHistoryEntry, encodeHistoryEntry, HISTORY_ENTRY_BYTES, historyEntry } from './history-api.ts';

const entries = fc.record({
  at: fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }).map((date) => date.toISOString()),
  service: fc.string({ unit: 'grapheme', maxLength: 40 }).filter((name) => name.length <= 100),
  origin: fc.webUrl({ withFragments: false }).map((url) => new URL(url).origin).filter((origin) => origin.length <= 270),
  claims: fc.array(fc.constantFrom('given_name', 'family_name', 'birthdate', 'gender', 'nationality', 'age_over_18'), { maxLength: 6 }),
  levelOfAssurance: fc.constantFrom('eidas1' as const, 'eidas2' as const, 'eidas3' as const),
});

describe('a history entry', () => {
  it('comes back as it was written, and every one is as long as every other', () => {
    fc.assert(
      fc.property(entries, (entry) => {
        const plain = encodeHistoryEntry(entry);
        expect(plain).toHaveLength(HISTORY_ENTRY_BYTES - 65 - 16);
        expect(decodeHistoryEntry(plain)).toEqual(historyEntry.parse(entry));
      }),
    );
  });

  it('the longest service name, id and origin fit in, with every claim that a mount knows; a longer name is cut', () => {
    const claims = [
      'given_name', 'given_name_array', 'family_name', 'birthdate', 'gender', 'preferred_username', 'birthplace', 'birthcountry', 'email',
      'rnipp_given_name', 'rnipp_given_name_array', 'rnipp_family_name', 'rnipp_birthdate', 'rnipp_gender', 'rnipp_birthplace', 'rnipp_birthcountry',
    ];
    const longest = { at: '2026-11-22T00:00:00.000Z', clientId: 'c'.repeat(64), service: '漢'.repeat(140), origin: `https://${'a'.repeat(253)}:65535`, claims, levelOfAssurance: 'eidas2' as const };
    expect(decodeHistoryEntry(encodeHistoryEntry(longest))).toEqual({ ...longest, service: '漢'.repeat(100) });
  });

  it('anything else is none', () => {
    const plain = encodeHistoryEntry({ at: '2026-11-22T00:00:00.000Z', service: 'S', origin: 'https://s.example', claims: [], levelOfAssurance: 'eidas2' });
    expect(decodeHistoryEntry(plain.slice(1))).toBeUndefined();
    expect(decodeHistoryEntry(Uint8Array.from(plain, (byte, i) => (i === plain.length - 1 ? 1 : byte)))).toBeUndefined();
    fc.assert(fc.property(fc.uint8Array({ minLength: 1024, maxLength: 1024 }), (bytes) => decodeHistoryEntry(bytes) === undefined));
  });
});

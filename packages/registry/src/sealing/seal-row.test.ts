import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { openRow } from './open-row.ts';
import type { RowContent } from './row-contents.ts';
import { sealRow } from './seal-row.ts';
import type { RowPlace } from './sealed-row.ts';

const random = (n: number) => new Uint8Array(randomBytes(n));
const dataKey = random(32);
const place: RowPlace<'service_consents'> = { table: 'service_consents', identityId: 'one', rowId: 'a' };
const content: RowContent<'service_consents'> = { clientId: 'tax-office', claims: [{ name: 'family_name', agreed: true, essential: true }], givenAt: '2026-11-22T12:00:00.000Z' };
const sealed = () => sealRow({ dataKey, random }, place, content);

describe('a sealed row', () => {
  it('opens where it was sealed, says nothing in clear, and is another each time', () => {
    expect(openRow(dataKey, place, sealed())).toEqual(content);
    expect(sealed().includes('tax-office')).toBe(false);
    expect(sealed().equals(sealed())).toBe(false);
  });

  it('is as long for a short name as for a long one', () => {
    const lengthOf = (clientId: string) => sealRow({ dataKey, random }, place, { ...content, clientId }).length;
    expect(lengthOf('a')).toBe(lengthOf('a'.repeat(64)));
  });

  it('opens nowhere else: another identity, row, table or key', () => {
    for (const other of [{ ...place, identityId: 'two' }, { ...place, rowId: 'b' }, { ...place, table: 'consents' as const }]) expect(() => openRow(dataKey, other, sealed())).toThrow('unable to authenticate');
    expect(() => openRow(random(32), place, sealed())).toThrow('unable to authenticate');
  });

  it('opens with no bit changed and no byte missing, and only as the version that sealed it', () => {
    const whole = sealed();
    for (let at = 1; at < whole.length; at++) {
      const flipped = Buffer.from(whole);
      flipped[at]! ^= 1;
      expect(() => openRow(dataKey, place, flipped)).toThrow('unable to authenticate');
    }
    expect(() => openRow(dataKey, place, whole.subarray(0, -1))).toThrow('unable to authenticate');
    for (const other of [Buffer.alloc(0), whole.subarray(0, 20), Buffer.concat([Buffer.of(2), whole.subarray(1)])]) expect(() => openRow(dataKey, place, other)).toThrow('not sealed as this version seals');
  });

  it('is not made of anything but what its table says', () => {
    for (const other of [{ ...content, portrait: 'x' }, { ...content, clientId: 'x'.repeat(65) }, { clientId: 'x' }]) expect(() => sealRow({ dataKey, random }, place, other as typeof content)).toThrow();
  });
});

import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openRow } from './open-row.ts';
import { sealRow } from './seal-row.ts';
import type { RowPlace } from './sealed-row.ts';

const random = (n: number) => new Uint8Array(randomBytes(n));
const dataKey = random(32);
const place: RowPlace = { table: 'devices', identityId: 'one', rowId: 'a' };
const content = z.strictObject({ name: z.string() });
const sealed = () => sealRow({ dataKey, random }, place, { name: 'LOVELACE' });

describe('a sealed row', () => {
  it('opens where it was sealed, says nothing in clear, and is another each time', () => {
    expect(openRow(dataKey, place, sealed(), content)).toEqual({ name: 'LOVELACE' });
    expect(sealed().includes('LOVELACE')).toBe(false);
    expect(sealed().equals(sealed())).toBe(false);
  });

  it('is as long for a short name as for a long one', () => {
    const lengthOf = (name: string) => sealRow({ dataKey, random }, place, { name }).length;
    expect(lengthOf('LI')).toBe(lengthOf('L'.repeat(300)));
  });

  it('opens nowhere else: another identity, row, table or key', () => {
    for (const other of [{ ...place, identityId: 'two' }, { ...place, rowId: 'b' }, { ...place, table: 'consents' as const }]) expect(() => openRow(dataKey, other, sealed(), content)).toThrow('unable to authenticate');
    expect(() => openRow(random(32), place, sealed(), content)).toThrow('unable to authenticate');
  });

  it('opens with no bit changed and no byte missing, and only as the version that sealed it', () => {
    const whole = sealed();
    for (let at = 1; at < whole.length; at++) {
      const flipped = Buffer.from(whole);
      flipped[at]! ^= 1;
      expect(() => openRow(dataKey, place, flipped, content)).toThrow('unable to authenticate');
    }
    expect(() => openRow(dataKey, place, whole.subarray(0, -1), content)).toThrow('unable to authenticate');
    for (const other of [Buffer.alloc(0), whole.subarray(0, 20), Buffer.concat([Buffer.of(2), whole.subarray(1)])]) expect(() => openRow(dataKey, place, other, content)).toThrow('not sealed as this version seals');
    expect(() => openRow(dataKey, place, whole, z.strictObject({ surname: z.string() }))).toThrow(/^a row of devices does not say what this version writes$/);
  });
});

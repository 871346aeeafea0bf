import { fromHex, toHex } from '@visavis/kernel';
import { describe, expect, it } from 'vitest';
import { encodeCommand } from './command-apdu.ts';
import { readBinaryOddIns, selectApplication } from './commands.ts';
import { hasFileData, parseResponse } from './response-apdu.ts';

const hex = (data: number | undefined, le: number | undefined): string =>
  toHex(encodeCommand({ cla: 0, ins: 1, p1: 2, p2: 3, ...(data === undefined ? {} : { data: new Uint8Array(data).fill(0xaa) }), ...(le === undefined ? {} : { le }) }));

describe('command APDUs (ISO/IEC 7816-4 §5.1)', () => {
  it('all seven forms', () => {
    expect(hex(undefined, undefined)).toBe('00010203');
    expect(hex(undefined, 256)).toBe('0001020300');
    expect(hex(2, undefined)).toBe('0001020302aaaa');
    expect(hex(2, 4)).toBe('0001020302aaaa04');
    expect(hex(undefined, 257)).toBe('00010203000101');
    expect(hex(256, undefined)).toBe(`00010203000100${'aa'.repeat(256)}`);
    expect(hex(2, 65_536)).toBe('00010203000002aaaa0000');
  });
  it('the commands of a terminal', () => {
    expect(toHex(encodeCommand(selectApplication()))).toBe('00a4040c07a0000002471001');
    expect(toHex(encodeCommand(readBinaryOddIns(0x8000, 100)))).toBe('00b1000005540300800064');
  });
  it('answers', () => {
    expect(parseResponse(fromHex('90'))).toBeUndefined();
    expect(parseResponse(fromHex('01029000'))).toMatchObject({ status: 0x9000 });
    expect([0x9000, 0x6282, 0x6a82].map((status) => hasFileData({ data: fromHex('00'), status }))).toEqual([true, true, false]);
    expect(hasFileData({ data: new Uint8Array(), status: 0x9000 })).toBe(false);
  });
});

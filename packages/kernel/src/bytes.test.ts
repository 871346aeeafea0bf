import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteReader, equalBytes, fromBase64Url, fromHex, MalformedBytes, toBase64Url, toHex } from './index.ts';

describe('bytes', () => {
  it('hex and base64url: parse ∘ encode is the identity', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(equalBytes(fromHex(toHex(bytes)), bytes)).toBe(true);
        expect(equalBytes(fromBase64Url(toBase64Url(bytes)), bytes)).toBe(true);
      }),
    );
  });

  it('refuses what is not canonical', () => {
    for (const bad of ['0', 'zz', '0x', ' 00']) expect(() => fromHex(bad)).toThrow(RangeError);
    for (const bad of ['A', 'AB', 'A=', 'AA==', 'a b', '+/+/']) expect(() => fromBase64Url(bad)).toThrow(RangeError);
  });

  it('equalBytes sees every difference', () => {
    expect(equalBytes(fromHex('00ff'), fromHex('00fe'))).toBe(false);
    expect(equalBytes(fromHex('00'), fromHex('0000'))).toBe(false);
  });
});

describe('ByteReader', () => {
  it('reads big-endian numbers and refuses to read past the end or leave a rest', () => {
    const reader = new ByteReader(fromHex('01020304050607ff'));
    expect([reader.u8(), reader.u16(), reader.u32()]).toEqual([1, 0x0203, 0x04050607]);
    expect(() => reader.end()).toThrow(MalformedBytes);
    expect(reader.u8()).toBe(0xff);
    expect(() => reader.u8()).toThrow(MalformedBytes);
    expect(() => reader.take(-1)).toThrow(MalformedBytes);
    reader.end();
  });
});

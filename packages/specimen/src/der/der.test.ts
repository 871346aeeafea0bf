import { toHex } from '@visavis/kernel';
import { describe, expect, it } from 'vitest';
import { bitString, integer, objectIdentifier, setOf, time, tlv } from './der.ts';

describe('DER writer', () => {
  it('writes minimal lengths at every boundary', () => {
    const head = (n: number) => toHex(tlv(0x04, new Uint8Array(n)).subarray(0, 5));
    expect(toHex(tlv(0x04))).toBe('0400');
    expect(head(127).slice(0, 4)).toBe('047f');
    expect(head(128).slice(0, 6)).toBe('048180');
    expect(head(256).slice(0, 8)).toBe('04820100');
    expect(head(65_536)).toBe('0483010000');
    expect(toHex(tlv(0x7f61, Uint8Array.of(1)))).toBe('7f610101');
  });

  it('writes integers as X.690 §8.3 wants: minimal, sign bit clear', () => {
    expect([0, 1, 127, 128, 256].map((n) => toHex(integer(n)))).toEqual(['020100', '020101', '02017f', '02020080', '02020100']);
    expect(toHex(integer(Uint8Array.of(0, 0, 0xff)))).toBe('020200ff');
  });

  it('writes object identifiers, sorted sets and both time forms', () => {
    expect(toHex(objectIdentifier('0.4.0.127.0.7.2.2.4.2.2'))).toBe('060a04007f00070202040202');
    expect(toHex(objectIdentifier('2.23.136.1.1.1'))).toBe('060667810801 0101'.replace(' ', ''));
    expect(toHex(setOf(integer(2), integer(1)))).toBe('3106020101020102');
    expect(Buffer.from(time(Date.UTC(2049, 11, 31, 23, 59, 59)).subarray(2)).toString()).toBe('491231235959Z');
    expect(Buffer.from(time(Date.UTC(2050, 0, 1)).subarray(2)).toString()).toBe('20500101000000Z');
    expect(toHex(bitString(Uint8Array.of(0x80), 7))).toBe('03020780');
  });
});

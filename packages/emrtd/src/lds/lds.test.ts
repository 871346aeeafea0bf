import { concatBytes, fromHex, toHex, utf8 } from '@visavis/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeTlv } from '../tlv/tlv.ts';
import { parseDg1 } from './parse-dg1.ts';
import { parseDg14 } from './parse-dg14.ts';
import { parseDg15 } from './parse-dg15.ts';
import { parseDg2 } from './parse-dg2.ts';
import { parseEfCardAccess } from './parse-ef-card-access.ts';
import { parseEfCom } from './parse-ef-com.ts';
import { parseLdsSecurityObject } from './parse-lds-security-object.ts';

const h = fromHex;
const jpeg = h('ffd8ffe000104a46');

/** DG2 around an image; `recordLength` as a state might fill it. */
function dg2(image: Uint8Array, o: { featurePoints?: number; recordLengthOff?: number; faces?: number } = {}): Uint8Array {
  const points = o.featurePoints ?? 0;
  const length = 20 + points * 8 + 12 + image.length + (o.recordLengthOff ?? 0);
  const u16 = (n: number): Uint8Array => Uint8Array.of(n >> 8, n & 0xff);
  const u32 = (n: number): Uint8Array => concatBytes(u16(n >>> 16), u16(n & 0xffff));
  const record = concatBytes(h('4641430030313000'), u32(length + 14), u16(o.faces ?? 1), u32(length), u16(points), new Uint8Array(14 + points * 8 + 12), image);
  return encodeTlv(0x75, encodeTlv(0x7f61, h('020101'), encodeTlv(0x7f60, encodeTlv(0xa1, h('8001ff')), encodeTlv(0x5f2e, record))));
}

describe('files of the logical data structure', () => {
  it('DG2: JPEG and JPEG 2000 by their first bytes, feature points skipped, record lengths forgiven', () => {
    expect(parseDg2(dg2(jpeg))).toMatchObject({ mediaType: 'image/jpeg' });
    expect(toHex(parseDg2(dg2(jpeg, { featurePoints: 3 }))!.bytes)).toBe(toHex(jpeg));
    expect(toHex(parseDg2(dg2(jpeg, { recordLengthOff: 99 }))!.bytes)).toBe(toHex(jpeg));
    expect(parseDg2(dg2(h('0000000c6a5020200d0a')))).toMatchObject({ mediaType: 'image/jp2' });
    expect(parseDg2(dg2(h('ff4fff510000')))).toMatchObject({ mediaType: 'image/jp2' });
    expect(parseDg2(dg2(h('89504e470000'))), 'PNG').toBeUndefined();
    expect(parseDg2(dg2(jpeg, { featurePoints: 257 }))).toBeUndefined();
    expect(parseDg2(dg2(jpeg, { faces: 0 }))).toBeUndefined();
  });

  it('EF.CardAccess of ICAO 9303-11 G.1, also with fill bytes after it', () => {
    const file = h('31143012060a04007f0007020204020202010202010d');
    expect(parseEfCardAccess(file)?.pace).toEqual([{ protocol: '0.4.0.127.0.7.2.2.4.2.2', parameterId: 13 }]);
    expect(parseEfCardAccess(concatBytes(file, new Uint8Array(20)))?.pace).toHaveLength(1);
    expect(parseEfCardAccess(file.subarray(0, 12))).toBeUndefined();
  });

  it('EF.COM', () => {
    expect(parseEfCom(h('60165f0104303130375f36063034303030305c046175636e'))).toEqual({ ldsVersion: '0107', tags: [0x61, 0x75, 0x63, 0x6e] });
  });

  it('security object: refuses a data group listed twice, number 0 or 17, MD5, or none', () => {
    const entry = (n: number): Uint8Array => encodeTlv(0x30, encodeTlv(2, Uint8Array.of(n)), encodeTlv(4, new Uint8Array(32)));
    const object = (hashOid: string, ...numbers: number[]): Uint8Array => encodeTlv(0x30, h('020100'), encodeTlv(0x30, h(hashOid)), encodeTlv(0x30, ...numbers.map(entry)));
    const sha256 = '0609608648016503040201';
    expect([...parseLdsSecurityObject(object(sha256, 1, 2, 14))!.hashes.keys()]).toEqual([1, 2, 14]);
    for (const numbers of [[1, 1], [0], [17], []]) expect(parseLdsSecurityObject(object(sha256, ...numbers)), String(numbers)).toBeUndefined();
    expect(parseLdsSecurityObject(object('06082a864886f70d0205', 1)), 'MD5').toBeUndefined();
  });

  it('any bytes, and any change to good ones: a value or undefined, never a throw', () => {
    const parsers = [parseDg1, parseDg2, parseDg14, parseDg15, parseEfCom, parseEfCardAccess, parseLdsSecurityObject];
    const good = [dg2(jpeg), h('60165f0104303130375f36063034303030305c046175636e'), h('31143012060a04007f0007020204020202010202010d'), encodeTlv(0x61, encodeTlv(0x5f1f, utf8('P<UTO'.padEnd(88, '<'))))];
    const mutated = fc.tuple(fc.constantFrom(...good), fc.nat(), fc.nat(255)).map(([file, at, byte]) => file.map((b, i) => (i === at % file.length ? byte : b)));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 120 }), mutated), (bytes) => {
        for (const parse of parsers) parse(bytes);
      }),
      { numRuns: 500 },
    );
  });
});

import { concatBytes, fromHex, toHex, utf8 } from '@visavis/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeTlv, readOnlyTlv } from '../tlv/tlv.ts';
import { parseDg1 } from './parse-dg1.ts';
import { parseDg11 } from './parse-dg11.ts';
import { parseDg12 } from './parse-dg12.ts';
import { parseDg13 } from './parse-dg13.ts';
import { parseDg14 } from './parse-dg14.ts';
import { parseDg15 } from './parse-dg15.ts';
import { parseDg16 } from './parse-dg16.ts';
import { parseDg2 } from './parse-dg2.ts';
import { parseDg7 } from './parse-dg7.ts';
import { parseEfAtrInfo } from './parse-ef-atr-info.ts';
import { parseEfCardAccess } from './parse-ef-card-access.ts';
import { parseEfCom } from './parse-ef-com.ts';
import { parseEfDir } from './parse-ef-dir.ts';
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

/** DG2 by ISO/IEC 39794-5 around an image: the smallest that the standard allows, and ways to deviate from it. */
function dg2Of39794(image: Uint8Array, o: { blockTag?: number; wrapped?: boolean; generation?: number; shape?: 'flat' | 'solid' | 'extension'; representations?: number; trailing?: Uint8Array } = {}): Uint8Array {
  const flat = encodeTlv(0xa0, encodeTlv(0x80, image), encodeTlv(0xa1, encodeTlv(0xa0, h('800103')), h('a105a103800100')), o.trailing ?? new Uint8Array());
  const picture = { flat: encodeTlv(0xa0, flat), solid: encodeTlv(0xa0, encodeTlv(0xa1, h('800100'))), extension: encodeTlv(0xa1, flat) }[o.shape ?? 'flat'];
  const representation = encodeTlv(0x30, h('800100'), encodeTlv(0xa1, picture), h('a203800101'));
  const face = encodeTlv(0x65, encodeTlv(0xa0, encodeTlv(0x80, Uint8Array.of(o.generation ?? 3)), h('810207e3')), encodeTlv(0xa1, ...Array.from({ length: o.representations ?? 1 }, () => representation)));
  const block = encodeTlv(o.blockTag ?? 0x7f2e, o.wrapped === false ? face : encodeTlv(0xa1, face));
  return encodeTlv(0x75, encodeTlv(0x7f61, h('020101'), encodeTlv(0x7f60, encodeTlv(0xa1, h('870201018802002a')), block)));
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
    expect(parseDg2(dg2(jpeg, { faces: 255 })), 'a bomb of faces').toBeUndefined();
  });

  it('DG2 with several faces: the first by its own length; with one, the whole rest, whatever the length says', () => {
    const second = concatBytes(h('000000280000'), new Uint8Array(26), jpeg);
    expect(toHex(parseDg2(dg2(concatBytes(jpeg, second), { faces: 2, recordLengthOff: -second.length }))!.bytes)).toBe(toHex(jpeg));
    expect(parseDg2(dg2(concatBytes(jpeg, second), { faces: 2, recordLengthOff: 1 })), 'reaches beyond the record').toBeUndefined();
    for (const recordLengthOff of [-8, 8]) expect(toHex(parseDg2(dg2(jpeg, { recordLengthOff }))!.bytes)).toBe(toHex(jpeg));
  });

  it('DG2 with long length fields, as some chips write them', () => {
    const inner = readOnlyTlv(readOnlyTlv(dg2(jpeg), 0x75), 0x7f61);
    expect(parseDg2(concatBytes(h('758300'), Uint8Array.of(0, inner.length + 5), h('7f618200'), Uint8Array.of(inner.length), inner))).toMatchObject({ mediaType: 'image/jpeg' });
  });

  it('DG2 by ISO/IEC 39794-5: in ICAO’s wrapping or without, marked as constructed or not', () => {
    for (const options of [{}, { wrapped: false }, { blockTag: 0x5f2e }, { trailing: h('a2098007018101008201ff') }, { representations: 9 }]) {
      const portrait = parseDg2(dg2Of39794(jpeg, options));
      expect([portrait?.mediaType, toHex(portrait!.bytes)], JSON.stringify(options)).toEqual(['image/jpeg', toHex(jpeg)]);
    }
    expect(parseDg2(dg2Of39794(h('ff4fff510000')))).toMatchObject({ mediaType: 'image/jp2' });
    for (const options of [{ generation: 4 }, { shape: 'solid' as const }, { shape: 'extension' as const }, { representations: 10 }, { representations: 0 }, { trailing: encodeTlv(0x80, jpeg) }]) expect(parseDg2(dg2Of39794(jpeg, options)), JSON.stringify(options)).toBeUndefined();
    expect(parseDg2(dg2Of39794(h('89504e47'))), 'PNG').toBeUndefined();
  });

  it('DG7: pictures of signatures, as many as it says', () => {
    const image = encodeTlv(0x5f43, jpeg);
    const dg7 = (count: number, ...images: readonly Uint8Array[]): Uint8Array => encodeTlv(0x67, encodeTlv(2, Uint8Array.of(count)), ...images);
    expect(parseDg7(dg7(2, image, encodeTlv(0x5f43, h('ff4fff51'))))?.map(({ mediaType }) => mediaType)).toEqual(['image/jpeg', 'image/jp2']);
    for (const bad of [dg7(2, image), dg7(0), dg7(1, encodeTlv(0x5f40, jpeg)), dg7(1, encodeTlv(0x5f43, h('89504e47'))), dg7(10, ...Array.from({ length: 10 }, () => image))]) expect(parseDg7(bad), toHex(bad)).toBeUndefined();
  });

  it('DG11 and DG16: the worked examples of ICAO 9303-10 appendix A', () => {
    const dg11 = encodeTlv(0x6b, encodeTlv(0x5c, h('5f0e5f115f425f125f13')), encodeTlv(0x5f0e, utf8('SMITH<<JOHN<J')), encodeTlv(0x5f11, utf8('ANYTOWN<MN')), encodeTlv(0x5f42, utf8('123 MAPLE RD<ANYTOWN<MN')), encodeTlv(0x5f12, utf8('1-612-555-1212')), encodeTlv(0x5f13, utf8('TRAVEL<AGENT')));
    expect(dg11[1]).toBe(0x63);
    expect(parseDg11(dg11)).toMatchObject({ name: { familyName: 'SMITH', givenNames: 'JOHN J' }, placeOfBirth: ['ANYTOWN', 'MN'], address: ['123 MAPLE RD', 'ANYTOWN', 'MN'], telephone: '1-612-555-1212', profession: 'TRAVEL<AGENT', dateOfBirth: undefined, otherNames: [] });

    const person = (index: number, ...values: readonly string[]): Uint8Array => encodeTlv(0xa0 + index, ...values.map((value, i) => encodeTlv(0x5f50 + i, utf8(value))));
    const first = person(1, '20020101', 'SMITH<<CHARLES<R', '19525551212', '123 MAPLE RD<ANYTOWN<MN<55100');
    const second = person(2, '20020315', 'BROWN<<MARY<J', '14155551212', '49 REDWOOD LN<OCEAN BREEZE<CA<94000');
    expect(toHex(encodeTlv(0x70, h('020102'), first, second).subarray(0, 6))).toBe('7081a2020102');
    expect(parseDg16(encodeTlv(0x70, h('020102'), first, second))).toEqual([
      { dateRecorded: '20020101', name: { familyName: 'SMITH', givenNames: 'CHARLES R' }, telephone: '19525551212', address: ['123 MAPLE RD', 'ANYTOWN', 'MN', '55100'] },
      { dateRecorded: '20020315', name: { familyName: 'BROWN', givenNames: 'MARY J' }, telephone: '14155551212', address: ['49 REDWOOD LN', 'OCEAN BREEZE', 'CA', '94000'] },
    ]);
    for (const [what, bad] of [['one too few', encodeTlv(0x70, h('020102'), first)], ['out of order', encodeTlv(0x70, h('020102'), second, first)], ['no number', encodeTlv(0x70, first, second)]] as const) expect(parseDg16(bad), what).toBeUndefined();
  });

  it('DG11: dates in text and binary, names in a list or alone, national characters in UTF-8 or a byte each, empty elements', () => {
    const dg11 = (...elements: readonly Uint8Array[]) => parseDg11(encodeTlv(0x6b, encodeTlv(0x5c, h('5f0e')), ...elements));
    for (const date of [utf8('19740812'), h('19740812')]) expect(dg11(encodeTlv(0x5f2b, date))?.dateOfBirth).toBe('19740812');
    expect(dg11(encodeTlv(0x5f2b, utf8('1974<<<<')))?.dateOfBirth).toBe('1974<<<<');
    expect(dg11(encodeTlv(0x5f2b, new Uint8Array()))?.dateOfBirth).toBeUndefined();
    const names = [encodeTlv(0x5f0f, utf8('ANNA MAIER')), encodeTlv(0x5f0f, utf8('A. MAIER'))];
    expect(dg11(encodeTlv(0xa0, h('020102'), ...names))?.otherNames).toEqual(['ANNA MAIER', 'A. MAIER']);
    expect(dg11(names[0]!)?.otherNames, 'as China writes it').toEqual(['ANNA MAIER']);
    expect(dg11(encodeTlv(0x5f0e, utf8('MÜLLER<<ZOË')))?.name).toEqual({ familyName: 'MÜLLER', givenNames: 'ZOË' });
    expect(dg11(encodeTlv(0x5f0e, h('4d dc 4c 4c 45 52'.replaceAll(' ', ''))))?.name?.familyName).toBe('MÜLLER');
    expect(dg11(encodeTlv(0x5f0e, new Uint8Array()))).toMatchObject({ name: undefined });
    expect(dg11(encodeTlv(0x5f16, jpeg), encodeTlv(0x5f17, utf8('XY123<AB456')), encodeTlv(0x5f0d, utf8('unknown')))).toMatchObject({ proofOfCitizenship: jpeg, otherDocumentNumbers: ['XY123', 'AB456'] });
    for (const [what, bad] of [['no date', [encodeTlv(0x5f2b, utf8('12 AUG 74'))]], ['binary that is no digits', [encodeTlv(0x5f2b, h('1974ab12'))]], ['an element twice', [encodeTlv(0x5f0e, utf8('A')), encodeTlv(0x5f0e, utf8('B'))]], ['65 elements', Array.from({ length: 65 }, (_, i) => encodeTlv(0xdf01 + i, new Uint8Array()))]] as const) expect(dg11(...bad), what).toBeUndefined();
  });

  it('DG12: dates and times in text and binary, other persons', () => {
    const dg12 = (...elements: readonly Uint8Array[]) => parseDg12(encodeTlv(0x6c, ...elements));
    expect(dg12(encodeTlv(0x5c, h('5f195f26')), encodeTlv(0x5f19, utf8('UNITED STATES OF AMERICA')), encodeTlv(0x5f26, utf8('20020531')), encodeTlv(0x5f1b, utf8('NONE')))).toEqual({ issuingAuthority: 'UNITED STATES OF AMERICA', dateOfIssue: '20020531', otherPersons: [], endorsements: 'NONE', taxOrExitRequirements: undefined, imageOfFront: undefined, imageOfRear: undefined, personalisedAt: undefined, personalisationSystem: undefined });
    expect(dg12(encodeTlv(0x5f26, h('20020531')), encodeTlv(0x5f55, h('20020531123059')))).toMatchObject({ dateOfIssue: '20020531', personalisedAt: '20020531123059' });
    expect(dg12(encodeTlv(0x5f55, utf8('20020531123059')), encodeTlv(0xa0, h('020101'), encodeTlv(0x5f1a, utf8('SMITH<<BRENDA<P'))))).toMatchObject({ personalisedAt: '20020531123059', otherPersons: ['SMITH<<BRENDA<P'] });
    expect(dg12(encodeTlv(0x5f26, h('200205')))).toBeUndefined();
    expect(parseDg12(encodeTlv(0x6b, encodeTlv(0x5f19, utf8('X'))))).toBeUndefined();
  });

  it('DG13 is not looked into, so that bytes that are no data objects do not matter (Singapore)', () => {
    expect(toHex(parseDg13(h('6d0361ff02'))!)).toBe('61ff02');
    expect(parseDg13(h('6d0461ff02'))).toBeUndefined();
    expect(parseDg13(h('6e0361ff02'))).toBeUndefined();
  });

  it('EF.ATR/INFO: buffer sizes and capabilities, with fill bytes before, between and after', () => {
    const sizes = (command: string, response: string): Uint8Array => encodeTlv(0x7f66, encodeTlv(2, h(command)), encodeTlv(2, h(response)));
    const capabilities = encodeTlv(0x47, h('9401e0'));
    const can = { selectByFullName: true, selectByFileId: true, shortFileIds: true, commandChaining: true, extendedLength: true, extendedLengthInformation: true };
    expect(parseEfAtrInfo(concatBytes(h('0000'), capabilities, h('ffff'), sizes('0400', '0fff'), new Uint8Array(40)))).toEqual({ extendedLength: { commandBytes: 1024, responseBytes: 4095 }, capabilities: can });
    expect(parseEfAtrInfo(sizes('010000', '7fffffff'))).toMatchObject({ extendedLength: { commandBytes: 65_536, responseBytes: 65_536 } });
    expect(parseEfAtrInfo(encodeTlv(0x47, h('80')))).toMatchObject({ extendedLength: undefined, capabilities: { selectByFullName: true, extendedLength: false } });
    for (const silent of [sizes('00', '00'), sizes('0400', ''), sizes('ff', '0400'), encodeTlv(0x7f66, encodeTlv(4, h('0400')), encodeTlv(2, h('0400'))), encodeTlv(0x7f66, h('02')), encodeTlv(0x7f66, h('020204000202040002020400'))]) expect(parseEfAtrInfo(silent), toHex(silent)).toEqual({ extendedLength: undefined, capabilities: undefined });
    for (const none of [h(''), new Uint8Array(64), h('7f66'), h('47')]) expect(parseEfAtrInfo(none)).toBeUndefined();
  });

  it('EF.DIR: applications and their labels', () => {
    const emrtd = encodeTlv(0x61, encodeTlv(0x4f, h('a0000002471001')), encodeTlv(0x50, utf8('eMRTD')));
    const other = encodeTlv(0x61, encodeTlv(0x4f, h('e80704007f00070302')), encodeTlv(0x73, h('0400')));
    expect(parseEfDir(concatBytes(emrtd, other, new Uint8Array(20)))?.map(({ aid, label }) => [toHex(aid), label])).toEqual([['a0000002471001', 'eMRTD'], ['e80704007f00070302', undefined]]);
    expect(parseEfDir(new Uint8Array())).toEqual([]);
    for (const [what, bad] of [['no name', encodeTlv(0x61, encodeTlv(0x50, utf8('x')))], ['a name too short', encodeTlv(0x61, encodeTlv(0x4f, h('a0')))], ['a name too long', encodeTlv(0x61, encodeTlv(0x4f, new Uint8Array(17)))], ['another template', encodeTlv(0x62, encodeTlv(0x4f, h('a0000002471001')))], ['cut off', emrtd.subarray(0, 8)], ['33 applications', concatBytes(...Array.from({ length: 33 }, () => emrtd))]] as const) expect(parseEfDir(bad), what).toBeUndefined();
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

  it('security object of LDS 1.8: its versions are signed with it', () => {
    const printable = (text: string): Uint8Array => encodeTlv(0x13, utf8(text));
    const object = (version: number, ...more: readonly Uint8Array[]): Uint8Array => encodeTlv(0x30, encodeTlv(2, Uint8Array.of(version)), h('300b0609608648016503040201'), encodeTlv(0x30, encodeTlv(0x30, h('020101'), encodeTlv(4, new Uint8Array(32)))), ...more);
    const versions = encodeTlv(0x30, printable('0108'), printable('040000'));
    expect(parseLdsSecurityObject(object(1, versions))?.versionInfo).toEqual({ ldsVersion: '0108', unicodeVersion: '040000' });
    expect(parseLdsSecurityObject(object(0))).toMatchObject({ hashName: 'sha256', versionInfo: undefined });
    for (const [what, bad] of [['version 2', object(2, versions)], ['half of it', object(1, encodeTlv(0x30, printable('0108')))], ['more after it', object(1, versions, versions)], ['three parts', object(1, encodeTlv(0x30, printable('0108'), printable('040000'), printable('x')))]] as const) expect(parseLdsSecurityObject(bad), what).toBeUndefined();
  });

  it('any bytes, and any change to good ones: a value or undefined, never a throw', () => {
    const parsers = [parseDg1, parseDg2, parseDg7, parseDg11, parseDg12, parseDg13, parseDg14, parseDg15, parseDg16, parseEfAtrInfo, parseEfCom, parseEfCardAccess, parseEfDir, parseLdsSecurityObject];
    const details = [encodeTlv(0x5f0e, utf8('A<<B')), encodeTlv(0x5f2b, h('19740812')), encodeTlv(0xa0, h('020101'), encodeTlv(0x5f0f, utf8('C')))];
    const good = [dg2(jpeg), dg2Of39794(jpeg), encodeTlv(0x67, h('020101'), encodeTlv(0x5f43, jpeg)), encodeTlv(0x6b, ...details), encodeTlv(0x6c, encodeTlv(0x5f26, utf8('20020531'))), encodeTlv(0x70, h('020101'), encodeTlv(0xa1, encodeTlv(0x5f51, utf8('A')))), h('7f6608020204000202040047039401e0'), h('61094f07a0000002471001'), h('60165f0104303130375f36063034303030305c046175636e'), h('31143012060a04007f0007020204020202010202010d'), encodeTlv(0x61, encodeTlv(0x5f1f, utf8('P<UTO'.padEnd(88, '<'))))];
    const mutated = fc.tuple(fc.constantFrom(...good), fc.nat(), fc.nat(255)).map(([file, at, byte]) => file.map((b, i) => (i === at % file.length ? byte : b)));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 120 }), mutated), (bytes) => {
        for (const parse of parsers) parse(bytes);
      }),
      { numRuns: 2000 },
    );
  });
});

import { ByteReader, fromHex, MalformedBytes, toHex } from '@visavis/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDer } from './der.ts';
import { derBoolean, derInteger, derOid, derSmallInteger, derTimeMs } from './der-values.ts';
import { encodeOid } from './encode-oid.ts';
import { normaliseBer } from './normalise-ber.ts';
import { encodeTlv, readOnlyTlv, readTlv, readTlvs } from './tlv.ts';

const h = fromHex;
const malformed = (run: () => unknown): void => expect(run).toThrow(MalformedBytes);

describe('data objects', () => {
  it('read ∘ encode is the identity', () => {
    fc.assert(
      fc.property(fc.constantFrom(0x30, 0x5f1f, 0x7f61, 0x87), fc.uint8Array({ maxLength: 70_000, size: 'max' }), (tag, value) => {
        const encoded = encodeTlv(tag, value);
        const read = readTlv(encoded, new ByteReader(encoded));
        expect([read.tag, read.value.length, toHex(read.raw.subarray(0, 8))]).toEqual([tag, value.length, toHex(encoded.subarray(0, 8))]);
      }),
      { numRuns: 30 },
    );
  });
  it('refuses what is cut short, endless, too many or too long', () => {
    for (const bad of ['61', '6180', '6184ffffffff', '6105', '1f8181818100', '6101']) malformed(() => readTlvs(h(bad), 4));
    malformed(() => readTlvs(h('610061006100'), 2));
    malformed(() => readOnlyTlv(h('61006100'), 0x61));
    malformed(() => readOnlyTlv(h('6000'), 0x61));
  });
});

describe('DER', () => {
  it('refuses BER: long lengths, indefinite lengths, trailing bytes, high tags, depth', () => {
    expect(parseDer(h('3003020105')).children[0]!.tag).toBe(2);
    for (const bad of ['30810302010500', '308103020105', '30800201050000', '300302010500', '3004020105', '1f0100', '0500ff', '', '30', '3082000302010500']) malformed(() => parseDer(h(bad)));
    let deep = h('0500');
    for (let i = 0; i < 40; i++) deep = encodeTlv(0x30, deep);
    malformed(() => parseDer(deep));
  });
  it('values are strict', () => {
    for (const oid of ['1.3.14.3.2.26', '0.4.0.127.0.7.2.2.4.2.2', '2.23.136.1.1.1', '1.2.840.113549.1.1.10']) expect(derOid(parseDer(encodeTlv(6, encodeOid(oid))))).toBe(oid);
    for (const bad of ['0600', '06022a80', '06022a8001'.slice(0, 8), '060380012a']) malformed(() => derOid(parseDer(h(bad))));
    malformed(() => derInteger(parseDer(h('02020001'))));
    malformed(() => derInteger(parseDer(h('0202ff80'))));
    malformed(() => derSmallInteger(parseDer(h('0201ff'))));
    malformed(() => derBoolean(parseDer(h('01020000'))));
    expect(derTimeMs(parseDer(encodeTlv(0x17, new TextEncoder().encode('490101000000Z'))))).toBe(Date.UTC(2049, 0, 1));
    expect(derTimeMs(parseDer(encodeTlv(0x18, new TextEncoder().encode('20500101000000Z'))))).toBe(Date.UTC(2050, 0, 1));
    for (const bad of ['490229000000Z', '491301000000Z', '490101240000Z', '490101000000', '490101000000+0100']) malformed(() => derTimeMs(parseDer(encodeTlv(0x17, new TextEncoder().encode(bad)))));
  });
});

describe('normaliseBer', () => {
  it('brings BER into DER’s form and leaves DER alone', () => {
    expect(toHex(normaliseBer(h('30800201050000')))).toBe('3003020105');
    expect(toHex(normaliseBer(h('3081030201ff')))).toBe('30030201ff');
    expect(toHex(normaliseBer(h('248004020102040103 0000'.replace(' ', ''))))).toBe('0403010203');
    expect(toHex(normaliseBer(h('3003020105')))).toBe('3003020105');
    for (const bad of ['3080020105', '308002010500', '0480', '2403020101', '30800201050001']) malformed(() => normaliseBer(h(bad)));
  });
  it('any bytes: MalformedBytes or something parseDer takes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        let out: Uint8Array;
        try {
          out = normaliseBer(bytes);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(MalformedBytes);
          return;
        }
        expect(parseDer(out).raw.length).toBe(out.length);
      }),
    );
  });
});

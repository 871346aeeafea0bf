import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { verifySodSignature } from '../authenticity/verify-sod-signature.ts';
import { encodeTlv } from '../tlv/tlv.ts';
import { parseDg1 } from './parse-dg1.ts';
import { parseDg11 } from './parse-dg11.ts';
import { parseDg12 } from './parse-dg12.ts';
import { parseDg2 } from './parse-dg2.ts';
import { parseDg7 } from './parse-dg7.ts';
import { parseEfCom } from './parse-ef-com.ts';

const repository = join(dirname(fileURLToPath(import.meta.url)), '../../../..');
const folder = join(process.env['VISAVIS_TEST_DATA'] ?? join(repository, '../shared/data'), 'chip/lds');
const present = existsSync(folder);
const file = (path: string): Uint8Array => new Uint8Array(readFileSync(join(folder, path)));

/** Specimen files as published: not part of this repository. */
describe.skipIf(!present)(`published data groups${present ? '' : ' (left out: no test data; set VISAVIS_TEST_DATA)'}`, () => {
  it.each([
    ['bsi-tr03105-default/Datagroup2.bin', 14_999],
    ['loes2006/ef0102.bin', 13_701],
    ['iso39794/ICAO_39794_5_AP_DG2_AllFields.dat', 15_000],
    ['iso39794/ICAO_39794_5_AP_DG2_MandFields.dat', 15_000],
    ['iso39794/dg2_silver_all_fields.bin', 15_000],
    ['iso39794/dg2_silver_mandatory_fields.bin', 15_000],
  ] as const)('%s: a JPEG 2000 portrait, to its last byte', (path, length) => {
    const portrait = parseDg2(file(path));
    expect([portrait?.mediaType, portrait?.bytes.length]).toEqual(['image/jp2', length]);
    expect([...portrait!.bytes.subarray(-2)], 'end of codestream').toEqual([0xff, 0xd9]);
  });

  it('the same picture from both of the standard’s formats', () => {
    expect(parseDg2(file('iso39794/dg2_silver_mandatory_fields.bin'))?.bytes).toEqual(file('misc/silver.jp2'));
  });

  it('a face record whose picture is none is not taken for one', () => {
    const dg2 = (record: Uint8Array): Uint8Array => encodeTlv(0x75, encodeTlv(0x7f61, Uint8Array.of(2, 1, 1), encodeTlv(0x7f60, encodeTlv(0xa1), encodeTlv(0x5f2e, record))));
    expect(parseDg2(dg2(file('iso19794/ISO19794_Test1_Data.bin')))?.mediaType).toBe('image/jpeg');
    expect(parseDg2(dg2(file('iso19794/ISO19794_Test2_Data_InvalidImage.bin')))).toBeUndefined();
  });

  it('DG1, DG7, DG11, DG12, EF.COM and security objects', () => {
    expect(parseDg1(file('zienit/Datagroup1.bin'))).toMatchObject({ format: 'td3', issuingState: 'D', nationality: 'D' });
    expect(parseDg7(file('misc/tsemrtd_EF_DG7.bin'))?.map(({ mediaType }) => mediaType)).toEqual(['image/jp2']);
    expect(parseDg11(file('misc/tsemrtd_EF_DG11.bin'))).toMatchObject({ name: { familyName: 'Doe John' }, otherNames: ['William'], personalNumber: '123', dateOfBirth: '19700101', placeOfBirth: ['TEST', 'TEST'], otherDocumentNumbers: ['123', '123'] });
    expect(parseDg12(file('misc/tsemrtd_EF_DG12.bin'))).toMatchObject({ issuingAuthority: 'TEST', dateOfIssue: '20240101', otherPersons: ['William'], personalisedAt: '20240101123059', personalisationSystem: '123' });
    for (const path of ['bsi-tr03105-default/EF_COM.bin', 'loes2006/ef011E.bin', 'zienit/EF_COM.bin']) expect(parseEfCom(file(path))?.ldsVersion, path).toMatch(/^010\d$/);
    for (const path of ['bsi-tr03105-default/EF_SOD.bin', 'loes2006/ef011D.bin', 'zienit/EF_SOD.bin', 'misc/NZ2013_EF_SOD.BIN']) expect(verifySodSignature(file(path)).ok, path).toBe(true);
  });
});

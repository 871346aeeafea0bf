import { fromHex, utf8 } from '@visavis/kernel';
import recorded from '../terminal/read-document.tapes.json' with { type: 'json' };
import { readRecorded, type TapeName } from '../terminal/recorded-tape.ts';
import type { DocumentFiles, DocumentReading } from '../terminal/document-reading.ts';
import { parseEfSod } from '../authenticity/parse-ef-sod.ts';
import { parseDg15 } from '../lds/parse-dg15.ts';
import { DerFields, parseDer, TAG } from '../tlv/der.ts';
import { readOnlyTlv } from '../tlv/tlv.ts';

/** Honest inputs of every kind, from the recorded sessions with synthetic chips. */
export interface FuzzSeeds {
  readonly atMs: number;
  readonly readings: readonly DocumentReading[];
  readonly files: Readonly<Record<Exclude<keyof DocumentFiles, number | symbol>, readonly Uint8Array[]>>;
  readonly authorities: readonly Uint8Array[];
  readonly crls: readonly Uint8Array[];
  readonly signedData: readonly Uint8Array[];
  readonly securityObjects: readonly Uint8Array[];
  readonly certificates: readonly Uint8Array[];
  readonly publicKeys: readonly Uint8Array[];
  readonly mrz: readonly Uint8Array[];
}

const present = <T>(values: readonly (T | undefined)[]): T[] => values.filter((value): value is T => value !== undefined);

export function fuzzSeeds(): FuzzSeeds {
  const readings = (Object.keys(recorded.tapes) as TapeName[]).map(readRecorded);
  const of = (name: keyof DocumentFiles): readonly Uint8Array[] => present(readings.map(({ files }) => files[name]));
  const names = Object.keys(readings[0]!.files) as (keyof DocumentFiles)[];
  const files = Object.fromEntries(names.map((name) => [name, of(name)])) as FuzzSeeds['files'];
  const authorities = recorded.cscaCertificates.map(fromHex);
  const sods = present(files.efSod.map(parseEfSod));
  const certificates = [...authorities, ...sods.flatMap((sod) => sod.certificates)];
  return {
    atMs: recorded.nowMs,
    readings,
    files,
    authorities,
    crls: recorded.crls.map(fromHex),
    signedData: files.efSod.map((sod) => readOnlyTlv(sod, 0x77)),
    securityObjects: sods.map((sod) => sod.content),
    certificates,
    publicKeys: [...certificates.map(subjectPublicKeyInfo), ...present(files.dg15.map(parseDg15))],
    mrz: [
      ...files.dg1.map((dg1) => readOnlyTlv(readOnlyTlv(dg1, 0x61), 0x5f1f)),
      // The specimens of ICAO 9303-5 and 9303-6: TD1 and TD2.
      utf8('I<UTOD231458907<<<<<<<<<<<<<<<7408122F1204159UTO<<<<<<<<<<<6ERIKSSON<<ANNA<MARIA<<<<<<<<<<'),
      utf8('I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<D231458907UTO7408122F1204159<<<<<<<6'),
    ],
  };
}

/** The seventh field of a version 3 certificate (RFC 5280 §4.1). */
function subjectPublicKeyInfo(certificate: Uint8Array): Uint8Array {
  const tbs = new DerFields(new DerFields(parseDer(certificate), TAG.sequence).next(TAG.sequence), TAG.sequence);
  for (let field = 0; field < 6; field++) tbs.any();
  return tbs.next(TAG.sequence).raw;
}

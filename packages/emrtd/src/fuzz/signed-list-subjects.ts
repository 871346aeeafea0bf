import { fromHex, utf8 } from '@visavis/kernel';
import { parseCertificate } from '../pki/parse-certificate.ts';
import { importDeviationList } from '../trust-store/import-deviation-list.ts';
import { importMasterList } from '../trust-store/import-master-list.ts';
import { readLdif } from '../trust-store/read-ldif.ts';
import { defaultTrustPolicy } from '../trust-store/trust-policy.ts';
import type { FuzzSubject } from './fuzz-subject.ts';
import lists from './signed-lists.vectors.json' with { type: 'json' };

/** Lists that an operator fetches from anybody: master lists, deviation lists, exports of ICAO's directory. */
export function signedListSubjects(): readonly FuzzSubject[] {
  const [anchor, masterList, deviationList, crl] = [lists.anchor, lists.masterList, lists.deviationList, lists.crl].map(fromHex) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  const options = { anchors: [parseCertificate(anchor)!], policy: defaultTrustPolicy, atMs: lists.atMs };
  const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64').replaceAll(/(.{60})/g, '$1\n ');
  const ldif = utf8(`version: 1\n\ndn: o=ml,c=UT,dc=data,dc=download,dc=pkd,dc=icao,dc=int\npkdMasterListContent:: ${base64(masterList)}\n\ndn: o=crl,c=UT\ncertificateRevocationList;binary:: ${base64(crl)}\n`);
  return [
    { name: 'importMasterList', seeds: [masterList], acceptsSeeds: true, weight: 10, parse: (input) => importMasterList(input, options) },
    { name: 'importDeviationList', seeds: [deviationList], acceptsSeeds: true, weight: 10, parse: (input) => importDeviationList(input, options) },
    { name: 'readLdif', seeds: [ldif], acceptsSeeds: true, weight: 20, parse: (input) => readLdif(new TextDecoder('latin1').decode(input)) },
  ];
}

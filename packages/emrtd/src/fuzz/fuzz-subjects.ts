import { ByteReader, utf8 } from '@visavis/kernel';
import { parseResponse } from '../apdu/response-apdu.ts';
import { parseEfSod } from '../authenticity/parse-ef-sod.ts';
import { parseSignedData } from '../pki/parse-signed-data.ts';
import { verifyAuthenticity } from '../authenticity/verify-authenticity.ts';
import { verifyCardSecurity } from '../authenticity/verify-card-security.ts';
import { verifySodSignature } from '../authenticity/verify-sod-signature.ts';
import { basePoint, decodePoint, encodePoint, importAgreementKey, importPublicKey, isOnCurveOfItsOwn, unpadIso7816 } from '../crypto/index.ts';
import { importSpki } from '../crypto/public-key.ts';
import { parseDg11 } from '../lds/parse-dg11.ts';
import { parseDg12 } from '../lds/parse-dg12.ts';
import { parseDg13 } from '../lds/parse-dg13.ts';
import { parseDg16 } from '../lds/parse-dg16.ts';
import { parseDg7 } from '../lds/parse-dg7.ts';
import { parseEfAtrInfo } from '../lds/parse-ef-atr-info.ts';
import { parseEfDir } from '../lds/parse-ef-dir.ts';
import { readFace19794 } from '../lds/read-face-19794.ts';
import { readFace39794 } from '../lds/read-face-39794.ts';
import { readDeviations } from '../trust-store/parse-deviation-list.ts';
import { paceSubjects } from './pace-subjects.ts';
import { WRITTEN_SEEDS } from './written-seeds.ts';
import { readIssuingState } from '../authenticity/read-issuing-state.ts';
import { parseDg1 } from '../lds/parse-dg1.ts';
import { parseDg14 } from '../lds/parse-dg14.ts';
import { parseDg15 } from '../lds/parse-dg15.ts';
import { parseDg2 } from '../lds/parse-dg2.ts';
import { parseEfCardAccess } from '../lds/parse-ef-card-access.ts';
import { parseEfCom } from '../lds/parse-ef-com.ts';
import { parseLdsSecurityObject } from '../lds/parse-lds-security-object.ts';
import { readSecurityInfos } from '../lds/security-infos.ts';
import { birthDateFromMrz, expiryDateFromMrz } from '../mrz/mrz-date.ts';
import { parseMrz } from '../mrz/parse-mrz.ts';
import { parseCertificate } from '../pki/parse-certificate.ts';
import { parseCrl } from '../pki/parse-crl.ts';
import { parseDer } from '../tlv/der.ts';
import { normaliseBer } from '../tlv/normalise-ber.ts';
import { readOnlyTlv, readTlv, readTlvs } from '../tlv/tlv.ts';
import { openTrustStore } from '../trust-store/open-trust-store.ts';
import { defaultTrustPolicy } from '../trust-store/trust-policy.ts';
import type { DocumentReading } from '../terminal/document-reading.ts';
import { fuzzSeeds } from './fuzz-seeds.ts';
import type { FuzzSubject } from './fuzz-subject.ts';
import { secureMessagingSubjects } from './secure-messaging-subjects.ts';
import { signedListSubjects } from './signed-list-subjects.ts';
import { terminalSubjects } from './terminal-subject.ts';

const latin1 = (bytes: Uint8Array): string => new TextDecoder('latin1').decode(bytes);

/** Every parser of this room. A new one is a line here; `fuzz-subjects.test.ts` counts them against the code. */
export function fuzzSubjects(): readonly FuzzSubject[] {
  const seeds = fuzzSeeds();
  const { files, atMs } = seeds;
  const der = [...seeds.certificates, ...seeds.crls, ...seeds.signedData, ...seeds.securityObjects];
  const objects = [...Object.values(files).flat(), ...WRITTEN_SEEDS.dg2, ...WRITTEN_SEEDS.dg11, ...der];
  const open = (o: { readonly cscaCertificates: readonly Uint8Array[]; readonly crls: readonly Uint8Array[] }) => openTrustStore({ ...o, deviationLists: [], policy: defaultTrustPolicy });
  const store = open({ cscaCertificates: seeds.authorities, crls: seeds.crls });
  if (!store.ok) throw new Error(store.fault.code);
  const judged = (reading: DocumentReading, change: Partial<DocumentReading['files']>) => verifyAuthenticity({ reading: { ...reading, files: { ...reading.files, ...change } }, trustStore: store.value, atMs });
  const [first] = seeds.readings as [DocumentReading];

  const parsers: readonly Omit<FuzzSubject, 'acceptsSeeds'>[] = [
    { name: 'readTlv', seeds: objects, weight: 100, parse: (input) => readTlv(input, new ByteReader(input)) },
    { name: 'readTlvs', seeds: objects, weight: 100, parse: (input) => readTlvs(input, 16) },
    { name: 'readOnlyTlv', seeds: files.dg1, weight: 100, parse: (input) => readOnlyTlv(input, 0x61) },
    { name: 'parseDer', seeds: der, weight: 100, parse: (input) => parseDer(input) },
    { name: 'normaliseBer', seeds: der, weight: 100, parse: (input) => parseDer(normaliseBer(input)) },
    { name: 'parseResponse', seeds: files.dg1, weight: 10, parse: parseResponse },
    { name: 'unpadIso7816', seeds: [Uint8Array.of(1, 0x80, 0, 0), Uint8Array.of(0x80)], weight: 20, parse: unpadIso7816 },
    { name: 'parseMrz', seeds: seeds.mrz, weight: 100, parse: (input) => parseMrz(latin1(input)) },
    { name: 'birthDateFromMrz', seeds: [utf8('740812'), utf8('000229')], weight: 20, parse: (input) => birthDateFromMrz(latin1(input), atMs) ?? expiryDateFromMrz(latin1(input), atMs) },
    { name: 'parseEfCardAccess', seeds: files.efCardAccess, weight: 100, parse: parseEfCardAccess },
    { name: 'readSecurityInfos', seeds: files.efCardAccess, weight: 50, parse: readSecurityInfos },
    { name: 'parseEfCom', seeds: WRITTEN_SEEDS.efCom, weight: 100, parse: parseEfCom },
    { name: 'parseDg1', seeds: files.dg1, weight: 100, parse: parseDg1 },
    { name: 'readIssuingState', seeds: files.dg1, weight: 50, parse: readIssuingState },
    { name: 'parseDg2', seeds: [...files.dg2, ...WRITTEN_SEEDS.dg2], weight: 100, parse: parseDg2 },
    { name: 'parseDg14', seeds: files.dg14, weight: 100, parse: parseDg14 },
    { name: 'parseDg15', seeds: files.dg15, weight: 100, parse: parseDg15 },
    { name: 'parseLdsSecurityObject', seeds: seeds.securityObjects, weight: 100, parse: parseLdsSecurityObject },
    { name: 'parseEfSod', seeds: files.efSod, weight: 100, parse: parseEfSod },
    { name: 'parseSignedData', seeds: seeds.signedData, weight: 100, parse: (input) => parseSignedData(input) },
    { name: 'parseCertificate', seeds: seeds.certificates, weight: 60, parse: parseCertificate },
    { name: 'parseCrl', seeds: seeds.crls, weight: 100, parse: parseCrl },
    { name: 'importPublicKey', seeds: seeds.publicKeys, weight: 30, parse: (input) => importPublicKey(input, 1024) },
    { name: 'decodePoint', seeds: [encodePoint(basePoint('brainpoolP256r1'))], weight: 20, parse: (input) => decodePoint('brainpoolP256r1', input) },
    { name: 'importAgreementKey', seeds: seeds.publicKeys, weight: 20, parse: importAgreementKey },
    { name: 'importSpki', seeds: seeds.publicKeys, weight: 20, parse: (input) => importSpki(input) ?? isOnCurveOfItsOwn(input) },
    { name: 'readFace19794', seeds: WRITTEN_SEEDS.face19794, weight: 100, parse: readFace19794 },
    { name: 'readFace39794', seeds: WRITTEN_SEEDS.face39794, weight: 100, parse: readFace39794 },
    { name: 'parseDg7', seeds: WRITTEN_SEEDS.dg7, weight: 100, parse: parseDg7 },
    { name: 'parseDg11', seeds: WRITTEN_SEEDS.dg11, weight: 100, parse: parseDg11 },
    { name: 'parseDg12', seeds: WRITTEN_SEEDS.dg12, weight: 100, parse: parseDg12 },
    { name: 'parseDg13', seeds: WRITTEN_SEEDS.dg13, weight: 50, parse: parseDg13 },
    { name: 'parseDg16', seeds: WRITTEN_SEEDS.dg16, weight: 100, parse: parseDg16 },
    { name: 'parseEfAtrInfo', seeds: WRITTEN_SEEDS.efAtrInfo, weight: 100, parse: parseEfAtrInfo },
    { name: 'parseEfDir', seeds: WRITTEN_SEEDS.efDir, weight: 100, parse: parseEfDir },
    { name: 'readDeviations', seeds: WRITTEN_SEEDS.deviations, weight: 100, parse: readDeviations },
    { name: 'openTrustStore: authority', seeds: seeds.authorities, weight: 5, parse: (input) => open({ cscaCertificates: [input], crls: [] }) },
    { name: 'openTrustStore: list', seeds: seeds.crls, weight: 5, parse: (input) => open({ cscaCertificates: seeds.authorities, crls: [input] }) },
    { name: 'verifySodSignature', seeds: files.efSod, weight: 20, parse: verifySodSignature },
    { name: 'verifyAuthenticity: EF.SOD', seeds: [first.files.efSod], weight: 5, parse: (input) => judged(first, { efSod: input }) },
    ...(['dg1', 'dg2', 'dg14', 'dg15', 'efCardAccess'] as const)
      .filter((name) => first.files[name] !== undefined)
      .map((name) => ({ name: `verifyAuthenticity: ${name}`, seeds: [first.files[name]!], weight: 4, parse: (input: Uint8Array) => judged(first, { [name]: input }) })),
  ];
  // No recorded chip has EF.CardSecurity: signature files stand in for it, of which each is refused.
  return [...parsers.map((parser) => ({ ...parser, acceptsSeeds: true })), { name: 'verifyCardSecurity', seeds: seeds.signedData, acceptsSeeds: false, weight: 20, parse: verifyCardSecurity }, ...signedListSubjects(), ...paceSubjects(), ...secureMessagingSubjects(), ...terminalSubjects];
}

import { fromHex, utf8 } from '@visavis/kernel';
import { tlv } from '../../der/der.ts';
import type { PassportOrder } from '../../lds/mint-passport.ts';
import type { StateStyle } from '../../specimen-state.ts';

/** What documents in the field say otherwise. */
export interface DocumentQuirk {
  /** Documents in which it was seen. */
  readonly seenIn: string;
  readonly effect: string;
  readonly order?: Partial<PassportOrder>;
  readonly state?: StateStyle;
  /** When it was made and is read; the time of the check unless told. */
  readonly atMs?: number;
  /** What its chip takes; short APDUs only unless told. */
  readonly extendedLengthBytes?: number;
}

const ecdsa = { kind: 'ec', curve: 'brainpoolP256r1', parameters: 'explicit', hash: 'sha256' } as const;
const rsa = { kind: 'rsa', bits: 2048, exponent: 65_537, hash: 'sha256' } as const;

/**
 * The container of a JPEG 2000 file (ISO/IEC 15444-1 annex I) around a main header without tiles, 16 × 16 and grey:
 * for what is around a picture, not for decoders.
 */
const JP2_CONTAINER = fromHex('0000000c6a5020200d0a870a00000014667479706a703220000000006a7032200000002d6a703268000000166968647200000010000000100001070700000000000f636f6c72010000000011000000356a703263ff4fff510029000000000010000000100000000000000000000000100000001000000000000000000001070101ffd9');

/** Names in DG11 and dates as DG12 has them (ICAO 9303-10 §4.7.11, §4.7.12). */
const name = tlv(0x5f0e, utf8('MUSTER<<ANNA'));
const dg11 = (...elements: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => tlv(0x6b, ...elements);

export const DOCUMENT_QUIRKS = {
  'nz-sod-indefinite': { seenIn: 'NZ 2013, NZ 2017', effect: 'EF.SOD in BER, lengths left open and the content in pieces', order: { sodStyle: { indefinite: true } } },
  'be-content-type': { seenIn: 'BE, FR', effect: 'eContentType 1.3.27.1.1.1', order: { sodStyle: { contentType: '1.3.27.1.1.1' } } },
  'nl-content-type': { seenIn: 'NL', effect: 'eContentType 1.2.528.1.1006.1.20.1', order: { sodStyle: { contentType: '1.2.528.1.1006.1.20.1' } } },
  'cn-content-type': { seenIn: 'CN', effect: 'eContentType id-data', order: { sodStyle: { contentType: '1.2.840.113549.1.7.1' } } },
  'my-signer-mismatch': { seenIn: 'MY, UA', effect: 'the signer identifier names another certificate than the only one there', order: { sodStyle: { signerId: 'mismatch' } } },
  'signer-key-identifier': { seenIn: 'CMS version 3 signers', effect: 'the signer is named by its key identifier', order: { sodStyle: { signerId: 'keyIdentifier' } } },
  'au-rsa-without-hash': { seenIn: 'AU, NZ, US', effect: 'the signature algorithm is rsaEncryption', order: { sodStyle: { bareAlgorithm: true } }, state: { signerKey: rsa } },
  'us-ecdsa-without-hash': { seenIn: 'AU, NZ, US', effect: 'the signature algorithm is an elliptic key, without a hash', order: { sodStyle: { bareAlgorithm: true } } },
  'explicit-parameters': { seenIn: '219 of 226 authorities with elliptic keys', effect: 'authority and signer spell out their domain parameters, seed and all', state: { cscaKey: { ...ecdsa, curve: 'secp384r1', hash: 'sha384' }, signerKey: { ...ecdsa, curve: 'prime256v1' } } },
  'named-parameters': { seenIn: '7 of 226 authorities with elliptic keys', effect: 'authority and signer name their curve', state: { cscaKey: { ...ecdsa, parameters: 'named' }, signerKey: { ...ecdsa, parameters: 'named' } } },
  'signer-brainpool-p224': { seenIn: 'DE', effect: 'a document signer on brainpoolP224r1 with SHA-224', state: { signerKey: { ...ecdsa, curve: 'brainpoolP224r1', hash: 'sha224' } } },
  'signer-brainpool-p512': { seenIn: 'authorities with ECDSA and SHA-512', effect: 'authority and signer on brainpoolP512r1 with SHA-512', state: { cscaKey: { ...ecdsa, curve: 'brainpoolP512r1', hash: 'sha512' }, signerKey: { ...ecdsa, curve: 'brainpoolP512r1', hash: 'sha512' } } },
  'signer-p521': { seenIn: 'authorities with ECDSA and SHA-512', effect: 'a document signer on secp521r1, whose numbers have an odd size', state: { signerKey: { ...ecdsa, curve: 'secp521r1', hash: 'sha512' } } },
  'rsa-exponent-3': { seenIn: '22 authorities', effect: 'RSA with exponent 3', state: { cscaKey: { ...rsa, exponent: 3 }, signerKey: { ...rsa, exponent: 3 } } },
  'rsa-exponent-38129': { seenIn: 'a document signer', effect: 'RSA with exponent 38129', state: { signerKey: { ...rsa, exponent: 38_129 } } },
  'rsa-exponent-107903': { seenIn: 'a document signer', effect: 'RSA with exponent 107903', state: { signerKey: { ...rsa, exponent: 107_903 } } },
  'rsa-pss': { seenIn: '170 authorities', effect: 'authority and signer by RSASSA-PSS', state: { cscaKey: { kind: 'rsaPss', bits: 2048, hash: 'sha256', mgfHash: 'sha256' }, signerKey: { kind: 'rsaPss', bits: 2048, hash: 'sha512', mgfHash: 'sha512' } } },
  'rsa-pss-mgf-sha1': { seenIn: 'RSASSA-PSS signers with SHA-256', effect: 'the mask is made with SHA-1, the digest with SHA-256', state: { signerKey: { kind: 'rsaPss', bits: 2048, hash: 'sha256', mgfHash: 'sha1' } } },
  'data-groups-sha1': { seenIn: 'the first ten years', effect: 'data groups hashed with SHA-1, signed with SHA-256', order: { sodStyle: { dataGroupHash: 'sha1' } }, atMs: Date.UTC(2019, 5, 1) },
  'data-groups-sha512': { seenIn: 'newer passports', effect: 'data groups hashed with SHA-512, signed with SHA-256', order: { sodStyle: { dataGroupHash: 'sha512' } } },
  'lds-1.8': { seenIn: 'newer passports', effect: 'the LDS version is in the signed object', order: { sodStyle: { ldsVersion: '1.8' } } },
  'authority-key-identifier-absent': { seenIn: 'old document signers', effect: 'no authority key identifier in the signer\'s certificate', state: { signerCertificate: { withoutAuthorityKeyIdentifier: true } } },
  'lt-issuer-case': { seenIn: 'LT', effect: 'the issuer\'s name in other letters than the authority\'s own', state: { signerCertificate: { issuerInCapitals: true } } },
  'lower-case-country': { seenIn: '23 authorities', effect: 'C= in small letters', state: { cscaCertificate: { lowerCaseCountry: true }, signerCertificate: { lowerCaseCountry: true } } },
  'basic-constraints-absent': { seenIn: '4 authorities', effect: 'an authority without basicConstraints', state: { cscaCertificate: { withoutBasicConstraints: true } } },
  'true-as-01': { seenIn: 'encoders of BER', effect: 'BOOLEAN TRUE as 01', state: { cscaCertificate: { trueByte: 0x01 }, signerCertificate: { trueByte: 0x01 } } },
  'de-one-letter': { seenIn: 'DE', effect: 'D as the state in the machine readable zone, DE in certificates', state: { country: { alpha2: 'DE', mrzCode: 'D' } } },
  'gbr-national-overseas': { seenIn: 'GB', effect: 'GBN as the state in the machine readable zone, GB in certificates', state: { country: { alpha2: 'GB', mrzCode: 'GBN' } } },
  'td1-card': { seenIn: 'identity cards', effect: 'three lines of 30 characters', order: { format: 'td1', documentNumber: 'D23145890' } },
  'td1-long-number': { seenIn: 'BE and other identity cards', effect: 'a document number of 12 characters, which goes on in the optional data', order: { format: 'td1', documentNumber: '591420178532' } },
  'short-document-number': { seenIn: 'states with short numbers', effect: 'a document number of 6 characters, filled up', order: { documentNumber: 'L89890' } },
  'nz-facial-record-length': { seenIn: 'NZ', effect: 'the facial record\'s own length is 8 too small', order: { dg2Style: { recordLengthError: -8 } } },
  'gbr-facial-record-length': { seenIn: 'GB', effect: 'the facial record\'s own length is too large', order: { dg2Style: { recordLengthError: 14 } } },
  'jpeg-trailing-padding': { seenIn: 'several states', effect: '64 bytes of nothing after a JPEG', order: { dg2Style: { trailingBytes: 64 } } },
  'jp2-trailing-padding': { seenIn: 'several states', effect: '64 bytes of nothing after a JPEG 2000 file', order: { portrait: JP2_CONTAINER, dg2Style: { trailingBytes: 64 } } },
  'nz-aa-rsa-1856': { seenIn: 'NZ', effect: 'an active authentication key of 1856 bits', order: { authentication: 'both', activeAuthenticationAlgorithm: 'rsa1856' }, extendedLengthBytes: 4096 },
  'ca-info-absent': { seenIn: 'FR', effect: 'DG14 has the key of chip authentication but not how to use it: triple DES by MSE:Set KAT', order: { chipAuthenticationKeys: [{ parameterId: 13, cipher: 'tripleDes', withoutInfo: true }] } },
  'de-ca-key-id-c3': { seenIn: 'DE', effect: 'the key of chip authentication has the number 00C3, which the chip knows as C3', order: { chipAuthenticationKeys: [{ parameterId: 13, cipher: 'aes128', keyId: 0xc3 }] } },
  'ca-several-keys': { seenIn: 'DE, MY', effect: 'three keys of chip authentication, by elliptic curves and by integers modulo a prime', order: { chipAuthenticationKeys: [{ parameterId: 12, cipher: 'tripleDes', keyId: 1 }, { parameterId: 2, cipher: 'aes128', keyId: 2 }, { parameterId: 16, cipher: 'aes256', keyId: 3 }] } },
  'ru-ca-p192': { seenIn: 'RU', effect: 'a key of chip authentication on a curve of 192 bits', order: { chipAuthenticationKeys: [{ parameterId: 8, cipher: 'tripleDes' }] } },
  'pace-several-variants': { seenIn: 'DE', effect: 'three ways of PACE in EF.CardAccess', order: { paceVariants: [{ mapping: 'generic', parameterId: 12, cipher: 'tripleDes' }, { mapping: 'integrated', parameterId: 13, cipher: 'aes192' }, { mapping: 'generic', parameterId: 2, cipher: 'aes128' }] } },
  'face-39794-5': { seenIn: 'passports from 2026 on', effect: 'DG2 by ISO/IEC 39794-5', order: { dg2Style: { format: '39794-5' } } },
  'cn-dg11-name-direct': { seenIn: 'CN', effect: 'other names in DG11 as 5F0F directly, without their template', order: { furtherDataGroups: { dg11: dg11(tlv(0x5c, fromHex('5f0e5f0f')), name, tlv(0x5f0f, utf8('MUSTER<<ANNI'))) } } },
  'my-dg11-bcd-date': { seenIn: 'MY, FR, BE', effect: 'date of birth in DG11 as four bytes of BCD', order: { furtherDataGroups: { dg11: dg11(tlv(0x5c, fromHex('5f0e5f2b')), name, tlv(0x5f2b, fromHex('19900203'))) } } },
  'dg11-empty-name': { seenIn: 'several states', effect: 'an empty name in DG11', order: { furtherDataGroups: { dg11: dg11(tlv(0x5c, fromHex('5f0e')), tlv(0x5f0e)) } } },
  'fr-dg12-bcd-date': { seenIn: 'FR, BE', effect: 'date of issue in DG12 as four bytes of BCD', order: { furtherDataGroups: { dg12: tlv(0x6c, tlv(0x5c, fromHex('5f195f26')), tlv(0x5f19, utf8('OFFICE')), tlv(0x5f26, fromHex('20230203'))) } } },
  'sg-dg13-malformed': { seenIn: 'SG', effect: 'DG13 holds what is no data object', order: { furtherDataGroups: { dg13: tlv(0x6d, fromHex('5f7fff0102')) } } },
  'dg7-and-dg16': { seenIn: 'states with printed signatures and persons to notify', effect: 'DG7 and DG16 are there', order: { furtherDataGroups: { dg7: tlv(0x67, tlv(0x02, fromHex('01')), tlv(0x5f43, fromHex('ffd8ffd9'))), dg16: tlv(0x70, tlv(0x02, fromHex('01')), tlv(0xa1, tlv(0x5f50, utf8('20230203')), tlv(0x5f51, utf8('MUSTER<<OTTO')), tlv(0x5f52, utf8('1')), tlv(0x5f53, utf8('STREET 1')))) } } },
} as const satisfies Readonly<Record<string, DocumentQuirk>>;

export type DocumentQuirkName = keyof typeof DOCUMENT_QUIRKS;

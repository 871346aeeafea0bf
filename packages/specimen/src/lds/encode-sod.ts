import { type Bytes, concatBytes, fromHex } from '@visavis/kernel';
import { explicit, implicitPrimitive, integer, objectIdentifier, octetString, printableString, sequence, setOf, time, tlv } from '../der/der.ts';
import { type Certificate, subjectKeyIdentifier } from '../pki/issue-certificate.ts';
import { digest, HASH_OIDS, type HashName } from '../pki/signing-key.ts';
import type { PassportFiles } from './passport.ts';

const SIGNED_DATA = '1.2.840.113549.1.7.2';
const CONTENT_TYPE = '1.2.840.113549.1.9.3';
const MESSAGE_DIGEST = '1.2.840.113549.1.9.4';
const SIGNING_TIME = '1.2.840.113549.1.9.5';
const LDS_SECURITY_OBJECT = '2.23.136.1.1.1';

export interface DocumentSigner {
  readonly certificate: Certificate<unknown>;
  readonly csca: Certificate<unknown>;
}

/** The data groups present, with their numbers, ascending. */
export function presentDataGroups(files: Omit<PassportFiles, 'sod' | 'com'>): readonly (readonly [number, Bytes])[] {
  const all: readonly (readonly [number, Bytes | undefined])[] = [
    [1, files.dg1],
    [2, files.dg2],
    [7, files.dg7],
    [11, files.dg11],
    [12, files.dg12],
    [13, files.dg13],
    [14, files.dg14],
    [15, files.dg15],
    [16, files.dg16],
  ];
  return all.filter((entry): entry is readonly [number, Bytes] => entry[1] !== undefined);
}

/** What of a signature file states write otherwise, or may choose. */
export interface SignedDataStyle {
  /** Of the content; the LDS security object unless told. */
  readonly contentType?: string;
  /** How the signer is named: issuer and serial number unless told; `mismatch` names a certificate that is not there. */
  readonly signerId?: 'keyIdentifier' | 'mismatch';
  /** The signature's algorithm is the key's kind only, without a hash. */
  readonly bareAlgorithm?: boolean;
  /** BER: lengths left open, the content in pieces. */
  readonly indefinite?: boolean;
}

export interface SodStyle extends SignedDataStyle {
  /** Of the data groups; SHA-256 unless told. */
  readonly dataGroupHash?: HashName;
  /** LDS 1.8 says its version in the signed object, 1.7 does not. */
  readonly ldsVersion?: '1.7' | '1.8';
}

/** EF.SOD: SignedData over the hashes of every data group (ICAO 9303-10 §4.6.2). */
export function encodeSod(o: { readonly files: Omit<PassportFiles, 'sod' | 'com'>; readonly signer: DocumentSigner; readonly signedAtMs: number; readonly style?: SodStyle }): Bytes {
  const style = o.style ?? {};
  const hash = style.dataGroupHash ?? 'sha256';
  const hashes = presentDataGroups(o.files).map(([number, bytes]) => sequence(integer(number), octetString(digest(hash, bytes))));
  const version = style.ldsVersion === '1.8' ? [sequence(printableString('0108'), printableString('040000'))] : [];
  const content = sequence(integer(version.length), hashAlgorithm(hash), sequence(...hashes), ...version);
  return tlv(0x77, encodeSignedData({ content, signer: o.signer, signedAtMs: o.signedAtMs, style: { ...style, contentType: style.contentType ?? LDS_SECURITY_OBJECT } }));
}

const hashAlgorithm = (hash: HashName): Bytes => sequence(objectIdentifier(HASH_OIDS[hash]));

/** ContentInfo with SignedData of CMS version 3 (RFC 5652 §5), by one signer whose certificate is inside. */
export function encodeSignedData(o: { readonly content: Bytes; readonly signer: DocumentSigner; readonly signedAtMs: number; readonly style: SignedDataStyle & { readonly contentType: string } }): Bytes {
  const { content, style } = o;
  const { certificate, csca } = o.signer;
  const { signing } = certificate;
  const attributes = setOf(
    sequence(objectIdentifier(CONTENT_TYPE), setOf(objectIdentifier(style.contentType))),
    sequence(objectIdentifier(SIGNING_TIME), setOf(time(o.signedAtMs))),
    sequence(objectIdentifier(MESSAGE_DIGEST), setOf(octetString(digest(signing.hash, content)))),
  );
  // Signed as a SET OF, carried as [0] (RFC 5652 §5.4).
  const carriedAttributes = Uint8Array.from(attributes);
  carriedAttributes[0] = 0xa0;
  const serialNumber = style.signerId === 'mismatch' ? certificate.serialNumber.map((byte) => byte ^ 1) : certificate.serialNumber;
  const signerInfo = sequence(
    integer(style.signerId === 'keyIdentifier' ? 3 : 1),
    style.signerId === 'keyIdentifier' ? implicitPrimitive(0, subjectKeyIdentifier(signing.publicKey)) : sequence(csca.name, integer(serialNumber)),
    hashAlgorithm(signing.hash),
    carriedAttributes,
    style.bareAlgorithm === true ? signing.bareAlgorithm : signing.algorithm,
    octetString(signing.sign(attributes)),
  );
  const wrap = style.indefinite === true ? openEnded : tlv;
  const eContent = style.indefinite === true ? openEnded(0x24, octetString(content.subarray(0, content.length >> 1)), octetString(content.subarray(content.length >> 1))) : octetString(content);
  const signedData = wrap(0x30, integer(3), setOf(hashAlgorithm(signing.hash)), wrap(0x30, objectIdentifier(style.contentType), wrap(0xa0, eContent)), explicit(0, certificate.der), setOf(signerInfo));
  return wrap(0x30, objectIdentifier(SIGNED_DATA), wrap(0xa0, signedData));
}

/** An element whose end is marked instead of its length told (X.690 §8.1.3.6). */
const openEnded = (tag: number, ...parts: readonly Uint8Array[]): Bytes => concatBytes(Uint8Array.of(tag, 0x80), ...parts, fromHex('0000'));

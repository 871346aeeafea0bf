import { createHash } from 'node:crypto';
import type { Bytes } from '@visavis/kernel';
import { explicit, integer, objectIdentifier, octetString, sequence, setOf, time, tlv } from '../der/der.ts';
import { signDigest } from '../pki/elliptic-curve.ts';
import { type Certificate, ecdsaWithSha256 } from '../pki/issue-certificate.ts';
import type { PassportFiles } from './passport.ts';

const SIGNED_DATA = '1.2.840.113549.1.7.2';
const CONTENT_TYPE = '1.2.840.113549.1.9.3';
const MESSAGE_DIGEST = '1.2.840.113549.1.9.4';
const SIGNING_TIME = '1.2.840.113549.1.9.5';
const LDS_SECURITY_OBJECT = '2.23.136.1.1.1';
const sha256Algorithm = sequence(objectIdentifier('2.16.840.1.101.3.4.2.1'));

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();

export interface DocumentSigner {
  readonly certificate: Certificate;
  readonly csca: Certificate;
}

/** The data groups present, with their numbers, ascending. */
export function presentDataGroups(files: Omit<PassportFiles, 'sod' | 'com'>): readonly (readonly [number, Bytes])[] {
  const all: readonly (readonly [number, Bytes | undefined])[] = [
    [1, files.dg1],
    [2, files.dg2],
    [14, files.dg14],
    [15, files.dg15],
  ];
  return all.filter((entry): entry is readonly [number, Bytes] => entry[1] !== undefined);
}

/** EF.SOD: SignedData of CMS version 3 over the hashes of every data group (ICAO 9303-10 §4.6.2). */
export function encodeSod(o: { readonly files: Omit<PassportFiles, 'sod' | 'com'>; readonly signer: DocumentSigner; readonly signedAtMs: number }): Bytes {
  const hashes = presentDataGroups(o.files).map(([number, bytes]) => sequence(integer(number), octetString(sha256(bytes))));
  const securityObject = sequence(integer(0), sha256Algorithm, sequence(...hashes));
  const attributes = setOf(
    sequence(objectIdentifier(CONTENT_TYPE), setOf(objectIdentifier(LDS_SECURITY_OBJECT))),
    sequence(objectIdentifier(SIGNING_TIME), setOf(time(o.signedAtMs))),
    sequence(objectIdentifier(MESSAGE_DIGEST), setOf(octetString(sha256(securityObject)))),
  );
  const { certificate, csca } = o.signer;
  // Signed as a SET OF, carried as [0] (RFC 5652 §5.4).
  const carriedAttributes = Uint8Array.from(attributes);
  carriedAttributes[0] = 0xa0;
  const signerInfo = sequence(
    integer(1),
    sequence(csca.name, integer(certificate.serialNumber)),
    sha256Algorithm,
    carriedAttributes,
    ecdsaWithSha256,
    octetString(signDigest(certificate.key, sha256(attributes), 'der')),
  );
  const signedData = sequence(
    integer(3),
    setOf(sha256Algorithm),
    sequence(objectIdentifier(LDS_SECURITY_OBJECT), explicit(0, octetString(securityObject))),
    explicit(0, certificate.der),
    setOf(signerInfo),
  );
  return tlv(0x77, sequence(objectIdentifier(SIGNED_DATA), explicit(0, signedData)));
}

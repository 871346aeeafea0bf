import { createHash } from 'node:crypto';
import { type Bytes, utf8 } from '@visavis/kernel';
import { bitString, boolean, explicit, generalizedTimeBody, implicitPrimitive, integer, objectIdentifier, octetString, printableString, sequence, setOf, time } from '../der/der.ts';
import { alternativeName, type Country, distinguishedName } from './distinguished-name.ts';
import { type EcKeyPair, signDigest, subjectPublicKeyInfo } from './elliptic-curve.ts';

/** ecdsa-with-SHA256, RFC 5758 §3.2: no parameters. */
export const ecdsaWithSha256 = sequence(objectIdentifier('1.2.840.10045.4.3.2'));

export interface Certificate {
  readonly der: Bytes;
  readonly key: EcKeyPair;
  readonly name: Bytes;
  readonly serialNumber: Bytes;
  readonly country: Country;
}

export interface CertificatePlan {
  readonly kind: 'csca' | 'documentSigner';
  readonly commonName: string;
  readonly country: Country;
  /** At most 20 bytes, first byte 01…7F: positive, and as long as written (RFC 5280 §4.1.2.2). */
  readonly serialNumber: Bytes;
  readonly key: EcKeyPair;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  /** Until when the private key may sign (9303-12: CSCA 3–5 years, document signer 3 months). */
  readonly privateKeyUsageEndMs: number;
  /** Left out: self-signed. */
  readonly issuer?: Certificate;
}

export const subjectKeyIdentifier = (publicKey: Uint8Array): Bytes => Uint8Array.from(createHash('sha1').update(publicKey).digest());

const extension = (oid: string, value: Uint8Array, critical = false): Bytes => sequence(objectIdentifier(oid), ...(critical ? [boolean(true)] : []), octetString(value));

/**
 * A certificate by the profiles of ICAO 9303-12 §7.1 (CSCA, document signer), ECDSA with SHA-256, explicit domain
 * parameters. What it is signed with decides what it is worth: nothing here looks at `plan.issuer`'s own validity.
 */
export function issueCertificate(plan: CertificatePlan): Certificate {
  const name = distinguishedName(plan.country, plan.commonName);
  const issuer = plan.issuer ?? { name, key: plan.key };
  const keyUsage = plan.kind === 'csca' ? bitString(Uint8Array.of(0x06), 1) : bitString(Uint8Array.of(0x80), 7);
  const extensions = sequence(
    extension('2.5.29.35', sequence(implicitPrimitive(0, subjectKeyIdentifier(issuer.key.publicKey)))),
    extension('2.5.29.14', octetString(subjectKeyIdentifier(plan.key.publicKey))),
    extension('2.5.29.15', keyUsage, true),
    extension('2.5.29.16', sequence(implicitPrimitive(0, generalizedTimeBody(plan.notBeforeMs)), implicitPrimitive(1, generalizedTimeBody(plan.privateKeyUsageEndMs)))),
    extension('2.5.29.17', alternativeName(plan.country)),
    extension('2.5.29.18', alternativeName(plan.country)),
    extension('2.5.29.31', sequence(sequence(explicit(0, explicit(0, implicitPrimitive(6, utf8(`https://pkd.specimen.invalid/CRLs/${plan.country.mrzCode}.crl`))))))),
    ...(plan.kind === 'csca'
      ? [extension('2.5.29.19', sequence(boolean(true), integer(0)), true)]
      : // DocumentTypeList (9303-12 §7.1.1.6): this key signs passports.
        [extension('2.23.136.1.1.6.2', sequence(integer(0), setOf(printableString('P'))))]),
  );
  const tbs = sequence(
    explicit(0, integer(2)),
    integer(plan.serialNumber),
    ecdsaWithSha256,
    issuer.name,
    sequence(time(plan.notBeforeMs), time(plan.notAfterMs)),
    name,
    subjectPublicKeyInfo(plan.key.curve, plan.key.publicKey),
    explicit(3, extensions),
  );
  const signature = signDigest(issuer.key, createHash('sha256').update(tbs).digest(), 'der');
  return { der: sequence(tbs, ecdsaWithSha256, bitString(signature)), key: plan.key, name, serialNumber: plan.serialNumber, country: plan.country };
}

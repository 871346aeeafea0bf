import { createHash } from 'node:crypto';
import { type Bytes, utf8 } from '@visavis/kernel';
import { bitString, explicit, generalizedTimeBody, implicitPrimitive, integer, objectIdentifier, octetString, printableString, sequence, setOf, time, tlv } from '../der/der.ts';
import { alternativeName, type Country, distinguishedName } from './distinguished-name.ts';
import type { EcKeyPair } from './elliptic-curve.ts';
import { seededSigningKey, type SigningKey } from './signing-key.ts';

/** ecdsa-with-SHA256, RFC 5758 §3.2: no parameters. */
export const ecdsaWithSha256 = sequence(objectIdentifier('1.2.840.10045.4.3.2'));

/** @typeParam K the key as its maker gave it */
export interface Certificate<K = EcKeyPair> {
  readonly der: Bytes;
  readonly key: K;
  readonly signing: SigningKey;
  readonly name: Bytes;
  readonly commonName: string;
  readonly serialNumber: Bytes;
  readonly country: Country;
}

/** What some states' certificates say otherwise than ICAO 9303-12 wants. */
export interface CertificateStyle {
  readonly withoutAuthorityKeyIdentifier?: boolean;
  readonly withoutBasicConstraints?: boolean;
  /** The byte of BOOLEAN TRUE; FF in DER. */
  readonly trueByte?: number;
  readonly lowerCaseCountry?: boolean;
  /** The issuer's name is written in capitals, unlike in its own certificate. */
  readonly issuerInCapitals?: boolean;
}

export interface CertificatePlan<K = EcKeyPair> {
  readonly kind: 'csca' | 'documentSigner';
  readonly commonName: string;
  readonly country: Country;
  /** At most 20 bytes, first byte 01…7F: positive, and as long as written (RFC 5280 §4.1.2.2). */
  readonly serialNumber: Bytes;
  readonly key: K;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  /** Until when the private key may sign (9303-12: CSCA 3–5 years, document signer 3 months). */
  readonly privateKeyUsageEndMs: number;
  /** Left out: self-signed. */
  readonly issuer?: Certificate<unknown>;
  readonly style?: CertificateStyle;
}

export const subjectKeyIdentifier = (publicKey: Uint8Array): Bytes => Uint8Array.from(createHash('sha1').update(publicKey).digest());

const isSigningKey = (key: EcKeyPair | SigningKey): key is SigningKey => 'subjectPublicKeyInfo' in key;

/**
 * A certificate by the profiles of ICAO 9303-12 §7.1 (CSCA, document signer), unless its style says otherwise. A
 * seeded key signs by ECDSA with SHA-256, and spells its domain parameters out. What it is signed with decides what it is worth: nothing here looks at `plan.issuer`'s own validity.
 */
export function issueCertificate<K extends EcKeyPair | SigningKey>(plan: CertificatePlan<K>): Certificate<K> {
  const style = plan.style ?? {};
  const country = style.lowerCaseCountry === true ? { ...plan.country, alpha2: plan.country.alpha2.toLowerCase() } : plan.country;
  const name = distinguishedName(country, plan.commonName);
  const signing = isSigningKey(plan.key) ? plan.key : seededSigningKey(plan.key);
  const issuer = plan.issuer ?? { name, signing, commonName: plan.commonName, country: plan.country };
  const isTrue = tlv(0x01, Uint8Array.of(style.trueByte ?? 0xff));
  const extension = (oid: string, value: Uint8Array, critical = false): Bytes => sequence(objectIdentifier(oid), ...(critical ? [isTrue] : []), octetString(value));
  const keyUsage = plan.kind === 'csca' ? bitString(Uint8Array.of(0x06), 1) : bitString(Uint8Array.of(0x80), 7);
  const extensions = sequence(
    ...(style.withoutAuthorityKeyIdentifier === true ? [] : [extension('2.5.29.35', sequence(implicitPrimitive(0, subjectKeyIdentifier(issuer.signing.publicKey))))]),
    extension('2.5.29.14', octetString(subjectKeyIdentifier(signing.publicKey))),
    extension('2.5.29.15', keyUsage, true),
    extension('2.5.29.16', sequence(implicitPrimitive(0, generalizedTimeBody(plan.notBeforeMs)), implicitPrimitive(1, generalizedTimeBody(plan.privateKeyUsageEndMs)))),
    extension('2.5.29.17', alternativeName(plan.country)),
    extension('2.5.29.18', alternativeName(plan.country)),
    extension('2.5.29.31', sequence(sequence(explicit(0, explicit(0, implicitPrimitive(6, utf8(`https://pkd.specimen.invalid/CRLs/${plan.country.mrzCode}.crl`))))))),
    ...(plan.kind === 'csca'
      ? style.withoutBasicConstraints === true
        ? []
        : [extension('2.5.29.19', sequence(isTrue, integer(0)), true)]
      : // DocumentTypeList (9303-12 §7.1.1.6): this key signs passports.
        [extension('2.23.136.1.1.6.2', sequence(integer(0), setOf(printableString('P'))))]),
  );
  const tbs = sequence(
    explicit(0, integer(2)),
    integer(plan.serialNumber),
    issuer.signing.algorithm,
    style.issuerInCapitals === true ? distinguishedName(issuer.country, issuer.commonName.toUpperCase()) : issuer.name,
    sequence(time(plan.notBeforeMs), time(plan.notAfterMs)),
    name,
    signing.subjectPublicKeyInfo,
    explicit(3, extensions),
  );
  return { der: sequence(tbs, issuer.signing.algorithm, bitString(issuer.signing.sign(tbs))), key: plan.key, signing, name, commonName: plan.commonName, serialNumber: plan.serialNumber, country: plan.country };
}

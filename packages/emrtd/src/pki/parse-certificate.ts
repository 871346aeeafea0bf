import { equalBytes, MalformedBytes } from '@visavis/kernel';
import { importPublicKey, type PublicKey } from '../crypto/index.ts';
import { DerFields, type DerNode, parseDer, TAG } from '../tlv/der.ts';
import { derBits, derBoolean, derIntegerHex, derOid, derSmallInteger, derTimeMs, hexOf } from '../tlv/der-values.ts';
import { readSignatureAlgorithm, type SignatureAlgorithm } from './signature-algorithm.ts';

/** What is needed of an X.509 certificate of ICAO 9303-12. Bytes are views into the certificate. */
export interface Certificate {
  readonly signedPart: Uint8Array;
  readonly serialNumberHex: string;
  /** Distinguished names, DER. */
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  /** countryName of the subject and issuer, upper case. */
  readonly subjectCountry: string | undefined;
  readonly issuerCountry: string | undefined;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  /** undefined when the key is of a kind or strength that is not accepted. */
  readonly publicKey: PublicKey | undefined;
  /** undefined when not accepted. */
  readonly signatureAlgorithm: SignatureAlgorithm | undefined;
  readonly signature: Uint8Array;
  readonly subjectKeyIdHex: string | undefined;
  readonly authorityKeyIdHex: string | undefined;
  readonly keyUsage: { readonly digitalSignature: boolean; readonly keyCertSign: boolean; readonly crlSign: boolean } | undefined;
  /** basicConstraints' cA; undefined when there is no such extension. */
  readonly isAuthority: boolean | undefined;
  /** Purposes' object identifiers; list signers have one, document signers none. */
  readonly extendedKeyUsage: { readonly critical: boolean; readonly purposes: readonly string[] } | undefined;
  /** When the private key may sign: shorter than the certificate, which must outlive the last document. */
  readonly privateKeyUsage: { readonly notBeforeMs: number | undefined; readonly notAfterMs: number | undefined } | undefined;
  /** A critical extension that this code does not know: the certificate may not be used. */
  readonly hasUnknownCriticalExtension: boolean;
  /** The key's curve is spelt out instead of named. */
  readonly hasExplicitCurve: boolean;
  /** The subjectKeyIdentifier extension is there but is none: the certificate is read without it. */
  readonly hasMalformedKeyId: boolean;
  readonly subjectPublicKeyInfo: Uint8Array;
  /** The whole certificate, DER. */
  readonly raw: Uint8Array;
}

const EXTENSION = { subjectKeyId: '2.5.29.14', keyUsage: '2.5.29.15', privateKeyUsage: '2.5.29.16', basicConstraints: '2.5.29.19', authorityKeyId: '2.5.29.35', extendedKeyUsage: '2.5.29.37' } as const;
/** Known and without bearing on passive authentication: alternative names, policies, distribution points, document type list. */
const HARMLESS: readonly string[] = ['2.5.29.17', '2.5.29.18', '2.5.29.31', '2.5.29.32', '2.23.136.1.1.6.2'];
const KNOWN: ReadonlySet<string> = new Set([...Object.values(EXTENSION), ...HARMLESS]);
const COUNTRY_NAME = '2.5.4.6';
/** Two letters, by the standard. */
const MAX_COUNTRY_BYTES = 16;
const ID_EC_PUBLIC_KEY = '1.2.840.10045.2.1';
/** Below this a modulus is no key at all; what an operator accepts is the trust policy's to say. */
const MIN_RSA_BITS = 1024;

/** Reads a certificate. Establishes its structure only. @returns undefined when malformed */
export function parseCertificate(der: Uint8Array): Certificate | undefined {
  try {
    return readCertificate(parseDer(der));
  } catch (thrown) {
    if (thrown instanceof MalformedBytes) return undefined;
    throw thrown;
  }
}

/** Throws MalformedBytes. */
function readCertificate(node: DerNode): Certificate {
  const outer = new DerFields(node, TAG.sequence);
  const tbs = outer.next(TAG.sequence);
  const outerAlgorithm = outer.next(TAG.sequence);
  const signature = derBits(outer.next(TAG.bitString));
  outer.end();
  const fields = new DerFields(tbs, TAG.sequence);
  fields.optional(0xa0);
  const serialNumberHex = derIntegerHex(fields.next(TAG.integer));
  const algorithm = fields.next(TAG.sequence);
  if (!equalBytes(algorithm.raw, outerAlgorithm.raw)) throw new MalformedBytes('two signature algorithms', 0);
  const issuer = fields.next(TAG.sequence);
  const validity = new DerFields(fields.next(TAG.sequence), TAG.sequence);
  const notBeforeMs = derTimeMs(validity.any());
  const notAfterMs = derTimeMs(validity.any());
  const subject = fields.next(TAG.sequence);
  const spki = fields.next(TAG.sequence);
  fields.optional(0x81);
  fields.optional(0x82);
  const wrapped = fields.optional(0xa3);
  fields.end();
  const keyAlgorithm = spki.children[0];
  let publicKey: PublicKey | null | undefined;
  return {
    raw: node.raw,
    signedPart: tbs.raw,
    serialNumberHex,
    issuer: issuer.raw,
    subject: subject.raw,
    subjectCountry: country(subject),
    issuerCountry: country(issuer),
    notBeforeMs,
    notAfterMs,
    /** Imported when first asked for: of a master list's hundreds of authorities a document needs one. */
    get publicKey() {
      publicKey ??= importPublicKey(spki.raw, MIN_RSA_BITS) ?? null;
      return publicKey ?? undefined;
    },
    subjectPublicKeyInfo: spki.raw,
    hasExplicitCurve: keyAlgorithm?.children[1]?.tag === TAG.sequence && keyAlgorithm.children[0]?.tag === TAG.objectIdentifier && derOid(keyAlgorithm.children[0]) === ID_EC_PUBLIC_KEY,
    signatureAlgorithm: readSignatureAlgorithm(outerAlgorithm),
    signature,
    ...readExtensions(wrapped),
  };
}

type Extensions = Pick<Certificate, 'subjectKeyIdHex' | 'authorityKeyIdHex' | 'keyUsage' | 'isAuthority' | 'extendedKeyUsage' | 'privateKeyUsage' | 'hasUnknownCriticalExtension' | 'hasMalformedKeyId'>;

function readExtensions(wrapped: DerNode | undefined): Extensions {
  const values = new Map<string, { readonly value: Uint8Array; readonly critical: boolean }>();
  let hasUnknownCriticalExtension = false;
  for (const extension of wrapped?.children[0]?.children ?? []) {
    const fields = new DerFields(extension, TAG.sequence);
    const oid = derOid(fields.next(TAG.objectIdentifier));
    const flag = fields.optional(TAG.boolean);
    const critical = flag !== undefined && derBoolean(flag);
    if (values.has(oid)) throw new MalformedBytes('extension twice', 0);
    values.set(oid, { value: fields.next(TAG.octetString).contents, critical });
    if (critical && !KNOWN.has(oid)) hasUnknownCriticalExtension = true;
  }
  const parsed = (oid: string): DerNode | undefined => {
    const found = values.get(oid);
    return found && parseDer(found.value);
  };
  const keyUsage = parsed(EXTENSION.keyUsage);
  const basicConstraints = parsed(EXTENSION.basicConstraints);
  const privateKeyUsage = parsed(EXTENSION.privateKeyUsage);
  const extendedKeyUsage = parsed(EXTENSION.extendedKeyUsage);
  const subjectKeyIdHex = keyId(values.get(EXTENSION.subjectKeyId)?.value, (node) => (node.tag === TAG.octetString ? node : undefined));
  return {
    subjectKeyIdHex,
    authorityKeyIdHex: keyId(values.get(EXTENSION.authorityKeyId)?.value, (node) => node.children.find((child) => child.tag === 0x80)),
    keyUsage: keyUsage && readKeyUsage(keyUsage),
    isAuthority: basicConstraints && readIsAuthority(basicConstraints),
    extendedKeyUsage: extendedKeyUsage && { critical: values.get(EXTENSION.extendedKeyUsage)!.critical, purposes: extendedKeyUsage.children.map(derOid) },
    privateKeyUsage: privateKeyUsage && readPrivateKeyUsage(privateKeyUsage),
    hasUnknownCriticalExtension,
    hasMalformedKeyId: values.has(EXTENSION.subjectKeyId) && subjectKeyIdHex === undefined,
  };
}

/** Key identifiers only help to choose; a malformed one (as in some Lithuanian certificates) counts as none. */
export function keyId(value: Uint8Array | undefined, pick: (node: DerNode) => DerNode | undefined): string | undefined {
  if (value === undefined) return undefined;
  try {
    const node = pick(parseDer(value));
    return node && hexOf(node.contents);
  } catch (thrown) {
    if (thrown instanceof MalformedBytes) return undefined;
    throw thrown;
  }
}

function readKeyUsage(node: DerNode): Certificate['keyUsage'] {
  if (node.tag !== TAG.bitString || node.contents.length < 2) throw new MalformedBytes('key usage', 0);
  const bits = node.contents[1]!;
  return { digitalSignature: (bits & 0x80) !== 0, keyCertSign: (bits & 0x04) !== 0, crlSign: (bits & 0x02) !== 0 };
}

/** GeneralizedTime under implicit tags (RFC 3280 §4.2.1.4). */
function readPrivateKeyUsage(node: DerNode): Certificate['privateKeyUsage'] {
  const time = (tag: number): number | undefined => {
    const found = node.children.find((child) => child.tag === tag);
    return found && derTimeMs({ tag: TAG.generalizedTime, contents: found.contents });
  };
  return { notBeforeMs: time(0x80), notAfterMs: time(0x81) };
}

function readIsAuthority(node: DerNode): boolean {
  const fields = new DerFields(node, TAG.sequence);
  const authority = fields.optional(TAG.boolean);
  const pathLength = fields.optional(TAG.integer);
  if (pathLength !== undefined) derSmallInteger(pathLength);
  return authority !== undefined && derBoolean(authority);
}

/** Some issuers write it in lower case. */
export function country(name: DerNode): string | undefined {
  for (const relative of name.children) {
    for (const attribute of relative.children) {
      const fields = new DerFields(attribute, TAG.sequence);
      if (derOid(fields.next(TAG.objectIdentifier)) === COUNTRY_NAME) return String.fromCharCode(...fields.any().contents.subarray(0, MAX_COUNTRY_BYTES)).toUpperCase();
    }
  }
  return undefined;
}

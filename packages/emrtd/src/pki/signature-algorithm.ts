import { MalformedBytes } from '@visavis/kernel';
import { hashByOid, type HashName } from '../crypto/index.ts';
import { DerFields, type DerNode, TAG } from '../tlv/der.ts';
import { derOid, derSmallInteger } from '../tlv/der-values.ts';

/** How a signature was made. `hashName` undefined: the identifier leaves it to the context (CMS: the digest algorithm). */
export type SignatureAlgorithm =
  | { readonly scheme: 'rsaPkcs1' | 'ecdsa' | 'ecdsaPlain'; readonly hashName: HashName | undefined }
  | { readonly scheme: 'rsaPss'; readonly hashName: HashName; readonly mgfHashName: HashName; readonly saltBytes: number; /** The AlgorithmIdentifier, DER. */ readonly identifier: Uint8Array };

const SCHEMES: Readonly<Record<string, readonly ['rsaPkcs1' | 'ecdsa' | 'ecdsaPlain', HashName | undefined]>> = {
  '1.2.840.113549.1.1.1': ['rsaPkcs1', undefined],
  '1.2.840.113549.1.1.5': ['rsaPkcs1', 'sha1'],
  '1.2.840.113549.1.1.14': ['rsaPkcs1', 'sha224'],
  '1.2.840.113549.1.1.11': ['rsaPkcs1', 'sha256'],
  '1.2.840.113549.1.1.12': ['rsaPkcs1', 'sha384'],
  '1.2.840.113549.1.1.13': ['rsaPkcs1', 'sha512'],
  '1.2.840.10045.2.1': ['ecdsa', undefined],
  '1.2.840.10045.4.1': ['ecdsa', 'sha1'],
  '1.2.840.10045.4.3.1': ['ecdsa', 'sha224'],
  '1.2.840.10045.4.3.2': ['ecdsa', 'sha256'],
  '1.2.840.10045.4.3.3': ['ecdsa', 'sha384'],
  '1.2.840.10045.4.3.4': ['ecdsa', 'sha512'],
  '0.4.0.127.0.7.1.1.4.1.1': ['ecdsaPlain', 'sha1'],
  '0.4.0.127.0.7.1.1.4.1.2': ['ecdsaPlain', 'sha224'],
  '0.4.0.127.0.7.1.1.4.1.3': ['ecdsaPlain', 'sha256'],
  '0.4.0.127.0.7.1.1.4.1.4': ['ecdsaPlain', 'sha384'],
  '0.4.0.127.0.7.1.1.4.1.5': ['ecdsaPlain', 'sha512'],
};
const ID_RSASSA_PSS = '1.2.840.113549.1.1.10';
const ID_MGF1 = '1.2.840.113549.1.1.8';
/** A hash of SHA-512's length; more salt has no use. */
const MAX_SALT_BYTES = 64;

/** By its object identifier alone, as EF.DG14 names Active Authentication's. */
export function signatureAlgorithmByOid(oid: string): SignatureAlgorithm | undefined {
  const known = Object.hasOwn(SCHEMES, oid) ? SCHEMES[oid] : undefined;
  return known && { scheme: known[0], hashName: known[1] };
}

/** Reads an AlgorithmIdentifier. @returns undefined for what is not accepted; throws MalformedBytes for what is none */
export function readSignatureAlgorithm(identifier: DerNode): SignatureAlgorithm | undefined {
  const fields = new DerFields(identifier, TAG.sequence);
  const oid = derOid(fields.next(TAG.objectIdentifier));
  if (oid !== ID_RSASSA_PSS) return signatureAlgorithmByOid(oid);
  const parameters = fields.optional(TAG.sequence);
  let hashName: HashName | undefined = 'sha1';
  let mgfHashName: HashName | undefined = 'sha1';
  let saltBytes = 20;
  for (const parameter of parameters?.children ?? []) {
    const [value] = parameter.children;
    if (value === undefined) throw new MalformedBytes('PSS parameter', 0);
    if (parameter.tag === 0xa0) hashName = readHash(value);
    else if (parameter.tag === 0xa1) {
      const mgf = new DerFields(value, TAG.sequence);
      if (derOid(mgf.next(TAG.objectIdentifier)) !== ID_MGF1) return undefined;
      mgfHashName = readHash(mgf.next(TAG.sequence));
    } else if (parameter.tag === 0xa2) saltBytes = derSmallInteger(value);
    else if (parameter.tag !== 0xa3 || derSmallInteger(value) !== 1) return undefined;
  }
  if (hashName === undefined || mgfHashName === undefined || saltBytes > MAX_SALT_BYTES) return undefined;
  return { scheme: 'rsaPss', hashName, mgfHashName, saltBytes, identifier: identifier.raw };
}

/** The hash function of a digest AlgorithmIdentifier. */
export const readHash = (identifier: DerNode): HashName | undefined => hashByOid(derOid(new DerFields(identifier, TAG.sequence).next(TAG.objectIdentifier)));

import { createHash } from 'node:crypto';
import { type Bytes, concatBytes } from '@visavis/kernel';
import { explicit, integer, objectIdentifier, octetString, sequence, setOf, time, tlv } from '../der/der.ts';
import type { SigningKey } from './signing-keys.ts';

export const LDS_SECURITY_OBJECT = '2.23.136.1.1.1';
export const ID_DATA = '1.2.840.113549.1.7.1';
const SIGNED_DATA = '1.2.840.113549.1.7.2';
const CONTENT_TYPE = '1.2.840.113549.1.9.3';
const SIGNING_TIME = '1.2.840.113549.1.9.5';
const MESSAGE_DIGEST = '1.2.840.113549.1.9.4';
const HASH_OIDS = { sha256: '2.16.840.1.101.3.4.2.1', sha512: '2.16.840.1.101.3.4.2.3', sha1: '1.3.14.3.2.26', md5: '1.2.840.113549.2.5' } as const;

export type HashChoice = keyof typeof HASH_OIDS;
export const hashAlgorithm = (name: HashChoice): Bytes => sequence(objectIdentifier(HASH_OIDS[name]));
export const digestOf = (name: HashChoice, message: Uint8Array): Bytes => Uint8Array.from(createHash(name).update(message).digest());

export const contentTypeAttribute = (oid: string): Bytes => sequence(objectIdentifier(CONTENT_TYPE), setOf(objectIdentifier(oid)));
export const messageDigestAttribute = (...digests: readonly Uint8Array[]): Bytes => sequence(objectIdentifier(MESSAGE_DIGEST), setOf(...digests.map((digest) => octetString(digest))));

export const signingTimeAttribute = (atMs: number): Bytes => sequence(objectIdentifier(SIGNING_TIME), setOf(time(atMs)));

/** LDSSecurityObject (ICAO 9303-10 §4.6.2.3). */
export const securityObject = (hashes: readonly (readonly [dataGroup: number, hash: Uint8Array])[], hash: HashChoice = 'sha256'): Bytes =>
  sequence(integer(0), hashAlgorithm(hash), sequence(...hashes.map(([dataGroup, digest]) => sequence(integer(dataGroup), octetString(digest)))));

/** A signature file and the places where a forger may lay hands on it; left alone, each is as RFC 5652 wants it. */
export interface SodRecipe {
  readonly content: Bytes;
  readonly key: Pick<SigningKey, 'algorithm' | 'sign'>;
  readonly certificates: readonly Bytes[];
  /** IssuerAndSerialNumber. */
  readonly signerId: Bytes;
  readonly contentType?: string;
  /** Said to be the digest algorithm; the message digest is made by `digestedBy`. */
  readonly digest?: HashChoice;
  readonly digestedBy?: HashChoice;
  /** Signed attributes before they are signed; undefined for none at all, so that the content itself is signed. */
  readonly attributes?: (honest: readonly Bytes[]) => readonly Bytes[] | undefined;
  /** What is carried of the signed attributes: the contents of a SET, after signing. */
  readonly carried?: (honest: readonly Bytes[]) => readonly Bytes[];
  readonly signature?: (honest: Bytes) => Bytes;
  readonly signerInfos?: (honest: Bytes) => readonly Bytes[];
  /** The ContentInfo inside tag 77. */
  readonly contentInfo?: (honest: Bytes) => Bytes;
}

/** EF.SOD as the recipe says. */
export const forgeSod = (recipe: SodRecipe): Bytes => tlv(0x77, forgeSignedData(recipe));

/** The ContentInfo alone, as EF.CardSecurity has it. */
export function forgeSignedData(recipe: SodRecipe): Bytes {
  const contentType = recipe.contentType ?? LDS_SECURITY_OBJECT;
  const digest = recipe.digest ?? 'sha256';
  const honestAttributes = [contentTypeAttribute(contentType), messageDigestAttribute(digestOf(recipe.digestedBy ?? digest, recipe.content))];
  const attributes = recipe.attributes === undefined ? honestAttributes : recipe.attributes(honestAttributes);
  const sorted = attributes?.toSorted((a, b) => Buffer.compare(a, b));
  const signed = sorted === undefined ? recipe.content : setOf(...sorted);
  const signature = recipe.key.sign(signed);
  const carried = sorted === undefined ? [] : [tlv(0xa0, ...(recipe.carried?.(sorted) ?? sorted))];
  const signerInfo = sequence(integer(1), recipe.signerId, hashAlgorithm(digest), ...carried, recipe.key.algorithm, octetString(recipe.signature?.(signature) ?? signature));
  const signedData = sequence(
    integer(3),
    setOf(hashAlgorithm(digest)),
    sequence(objectIdentifier(contentType), explicit(0, octetString(recipe.content))),
    ...(recipe.certificates.length === 0 ? [] : [explicit(0, ...recipe.certificates)]),
    tlv(0x31, concatBytes(...(recipe.signerInfos?.(signerInfo) ?? [signerInfo]))),
  );
  const contentInfo = sequence(objectIdentifier(SIGNED_DATA), explicit(0, signedData));
  return recipe.contentInfo?.(contentInfo) ?? contentInfo;
}

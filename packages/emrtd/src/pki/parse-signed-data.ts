import { MalformedBytes } from '@visavis/kernel';
import { type HashName } from '../crypto/index.ts';
import { DerFields, type DerNode, MAX_NODES, parseDer, TAG } from '../tlv/der.ts';
import { derIntegerHex, derOid, derSmallInteger, derTimeMs, hexOf } from '../tlv/der-values.ts';
import { normaliseBer } from '../tlv/normalise-ber.ts';
import { readHash, readSignatureAlgorithm, type SignatureAlgorithm } from './signature-algorithm.ts';

/** A CMS SignedData with one signer, as EF.SOD, EF.CardSecurity, master lists and deviation lists have it. Views into the parsed bytes. */
export interface SignedData {
  readonly contentType: string;
  readonly content: Uint8Array;
  /** DER. */
  readonly certificates: readonly Uint8Array[];
  readonly signer: {
    readonly id: { readonly issuer: Uint8Array; readonly serialNumberHex: string } | { readonly subjectKeyIdHex: string };
    /** undefined when not accepted. */
    readonly digest: HashName | undefined;
    /** As they are signed: DER, with the tag of a SET OF. */
    readonly signedAttributes: { readonly der: Uint8Array; readonly contentType: string; readonly messageDigest: Uint8Array; /** Where the signer said so, readably. */ readonly signingTimeMs: number | undefined } | undefined;
    readonly algorithm: SignatureAlgorithm | undefined;
    readonly signature: Uint8Array;
  };
}

const ID_SIGNED_DATA = '1.2.840.113549.1.7.2';
const ID_CONTENT_TYPE = '1.2.840.113549.1.9.3';
const ID_MESSAGE_DIGEST = '1.2.840.113549.1.9.4';
const ID_SIGNING_TIME = '1.2.840.113549.1.9.5';
/** A signature file carries its signer's certificate; some carry the authority's too. */
const MAX_CERTIFICATES = 8;

/**
 * Reads CMS SignedData as DER; only when that fails, as BER brought into DER's form (New Zealand's files need it).
 * @param maxNodes for lists, which are larger than any chip’s file
 * @returns undefined when malformed
 */
export function parseSignedData(bytes: Uint8Array, maxNodes: number = MAX_NODES): SignedData | undefined {
  return attempt(() => readSignedData(bytes, maxNodes)) ?? attempt(() => readSignedData(normaliseBer(bytes), maxNodes));
}

function attempt<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch (thrown) {
    if (thrown instanceof MalformedBytes) return undefined;
    throw thrown;
  }
}

/**
 * Reads CMS SignedData strictly. Throws MalformedBytes on anything that could be read in two ways: more than one
 * signer, a signed attribute twice or with several values, content missing.
 * @source RFC 5652 §5, ICAO 9303-10 §4.6.2.2
 */
function readSignedData(der: Uint8Array, maxNodes: number): SignedData {
  const info = new DerFields(parseDer(der, maxNodes), TAG.sequence);
  if (derOid(info.next(TAG.objectIdentifier)) !== ID_SIGNED_DATA) throw new MalformedBytes('not signed data', 0);
  const signedData = new DerFields(new DerFields(info.next(0xa0), 0xa0).next(TAG.sequence), TAG.sequence);
  info.end();
  derSmallInteger(signedData.next(TAG.integer));
  signedData.next(TAG.set);
  const encapsulated = new DerFields(signedData.next(TAG.sequence), TAG.sequence);
  const contentType = derOid(encapsulated.next(TAG.objectIdentifier));
  const content = new DerFields(encapsulated.next(0xa0), 0xa0).next(TAG.octetString).contents;
  encapsulated.end();
  const certificates = signedData.optional(0xa0)?.children ?? [];
  if (certificates.length > MAX_CERTIFICATES) throw new MalformedBytes('certificates', 0);
  signedData.optional(0xa1);
  const signers = signedData.next(TAG.set).children;
  signedData.end();
  const [signer, second] = signers;
  if (signer === undefined || second !== undefined) throw new MalformedBytes('not one signer', 0);
  return { contentType, content, certificates: certificates.map((c) => c.raw), signer: readSigner(signer) };
}

function readSigner(node: DerNode): SignedData['signer'] {
  const fields = new DerFields(node, TAG.sequence);
  derSmallInteger(fields.next(TAG.integer));
  const sid = fields.any();
  const digest = readHash(fields.next(TAG.sequence));
  const attributes = fields.optional(0xa0);
  const algorithm = readSignatureAlgorithm(fields.next(TAG.sequence));
  const signature = fields.next(TAG.octetString).contents;
  fields.optional(0xa1);
  fields.end();
  return { id: readSignerId(sid), digest, signedAttributes: attributes && readSignedAttributes(attributes), algorithm, signature };
}

function readSignerId(sid: DerNode): SignedData['signer']['id'] {
  if (sid.tag === 0x80) return { subjectKeyIdHex: hexOf(sid.contents) };
  const pair = new DerFields(sid, TAG.sequence);
  return { issuer: pair.next(TAG.sequence).raw, serialNumberHex: derIntegerHex(pair.next(TAG.integer)) };
}

function readSignedAttributes(node: DerNode): NonNullable<SignedData['signer']['signedAttributes']> {
  const values = new Map<string, DerNode>();
  for (const attribute of node.children) {
    const fields = new DerFields(attribute, TAG.sequence);
    const oid = derOid(fields.next(TAG.objectIdentifier));
    const set = fields.next(TAG.set);
    fields.end();
    if (oid !== ID_CONTENT_TYPE && oid !== ID_MESSAGE_DIGEST && oid !== ID_SIGNING_TIME) continue;
    const [value, second] = set.children;
    if (value === undefined || second !== undefined || values.has(oid)) throw new MalformedBytes('signed attribute', 0);
    values.set(oid, value);
  }
  const contentType = values.get(ID_CONTENT_TYPE);
  const messageDigest = values.get(ID_MESSAGE_DIGEST);
  if (contentType === undefined || messageDigest?.tag !== TAG.octetString) throw new MalformedBytes('signed attribute missing', 0);
  const der = node.raw.slice();
  der[0] = TAG.set;
  return { der, contentType: derOid(contentType), messageDigest: messageDigest.contents, signingTimeMs: readSigningTime(values.get(ID_SIGNING_TIME)) };
}

/** A state's own slip in writing the time is no reason to refuse what it signed: then nothing is known of the time. */
function readSigningTime(value: DerNode | undefined): number | undefined {
  if (value === undefined) return undefined;
  try {
    return derTimeMs(value);
  } catch (thrown) {
    if (thrown instanceof MalformedBytes) return undefined;
    throw thrown;
  }
}

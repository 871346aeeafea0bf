import { equalBytes, err, ok, type Result } from '@visavis/kernel';
import { hash, type HashName } from '../crypto/index.ts';
import { type Certificate, parseCertificate } from './parse-certificate.ts';
import type { SignedData } from './parse-signed-data.ts';
import { verifySignature } from './verify-signature.ts';

/** What a CMS signature says once it holds: by which certificate, with which hash functions, when. Whether that certificate is to be trusted is another check. */
export interface VerifiedSignedData {
  readonly signer: Certificate;
  /** All that the signature rests on: digest, signature. */
  readonly hashNames: readonly HashName[];
  readonly signingTimeMs: number | undefined;
}

/** Each kind of file has codes of its own. */
export interface SignedDataRefusal {
  readonly kind: 'malformed' | 'algorithm' | 'signerMissing' | 'signature';
  readonly reason: string;
}

const ID_DATA = '1.2.840.113549.1.7.1';

/**
 * Establishes that the holder of an embedded certificate's key signed the content as what it says it is.
 * @param signedData untrusted
 * @source RFC 5652 §5.4
 */
export function verifySignedData(signedData: SignedData): Result<VerifiedSignedData, SignedDataRefusal> {
  const refuse = (kind: SignedDataRefusal['kind'], reason: string): Result<never, SignedDataRefusal> => err({ kind, reason });
  const { contentType, content, signer } = signedData;
  const { digest, algorithm, signedAttributes: attributes } = signer;
  if (digest === undefined || algorithm === undefined) return refuse('algorithm', 'signature');
  const candidates = likelySigners(signedData);
  if (candidates.length === 0) return refuse('signerMissing', 'certificate');
  // Only plain data may be signed without attributes (RFC 5652 §5.3): otherwise the attributes of one signature pass as another's content.
  if (attributes === undefined && contentType !== ID_DATA) return refuse('malformed', 'signed attributes');
  if (attributes !== undefined && attributes.contentType !== contentType) return refuse('signature', 'content type');
  if (attributes !== undefined && !equalBytes(attributes.messageDigest, hash(digest, content))) return refuse('signature', 'message digest');
  const usable = candidates.filter((candidate) => candidate.publicKey !== undefined);
  if (usable.length === 0) return refuse('algorithm', 'signer key');
  const message = attributes?.der ?? content;
  const found = usable.find(({ publicKey }) => verifySignature({ algorithm, contextHash: digest, key: publicKey!, message, signature: signer.signature }));
  if (found === undefined) return refuse('signature', 'signature');
  return ok({ signer: found, hashNames: [digest, algorithm.hashName ?? digest], signingTimeMs: attributes?.signingTimeMs });
}

/**
 * The certificate that the signer's identifier names, then the others. The identifier itself is not signed; some states
 * (Malaysia, Ukraine) get it wrong: the signature decides.
 */
function likelySigners({ certificates, signer: { id } }: SignedData): readonly Certificate[] {
  const parsed = certificates.map(parseCertificate).filter((c) => c !== undefined);
  if (parsed.length < 2) return parsed;
  const isNamed = (c: Certificate): boolean => ('issuer' in id ? c.serialNumberHex === id.serialNumberHex && equalBytes(c.issuer, id.issuer) : c.subjectKeyIdHex === id.subjectKeyIdHex);
  return [...parsed.filter(isNamed), ...parsed.filter((c) => !isNamed(c) && c.isAuthority !== true)];
}

import { equalBytes, err, ok, type Result, toHex } from '@visavis/kernel';
import { hash } from '../crypto/index.ts';
import { type EmrtdFault, type EmrtdFaultCode, emrtdFaults } from '../faults.ts';
import { type LdsSecurityObject, parseLdsSecurityObject } from '../lds/parse-lds-security-object.ts';
import { type Certificate, parseCertificate } from '../pki/parse-certificate.ts';
import { verifySignature } from '../pki/verify-signature.ts';
import { parseEfSod } from './parse-ef-sod.ts';
import type { SignedData } from './parse-signed-data.ts';

/** What a signature file says once its signature holds: which hashes, signed by which certificate. Whether that certificate is to be trusted is another check. */
export interface SignedHashes {
  readonly securityObject: LdsSecurityObject;
  readonly documentSigner: Certificate;
}

const ID_DATA = '1.2.840.113549.1.7.1';
/** id-icao-ldsSecurityObject, and what was used before it or instead of it (Belgium and France; Sdu; China). */
const CONTENT_TYPES: readonly string[] = ['2.23.136.1.1.1', '1.3.27.1.1.1', '1.2.528.1.1006.1.20.1', ID_DATA];

/**
 * Establishes that the holder of the embedded document signer's key signed the data group hashes.
 * @param efSod from the chip: untrusted
 * @faults PA_SOD_MALFORMED, PA_ALGORITHM_UNSUPPORTED, PA_SIGNER_MISSING, PA_SOD_SIGNATURE_INVALID
 * @source ICAO 9303-11 §5.1, RFC 5652 §5.4
 */
export function verifySodSignature(efSod: Uint8Array): Result<SignedHashes, EmrtdFault> {
  const refuse = (code: EmrtdFaultCode, reason: string): Result<never, EmrtdFault> => err(emrtdFaults.fault(code, { reason }));
  const signedData = parseEfSod(efSod);
  if (signedData === undefined) return refuse('PA_SOD_MALFORMED', 'structure');
  const { contentType, content, signer } = signedData;
  if (!CONTENT_TYPES.includes(contentType)) return refuse('PA_SOD_MALFORMED', 'content type');
  if (signer.digest === undefined || signer.algorithm === undefined) return refuse('PA_ALGORITHM_UNSUPPORTED', 'sod');
  const documentSigner = selectDocumentSigner(signedData);
  if (documentSigner === undefined) return refuse('PA_SIGNER_MISSING', 'certificate');
  if (documentSigner.publicKey === undefined) return refuse('PA_ALGORITHM_UNSUPPORTED', 'signer key');

  const attributes = signer.signedAttributes;
  // Only plain data may be signed without attributes (RFC 5652 §5.3).
  if (attributes === undefined && contentType !== ID_DATA) return refuse('PA_SOD_MALFORMED', 'signed attributes');
  if (attributes !== undefined && attributes.contentType !== contentType) return refuse('PA_SOD_SIGNATURE_INVALID', 'content type');
  if (attributes !== undefined && !equalBytes(attributes.messageDigest, hash(signer.digest, content))) return refuse('PA_SOD_SIGNATURE_INVALID', 'message digest');
  const holds = verifySignature({ algorithm: signer.algorithm, contextHash: signer.digest, key: documentSigner.publicKey, message: attributes?.der ?? content, signature: signer.signature });
  if (!holds) return refuse('PA_SOD_SIGNATURE_INVALID', 'signature');
  const securityObject = parseLdsSecurityObject(content);
  return securityObject === undefined ? refuse('PA_SOD_MALFORMED', 'security object') : ok({ securityObject, documentSigner });
}

/**
 * The certificate that the signer's identifier names. The identifier itself is not signed; some states (Malaysia) get
 * it wrong, so that a lone certificate counts in any case: the signature decides.
 */
function selectDocumentSigner({ certificates, signer }: SignedData): Certificate | undefined {
  const parsed = certificates.map(parseCertificate);
  if (parsed.length === 1) return parsed[0];
  const { id } = signer;
  return parsed.find((c) => c !== undefined && ('issuer' in id ? c.serialNumberHex === id.serialNumberHex && toHex(c.issuer) === toHex(id.issuer) : c.subjectKeyIdHex === id.subjectKeyIdHex));
}

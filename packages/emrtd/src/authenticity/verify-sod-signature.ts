import { err, ok, type Result } from '@visavis/kernel';
import type { HashName } from '../crypto/index.ts';
import { type EmrtdFault, type EmrtdFaultCode, emrtdFaults } from '../faults.ts';
import { type LdsSecurityObject, parseLdsSecurityObject } from '../lds/parse-lds-security-object.ts';
import type { Certificate } from '../pki/parse-certificate.ts';
import { type SignedDataRefusal, verifySignedData } from '../pki/verify-signed-data.ts';
import { parseEfSod } from './parse-ef-sod.ts';

/** What a signature file says once its signature holds: which hashes, signed by which certificate. Whether that certificate is to be trusted is another check. */
export interface SignedHashes {
  readonly securityObject: LdsSecurityObject;
  readonly documentSigner: Certificate;
  /** All hash functions that the data groups' signature rests on. */
  readonly hashNames: readonly HashName[];
  readonly signingTimeMs: number | undefined;
}

/** id-icao-ldsSecurityObject, and what was used before it or instead of it (Belgium and France; Sdu; China: id-data). */
const CONTENT_TYPES: readonly string[] = ['2.23.136.1.1.1', '1.3.27.1.1.1', '1.2.528.1.1006.1.20.1', '1.2.840.113549.1.7.1'];

const CODES = { malformed: 'PA_SOD_MALFORMED', algorithm: 'PA_ALGORITHM_UNSUPPORTED', signerMissing: 'PA_SIGNER_MISSING', signature: 'PA_SOD_SIGNATURE_INVALID' } as const satisfies Record<SignedDataRefusal['kind'], EmrtdFaultCode>;

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
  if (!CONTENT_TYPES.includes(signedData.contentType)) return refuse('PA_SOD_MALFORMED', 'content type');
  const verified = verifySignedData(signedData);
  if (!verified.ok) return refuse(CODES[verified.fault.kind], verified.fault.reason);
  const securityObject = parseLdsSecurityObject(signedData.content);
  if (securityObject === undefined) return refuse('PA_SOD_MALFORMED', 'security object');
  const { signer, hashNames, signingTimeMs } = verified.value;
  return ok({ securityObject, documentSigner: signer, hashNames: [...hashNames, securityObject.hashName], signingTimeMs });
}

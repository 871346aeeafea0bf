import { err, ok, type Result } from '@visavis/kernel';
import type { HashName } from '../crypto/index.ts';
import { type EmrtdFault, type EmrtdFaultCode, emrtdFaults } from '../faults.ts';
import type { Certificate } from '../pki/parse-certificate.ts';
import { parseSignedData } from '../pki/parse-signed-data.ts';
import { type SignedDataRefusal, verifySignedData } from '../pki/verify-signed-data.ts';

/** What EF.CardSecurity says once its signature holds. Whether its signer is to be trusted is `verifyDocumentSigner`'s to tell, as for EF.SOD. */
export interface CardSecurity {
  /** SET OF SecurityInfo, DER. */
  readonly securityInfos: Uint8Array;
  readonly documentSigner: Certificate;
  readonly hashNames: readonly HashName[];
  readonly signingTimeMs: number | undefined;
}

/** id-SecurityObject of BSI TR-03110-3 §A.1.2.5. */
const ID_SECURITY_OBJECT = '0.4.0.127.0.7.3.2.1';

const CODES = { malformed: 'PA_CARD_SECURITY_MALFORMED', algorithm: 'PA_ALGORITHM_UNSUPPORTED', signerMissing: 'PA_SIGNER_MISSING', signature: 'PA_CARD_SECURITY_SIGNATURE_INVALID' } as const satisfies Record<SignedDataRefusal['kind'], EmrtdFaultCode>;

/**
 * Establishes that the holder of the embedded document signer's key signed the SecurityInfos of EF.CardSecurity.
 * @param efCardSecurity from the chip: untrusted
 * @faults PA_CARD_SECURITY_MALFORMED, PA_ALGORITHM_UNSUPPORTED, PA_SIGNER_MISSING, PA_CARD_SECURITY_SIGNATURE_INVALID
 * @source ICAO 9303-10 §3.11.4, 9303-11 §9.2.11
 */
export function verifyCardSecurity(efCardSecurity: Uint8Array): Result<CardSecurity, EmrtdFault> {
  const signedData = parseSignedData(efCardSecurity);
  if (signedData?.contentType !== ID_SECURITY_OBJECT) return err(emrtdFaults.fault('PA_CARD_SECURITY_MALFORMED', { reason: signedData === undefined ? 'structure' : 'content type' }));
  const verified = verifySignedData(signedData);
  if (!verified.ok) return err(emrtdFaults.fault(CODES[verified.fault.kind], { reason: verified.fault.reason }));
  const { signer, hashNames, signingTimeMs } = verified.value;
  return ok({ securityInfos: signedData.content, documentSigner: signer, hashNames, signingTimeMs });
}

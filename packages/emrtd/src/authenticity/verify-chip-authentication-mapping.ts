import { type CheckOutcome, failed, MalformedBytes, passed } from '@visavis/kernel';
import type { ChipAuthenticationMappingEvidence } from '../access/pace.ts';
import type { EmrtdFaultCode } from '../faults.ts';
import { readSecurityInfos, type SecurityInfos } from '../lds/security-infos.ts';
import type { Certificate } from '../pki/parse-certificate.ts';
import type { TrustStore } from '../trust-store/open-trust-store.ts';
import { verifyCardSecurity } from './verify-card-security.ts';
import { verifyDocumentSigner } from './verify-document-signer.ts';
import { verifyMappingKey } from './verify-mapping-key.ts';

const CHECK = 'chipAuthenticationMapping';
const fail = (code: EmrtdFaultCode): CheckOutcome => failed(CHECK, code);

/**
 * Establishes that the chip which PACE opened holds the private key of a Chip Authentication key that the document's
 * own state signed in EF.CardSecurity. Everything read under PACE's channel then came from that chip.
 * @param o.evidence of a PACE session of this process, whose token held
 * @param o.efCardSecurity from the chip, untrusted; undefined: it did not give it
 * @param o.csca the authority behind EF.SOD: another state's signature here would vouch for copies of this state's documents
 * @param o.atMs the time of the check
 * @faults CA_CARD_SECURITY_MISSING, CA_KEY_MALFORMED, CA_FAILED, PA_ISSUER_MISMATCH, those of `verifyCardSecurity` and `verifyDocumentSigner`
 * @source ICAO 9303-11 §4.4.3.5.2
 */
export function verifyChipAuthenticationMapping(o: {
  readonly evidence: ChipAuthenticationMappingEvidence;
  readonly efCardSecurity: Uint8Array | undefined;
  readonly csca: Certificate;
  readonly trustStore: TrustStore;
  readonly atMs: number;
}): CheckOutcome {
  if (o.efCardSecurity === undefined) return fail('CA_CARD_SECURITY_MISSING');
  const signed = verifyCardSecurity(o.efCardSecurity);
  if (!signed.ok) return fail(signed.fault.code);
  const authority = verifyDocumentSigner(signed.value, o.trustStore, o.atMs);
  if (!authority.ok) return fail(authority.fault.code);
  if (authority.value.subjectCountry === undefined || authority.value.subjectCountry !== o.csca.subjectCountry) return fail('PA_ISSUER_MISMATCH');
  const infos = parse(signed.value.securityInfos);
  if (infos === undefined) return fail('CA_KEY_MALFORMED');
  return verifyMappingKey(o.evidence, infos) ? passed(CHECK) : fail('CA_FAILED');
}

function parse(securityInfos: Uint8Array): SecurityInfos | undefined {
  try {
    return readSecurityInfos(securityInfos);
  } catch (thrown) {
    if (thrown instanceof MalformedBytes) return undefined;
    throw thrown;
  }
}

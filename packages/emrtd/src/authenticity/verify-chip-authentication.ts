import { equalBytes, failed, notRun, passed, type CheckOutcome } from '@visavis/kernel';
import { isOnCurveOfItsOwn } from '../crypto/index.ts';
import type { EmrtdFaultCode } from '../faults.ts';
import type { SecurityInfos } from '../lds/security-infos.ts';
import type { ChipAuthenticationEvidence } from '../terminal/document-reading.ts';

const CHECK = 'chipAuthentication';
const fail = (code: EmrtdFaultCode): CheckOutcome => failed(CHECK, code);

/**
 * Establishes that the chip which was read holds the private key of a Chip Authentication key that its issuer signed.
 * A chip that has such a key and did not prove it fails.
 * @param dg14 undefined: the signature file lists none; 'malformed': it does, and its hash holds, but it cannot be read
 * @source ICAO 9303-11 §6.2
 */
export function verifyChipAuthentication(evidence: ChipAuthenticationEvidence, dg14: SecurityInfos | 'malformed' | undefined): CheckOutcome {
  if (dg14 === 'malformed') return fail('CA_KEY_MALFORMED');
  if (dg14 === undefined || dg14.chipAuthenticationPublicKeys.length === 0) return notRun(CHECK, 'notOffered');
  if (dg14.chipAuthenticationPublicKeys.some((key) => isOnCurveOfItsOwn(key.publicKey))) return fail('CA_KEY_MALFORMED');
  if (evidence.status === 'unsupported') return notRun(CHECK, 'unsupportedAlgorithm');
  const proved = evidence.status === 'completed' && dg14.chipAuthenticationPublicKeys.some((key) => equalBytes(key.publicKey, evidence.publicKey));
  return proved ? passed(CHECK) : fail('CA_FAILED');
}

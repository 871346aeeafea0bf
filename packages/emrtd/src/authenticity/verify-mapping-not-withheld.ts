import { type CheckOutcome, failed, notRun } from '@visavis/kernel';
import { choosePaceVariants } from '../access/pace-variant.ts';
import type { EmrtdFaultCode } from '../faults.ts';
import type { SecurityInfos } from '../lds/security-infos.ts';

const CHECK = 'chipAuthenticationMapping';
const WITHHELD: EmrtdFaultCode = 'CA_MAPPING_WITHHELD';

/**
 * For a chip that was opened without Chip Authentication Mapping: whether its issuer signed that it can do it. A copy of
 * a document that has no other proof (Finland's) leaves it out of EF.CardAccess, which nobody signs; out of DG14 it can't.
 * @param dg14 undefined: the signature file lists none
 * @param provenOtherwise by Chip or Active Authentication: then nothing is missing
 * @faults CA_MAPPING_WITHHELD
 * @source ICAO 9303-11 §9.2.11 (EF.CardAccess' SecurityInfos stand in DG14 too)
 */
export function verifyMappingNotWithheld(dg14: SecurityInfos | undefined, provenOtherwise: boolean): CheckOutcome {
  const promised = choosePaceVariants(dg14?.pace ?? []).some(({ mapping }) => mapping === 'chipAuthentication');
  if (!promised) return notRun(CHECK, 'notOffered');
  return provenOtherwise ? notRun(CHECK, 'provenOtherwise') : failed(CHECK, WITHHELD);
}

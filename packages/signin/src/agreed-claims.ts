import { err, ok, type Result } from '@visavis/kernel';
import type { DecidedClaim } from '@visavis/registry';
import { signinFaults } from './faults.ts';
import type { AskedClaim } from './mount.ts';

/**
 * What a citizen's answer decides: each claim that was asked for, agreed to or declined.
 * @param agreed names from the browser; essential ones are agreed to by name like the others
 * @faults CONSENT_CLAIM_NOT_ASKED, CONSENT_ESSENTIAL_MISSING
 */
export function decideClaims(asked: readonly AskedClaim[], agreed: readonly string[]): Result<readonly DecidedClaim[]> {
  if (agreed.some((name) => !asked.some((claim) => claim.name === name))) return err(signinFaults.fault('CONSENT_CLAIM_NOT_ASKED'));
  if (asked.some(({ name, essential }) => essential && !agreed.includes(name))) return err(signinFaults.fault('CONSENT_ESSENTIAL_MISSING'));
  return ok(asked.map(({ name, essential }) => ({ name, essential, agreed: agreed.includes(name) })));
}

/**
 * Whether earlier decisions answer this request: every claim was decided, and none that is essential now was declined.
 * @param decided undefined when the citizen never agreed to anything at this service
 */
export const isAnswered = (asked: readonly AskedClaim[], decided: readonly DecidedClaim[] | undefined): decided is readonly DecidedClaim[] =>
  decided !== undefined && asked.every(({ name, essential }) => decided.some((claim) => claim.name === name && (claim.agreed || !essential)));

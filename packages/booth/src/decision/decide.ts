import type { LevelOfAssurance } from '@visavis/contract';
import type { EmrtdFaultCode } from '@visavis/emrtd';
import type { CheckOutcome, FaultEntry } from '@visavis/kernel';
import type { BoothFaultCode } from '../faults.ts';
import { DOCUMENT_CHECKS } from './check-document.ts';
import type { DecisionPolicy } from './decision-policy.ts';

/** The reports of the stages, as they came. `undefined`: that stage never reported. */
export interface Reports {
  readonly authenticity: { readonly checks: readonly CheckOutcome[]; readonly verified: { readonly chipProof: 'chipAuthentication' | 'chipAuthenticationMapping' | 'activeAuthentication' | 'none'; readonly downgraded: boolean } | undefined } | undefined;
  readonly document: readonly CheckOutcome[] | undefined;
  /** Without a version: made under other rules, whichever. */
  readonly face: { readonly policyVersion: string | undefined; readonly checks: readonly CheckOutcome[] } | undefined;
}

export type Decision =
  | { readonly outcome: 'accept'; readonly levelOfAssurance: LevelOfAssurance; readonly checks: readonly CheckOutcome[] }
  | { readonly outcome: 'refer' | 'reject'; readonly reasons: readonly string[]; readonly checks: readonly CheckOutcome[] };

/**
 * Folds the reports into one decision; the only place that does. Accepts only when authenticity verified the document,
 * every document check and every face check that the policy requires passed, and nothing failed anywhere: a check
 * that was not run is not a check that passed. Refers when a human at a counter can settle every reason, else rejects.
 * @param o.facePolicyVersion of the face policy this cell knows: a report made under another one is refused
 * @param o.mayBeOldPortrait a comparison that fails with such a portrait is a human's to judge, and not the citizen's to repeat
 * @param o.entryOf meaning of a code in the rooms' catalogues; an unknown code counts against the citizen's attempt, never for it
 * @param o.exhausted set when tries ran out: told among the reasons, but it does not turn a rejection into a referral
 */
export function decide(o: {
  readonly policy: DecisionPolicy;
  readonly facePolicyVersion: string;
  readonly reports: Reports;
  readonly mayBeOldPortrait: boolean;
  readonly entryOf: (code: string) => FaultEntry | undefined;
  readonly exhausted?: 'DECISION_CHIP_SESSIONS_EXHAUSTED' | 'DECISION_SCRIPTS_EXHAUSTED' | undefined;
}): Decision {
  const { authenticity, document, face } = o.reports;
  const checks = [...(authenticity?.checks ?? []), ...(document ?? []), ...(face?.checks ?? [])];
  const reasons = new Set<string>(checks.flatMap((check) => (check.status === 'fail' ? [check.code] : [])));
  const reason = (code: BoothFaultCode) => reasons.add(code);
  const downgraded = authenticity?.verified?.downgraded === true;
  if (downgraded) reasons.add('CHIP_ACCESS_DOWNGRADED' satisfies EmrtdFaultCode);
  if (o.mayBeOldPortrait && reasons.delete('FACE_COMPARISON_BELOW_THRESHOLD')) reason('DECISION_PORTRAIT_MAY_BE_OLD');
  // Nothing that was found under other rules counts, whatever it says.
  if (face !== undefined && face.policyVersion !== o.facePolicyVersion) reason('DECISION_POLICY_MISMATCH');

  if (reasons.size === 0) {
    // Nothing failed: then everything that is required must have been run, and passed.
    if (authenticity?.verified === undefined) reason('DECISION_CHECK_NOT_RUN');
    if (!allPassed(document, DOCUMENT_CHECKS)) reason('DECISION_CHECK_NOT_RUN');
    if (!allPassed(face?.checks, o.policy.requiredFaceChecks)) reason('DECISION_CHECK_NOT_RUN');
  }
  if (reasons.size === 0 && o.exhausted === undefined && authenticity?.verified !== undefined) {
    return { outcome: 'accept', levelOfAssurance: o.policy.levelByChipProof[authenticity.verified.chipProof], checks };
  }
  const referable = [...reasons].every((code) => o.entryOf(code)?.retry === 'agent') && !(downgraded && o.policy.downgradedAccess === 'reject');
  if (o.exhausted !== undefined) reason(o.exhausted);
  return { outcome: referable ? 'refer' : 'reject', reasons: [...reasons], checks };
}

/** An empty list of required checks is a policy that asks for nothing, and fails closed. */
function allPassed(outcomes: readonly CheckOutcome[] | undefined, required: readonly string[]): boolean {
  if (outcomes === undefined || required.length === 0) return false;
  return required.every((name) => {
    const named = outcomes.filter((outcome) => outcome.check === name);
    return named.length > 0 && named.every((outcome) => outcome.status === 'pass');
  });
}

import type { PasskeyAnswer, PhoneApproval, ScannedApproval } from '@visavis/contract';
import { err, ok, type Result } from '@visavis/kernel';
import { approvePhone, beginPhoneApproval, choosePhoneNumber, endPhoneApproval, findChosenApproval, refusePhoneApproval, scanPhoneCode, showPhoneApproval, whyOver } from '@visavis/registry';
import { signinFaults } from './faults.ts';
import { type BrowserExchange, PROOF_LIFETIME_MS, shown, type SigninDesk, whatIsAsked } from './interactions.ts';
import { isAtLeast } from './levels.ts';
import { type PasskeyChallenge, passkeyChallenge, verifyPasskeyAnswer } from './passkey-sign-in.ts';

/**
 * A sign-in that began on a computer, proved by the passkey of a phone. What the phone proves counts for this attempt at
 * this sign-in only. Does not establish that phone and computer are in one place: see docs/decisions/0172.
 */

/** The phone's request: its cookie says which browser scanned. */
export interface PhoneExchange {
  readonly approvalId: string;
  readonly phoneToken: string;
}

const WHY_OVER = { numberWrong: 'SIGN_IN_PHONE_NUMBER_WRONG', scannedTwice: 'SIGN_IN_PHONE_SCANNED_TWICE', refused: 'SIGN_IN_PHONE_REFUSED', over: 'SIGN_IN_PHONE_OVER', approved: 'SIGN_IN_PHONE_OVER' } as const;

/**
 * The computer asks for a phone.
 * @param network the computer's
 * @faults SIGN_IN_INTERACTION_UNKNOWN, SIGN_IN_PHONE_TOO_MANY
 */
export async function beginByPhone(desk: SigninDesk, exchange: BrowserExchange, network: string): Promise<Result<PhoneApproval>> {
  const asked = await whatIsAsked(desk, exchange);
  if (!asked.ok) return asked;
  const { claims, level } = asked.value;
  const begun = await beginPhoneApproval(desk.registry, { interactionUid: exchange.uid, network, asked: { service: shown(exchange, asked.value).service, claims: [...claims], levelOfAssurance: level } });
  return begun.ok ? begun : err(signinFaults.fault('SIGN_IN_PHONE_TOO_MANY'));
}

/** What the computer shows now. @faults SIGN_IN_INTERACTION_UNKNOWN */
export async function showByPhone(desk: SigninDesk, exchange: BrowserExchange): Promise<Result<PhoneApproval>> {
  const asked = await whatIsAsked(desk, exchange);
  return asked.ok ? ok(await showPhoneApproval(desk.registry, exchange.uid)) : asked;
}

/** The computer gives it up. @faults SIGN_IN_INTERACTION_UNKNOWN */
export async function endByPhone(desk: SigninDesk, exchange: BrowserExchange): Promise<Result<undefined>> {
  const asked = await whatIsAsked(desk, exchange);
  if (!asked.ok) return asked;
  await endPhoneApproval(desk.registry, exchange.uid);
  return ok(undefined);
}

/**
 * The phone brings what it read from the screen.
 * @faults SIGN_IN_PHONE_CODE_STALE, SIGN_IN_PHONE_SCANNED_TWICE, SIGN_IN_PHONE_PAUSED
 */
export async function scanByPhone(desk: SigninDesk, scan: { readonly secret: string; readonly phoneToken: string; readonly network: string }): Promise<Result<ScannedApproval>> {
  const scanned = await scanPhoneCode(desk.registry, scan);
  if (scanned.ok) return scanned;
  if (scanned.fault.why === 'paused') return err(signinFaults.fault('SIGN_IN_PHONE_PAUSED', { retryAfterS: Math.ceil(scanned.fault.leftMs / 1000) }));
  return err(signinFaults.fault(scanned.fault.why === 'stale' ? 'SIGN_IN_PHONE_CODE_STALE' : 'SIGN_IN_PHONE_SCANNED_TWICE'));
}

/**
 * The phone's citizen says which number the computer shows; there is one try.
 * @returns a challenge that counts for nothing but this
 * @faults SIGN_IN_PHONE_NUMBER_WRONG, SIGN_IN_PHONE_SCANNED_TWICE, SIGN_IN_PHONE_REFUSED, SIGN_IN_PHONE_OVER
 */
export async function chooseByPhone({ registry, relyingParty }: SigninDesk, phone: PhoneExchange, number: number): Promise<Result<PasskeyChallenge>> {
  const state = await choosePhoneNumber(registry, { ...phone, number });
  if (state !== 'numberRight') return err(signinFaults.fault(WHY_OVER[state]));
  const chosen = await findChosenApproval(registry, phone);
  return chosen === undefined ? err(signinFaults.fault('SIGN_IN_PHONE_OVER')) : ok(await passkeyChallenge(registry, relyingParty, 'phoneApproval', subjectOf(phone, chosen.interactionUid)));
}

/**
 * Takes the phone's passkey for the sign-in on the computer. Whatever is refused here ends the attempt.
 * @faults SIGN_IN_PHONE_SCANNED_TWICE, SIGN_IN_PHONE_REFUSED, SIGN_IN_PHONE_OVER, SIGN_IN_TOO_MANY, SIGN_IN_LEVEL_TOO_LOW, SIGN_IN_PHONE_LOCKED, SIGN_IN_OF_ANOTHER_PERSON, and those of {@link verifyPasskeyAnswer}
 */
export async function approveByPhone(desk: SigninDesk, phone: PhoneExchange, answer: PasskeyAnswer): Promise<Result<undefined>> {
  const approved = await approve(desk, phone, answer);
  if (!approved.ok) await refusePhoneApproval(desk.registry, phone);
  return approved;
}

async function approve({ registry, relyingParty, limits }: SigninDesk, phone: PhoneExchange, answer: PasskeyAnswer): Promise<Result<undefined>> {
  const chosen = await findChosenApproval(registry, phone);
  if (chosen === undefined) return err(signinFaults.fault(WHY_OVER[await whyOver(registry, phone)]));
  const identity = await verifyPasskeyAnswer(registry, relyingParty, 'phoneApproval', subjectOf(phone, chosen.interactionUid), answer);
  if (!identity.ok) return identity;
  if (!limits.maySignIn(identity.value.identityId)) return err(signinFaults.fault('SIGN_IN_TOO_MANY', { retryAfterS: limits.retryAfterS }));
  if (!isAtLeast(identity.value.levelOfAssurance, chosen.asked.levelOfAssurance)) return err(signinFaults.fault('SIGN_IN_LEVEL_TOO_LOW'));
  const outcome = await approvePhone(registry, { ...phone, identityId: identity.value.identityId, lifetimeMs: PROOF_LIFETIME_MS });
  if (outcome === 'locked') return err(signinFaults.fault('SIGN_IN_PHONE_LOCKED'));
  if (outcome === 'anotherPerson') return err(signinFaults.fault('SIGN_IN_OF_ANOTHER_PERSON'));
  return outcome === 'over' ? err(signinFaults.fault(WHY_OVER[await whyOver(registry, phone)])) : ok(undefined);
}

/** The phone's citizen says no. */
export async function refuseByPhone({ registry }: SigninDesk, phone: PhoneExchange): Promise<void> {
  await refusePhoneApproval(registry, phone);
}

const subjectOf = ({ approvalId }: PhoneExchange, interactionUid: string): string => `${interactionUid} ${approvalId}`;

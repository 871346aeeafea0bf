import type { AccountCase, AccountService, AccountServices, PasskeyAnswer } from '@visavis/contract';
import { err, ok, type Result } from '@visavis/kernel';
import { blockService, type Case, changeServiceConsent, closeCase, listCases, listServiceConsents, revokeServiceConsent, type ServiceConsent } from '@visavis/registry';
import { decideClaims } from './decide-claims.ts';
import { signinFaults } from './faults.ts';
import type { SigninDesk } from './interactions.ts';
import { type PasskeyChallenge, passkeyChallenge, verifyPasskeyAnswer } from './passkey-sign-in.ts';
import { endSessionsOf } from './provider-session.ts';

/** May be registered like a claim, and is about the sign-in, not about a person. */
const AMR = 'amr';

/** The services that a citizen decided about or shut out, and what they reported. */
export async function listAccountServices(desk: SigninDesk, identityId: string): Promise<AccountServices> {
  const [cases, consents] = [await listCases(desk.registry, identityId), await listServiceConsents(desk.registry, identityId)];
  const blocked = cases.filter(({ state }) => state === 'open').map(({ clientId }) => ({ clientId, claims: [] }));
  return {
    services: [...consents, ...blocked].map((consent) => accountService(desk, consent)),
    cases: cases.map((one) => accountCase(desk, one)),
  };
}

/**
 * Changes what a service may know; what it could be told until now is dead at once.
 * @param agreed as on the consent page: every claim that it may be told
 * @faults ACCOUNT_SERVICE_UNKNOWN, CONSENT_CLAIM_NOT_ASKED, CONSENT_ESSENTIAL_MISSING
 */
export async function changeAccountConsent(desk: SigninDesk, identityId: string, clientId: string, agreed: readonly string[]): Promise<Result<true>> {
  let decided: ReturnType<typeof decideClaims> = err(signinFaults.fault('ACCOUNT_SERVICE_UNKNOWN'));
  await changeServiceConsent(desk.registry, identityId, clientId, (asked) => {
    decided = decideClaims(asked, agreed);
    return decided.ok ? decided.value : undefined;
  });
  return decided.ok ? ok(true) : decided;
}

/** Takes the whole consent back; the service is signed out, and asked about again. */
export async function revokeAccountConsent(desk: SigninDesk, identityId: string, clientId: string): Promise<void> {
  await endSessionsOf(desk.registry, desk.mounted, identityId, clientId);
  await revokeServiceConsent(desk.registry, identityId, clientId);
}

/**
 * "This wasn't me": shuts the service out, and tells it that this citizen's sign-ins there have ended. Asked for again
 * it tells again, so that what a crash cut between the two is made good.
 * @returns the case that is open now
 * @faults ACCOUNT_SERVICE_UNKNOWN
 */
export async function blockAccountService(desk: SigninDesk, identityId: string, clientId: string): Promise<Result<AccountCase>> {
  const isKnown = desk.services.find(clientId) !== undefined || (await listServiceConsents(desk.registry, identityId)).some((consent) => consent.clientId === clientId);
  const opened = isKnown ? await blockService(desk.registry, identityId, clientId) : undefined;
  if (opened === undefined) return err(signinFaults.fault('ACCOUNT_SERVICE_UNKNOWN'));
  await endSessionsOf(desk.registry, desk.mounted, identityId, clientId);
  return ok(accountCase(desk, opened));
}

/** A challenge whose answer lets this service in again. @faults ACCOUNT_SERVICE_UNKNOWN when it is not shut out */
export async function unblockChallenge(desk: SigninDesk, identityId: string, clientId: string): Promise<Result<PasskeyChallenge>> {
  const open = await openCase(desk, identityId, clientId);
  return open.ok ? ok(await passkeyChallenge(desk.registry, desk.relyingParty, 'unblock', subjectOf(identityId, open.value))) : open;
}

/**
 * Lets a service in again, on a fresh answer of the citizen's passkey: who found a session open lets nobody in.
 * @faults ACCOUNT_SERVICE_UNKNOWN, SIGN_IN_OF_ANOTHER_PERSON, and those of {@link verifyPasskeyAnswer}
 */
export async function unblockAccountService(desk: SigninDesk, identityId: string, clientId: string, answer: PasskeyAnswer): Promise<Result<true>> {
  const open = await openCase(desk, identityId, clientId);
  if (!open.ok) return open;
  const identity = await verifyPasskeyAnswer(desk.registry, desk.relyingParty, 'unblock', subjectOf(identityId, open.value), answer);
  if (!identity.ok) return identity;
  if (identity.value.identityId !== identityId) return err(signinFaults.fault('SIGN_IN_OF_ANOTHER_PERSON'));
  return (await closeCase(desk.registry, identityId, open.value)) ? ok(true) : err(signinFaults.fault('ACCOUNT_SERVICE_UNKNOWN'));
}

/** @returns the number of the case for which a service is shut out */
async function openCase(desk: SigninDesk, identityId: string, clientId: string): Promise<Result<string>> {
  const open = (await listCases(desk.registry, identityId)).find((one) => one.state === 'open' && one.clientId === clientId);
  return open === undefined ? err(signinFaults.fault('ACCOUNT_SERVICE_UNKNOWN')) : ok(open.caseNumber);
}

/** By the case's number: challenges are written ahead, and no archive shall say whom a citizen shut out. */
const subjectOf = (identityId: string, caseNumber: string): string => `${identityId} ${caseNumber}`;

function accountService(desk: SigninDesk, { clientId, claims, givenAt }: Pick<ServiceConsent, 'clientId' | 'claims'> & { readonly givenAt?: string }): AccountService {
  const service = desk.services.find(clientId);
  const neverAsked = (service?.claims ?? []).filter((name) => name !== AMR && !claims.some((claim) => claim.name === name));
  return {
    clientId,
    name: nameOf(desk, clientId),
    purposes: [...(service?.purposes ?? [])],
    claims: [
      ...claims.map(({ name, agreed, essential }) => ({ name, decision: agreed ? ('agreed' as const) : ('declined' as const), essential })),
      ...neverAsked.map((name) => ({ name, decision: 'notAsked' as const, essential: false })),
    ],
    ...(givenAt === undefined ? {} : { givenAt }),
  };
}

const accountCase = (desk: SigninDesk, { caseNumber, kind, state, openedAt, clientId }: Case): AccountCase => ({ caseNumber, kind, state, openedAt, clientId, serviceName: nameOf(desk, clientId) });

/** One that is registered no more goes by its id. */
const nameOf = (desk: SigninDesk, clientId: string): string => desk.services.find(clientId)?.name ?? clientId;

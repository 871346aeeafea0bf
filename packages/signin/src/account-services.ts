import type { AccountCase, AccountServices } from '@visavis/contract';
import { err, ok, type Result } from '@visavis/kernel';
import { blockService, type Case, changeServiceConsent, listCases, listServiceConsents, revokeServiceConsent, type ServiceConsent, unblockService } from '@visavis/registry';
import { decideClaims } from './agreed-claims.ts';
import { signinFaults } from './faults.ts';
import type { SigninDesk } from './interactions.ts';
import { endSessionsOf } from './provider-session.ts';

/** May be registered like a claim, and is about the sign-in, not about a person. */
const AMR = 'amr';

/** The services that a citizen decided about or shut out, and what they reported. */
export async function listAccountServices(desk: SigninDesk, identityId: string): Promise<AccountServices> {
  const [consents, cases] = [await listServiceConsents(desk.registry, identityId), await listCases(desk.registry, identityId)];
  const blocked = cases.filter(({ state }) => state === 'open').map(({ clientId }) => clientId);
  const onlyBlocked = blocked.filter((id) => !consents.some(({ clientId }) => clientId === id)).map((clientId) => ({ clientId, claims: [] }));
  return {
    services: [...consents, ...onlyBlocked].map((consent) => ({ ...accountService(desk, consent), isBlocked: blocked.includes(consent.clientId) })),
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
  const isKnown = desk.services.some((service) => service.clientId === clientId) || (await listServiceConsents(desk.registry, identityId)).some((consent) => consent.clientId === clientId);
  const opened = isKnown ? await blockService(desk.registry, identityId, clientId) : undefined;
  if (opened === undefined) return err(signinFaults.fault('ACCOUNT_SERVICE_UNKNOWN'));
  await endSessionsOf(desk.registry, desk.mounted, identityId, clientId);
  return ok(accountCase(desk, opened));
}

/** Lets a service in again. @faults ACCOUNT_SERVICE_UNKNOWN when it is not shut out */
export async function unblockAccountService(desk: SigninDesk, identityId: string, clientId: string): Promise<Result<true>> {
  return (await unblockService(desk.registry, identityId, clientId)) ? ok(true) : err(signinFaults.fault('ACCOUNT_SERVICE_UNKNOWN'));
}

function accountService(desk: SigninDesk, { clientId, claims, givenAt }: Pick<ServiceConsent, 'clientId' | 'claims'> & { readonly givenAt?: string }) {
  const service = desk.services.find((registered) => registered.clientId === clientId);
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
const nameOf = (desk: SigninDesk, clientId: string): string => desk.services.find((service) => service.clientId === clientId)?.name ?? clientId;

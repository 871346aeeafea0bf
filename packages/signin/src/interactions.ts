import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ConsentAnswer, Interaction, LevelOfAssurance, PasskeyAnswer } from '@visavis/contract';
import { err, type Fault, ok, type Result } from '@visavis/kernel';
import { type ActiveIdentity, type DecidedClaim, findIdentity, findInteractionProof, issueInteractionChallenge, readingKeysOnce, readServiceStanding, recordDeviceUse, recordSignIn, recordSignInProof, type Registry, type RelyingParty, rememberServiceConsent, type ServiceStanding, takeSignInAnswer } from '@visavis/registry';
import { errors, type Provider } from 'oidc-provider';
import type { CallLimits } from './call-limits.ts';
import { decideClaims, isAnswered } from './decide-claims.ts';
import { signinFaults } from './faults.ts';
import { isAtLeast } from './levels.ts';
import { type AskedClaim, type ClaimValues, type MountedProvider, textOf } from './mount.ts';
import { endProviderSession } from './provider-session.ts';
import type { GivenConsent } from './given-consent.ts';
import { AlreadyAnswered, withPage } from './postgres-adapter.ts';
import { notProven, PASSKEY_AMR, passkeyChallenge, whyUnusable, withOptions } from './passkey-sign-in.ts';
import type { Service } from './service.ts';
import type { ServiceDirectory } from './service-directory.ts';

/** What a sign-in in progress is worked with. */
export interface SigninDesk {
  readonly registry: Registry;
  readonly mounted: readonly MountedProvider[];
  readonly services: ServiceDirectory;
  readonly relyingParty: RelyingParty;
  readonly limits: CallLimits;
}

/** The desk as one request works with it: an identity's keys are read once. */
export const forOneRequest = (desk: SigninDesk): SigninDesk => ({ ...desk, registry: readingKeysOnce(desk.registry) });

/** The browser's request: its signed cookie says which sign-in it started. */
export interface BrowserExchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly uid: string;
}

/** A proof by passkey serves the consent page that follows it. */
export const PROOF_LIFETIME_MS = 10 * 60 * 1000;

type Details = Awaited<ReturnType<Provider['interactionDetails']>>;

interface Asked extends MountedProvider {
  readonly details: Details;
  readonly service: Service;
  readonly scope: string;
  readonly claims: readonly AskedClaim[];
  /** Lowest level that the service accepts. */
  readonly level: LevelOfAssurance;
  /** The service wants the citizen asked whatever was remembered (`prompt=consent`, Core §3.1.2.1). */
  readonly askAgain: boolean;
}

/**
 * What the page of a sign-in in progress shows now.
 * @faults SIGN_IN_INTERACTION_UNKNOWN, SIGN_IN_SERVICE_BLOCKED, SIGN_IN_CONSENT_CHANGED, SIGN_IN_PROOF_UNAVAILABLE
 */
export async function readInteraction(desk: SigninDesk, exchange: BrowserExchange): Promise<Result<Interaction>> {
  const issued = await issueInteractionChallenge(desk.registry, exchange.uid);
  const asked = await withPage(issued?.page, () => whatIsAsked(desk, exchange));
  if (!asked.ok) return asked;
  const { result, returnTo } = asked.value.details;
  const fresh = issued?.challenge;
  const proven = fresh === undefined ? await provenIdentity(desk, exchange.uid) : undefined;
  if (proven !== undefined) return proceed(desk, exchange, asked.value, proven, await readServiceStanding(desk.registry, proven.identityId, asked.value.service.clientId));
  const page = { ...shown(exchange, asked.value), claims: [...asked.value.claims], levelOfAssurance: asked.value.level };
  if (result !== undefined) return ok({ ...page, step: 'done', returnTo });
  // Who proved themselves here may be no more.
  const challenge = fresh === undefined ? await passkeyChallenge(desk.registry, desk.relyingParty, 'interaction', exchange.uid) : await withOptions(desk.relyingParty, fresh);
  return ok({ ...page, step: 'passkey', challenge: { challengeId: challenge.challengeId, options: { ...challenge.options } } });
}

/**
 * Takes the citizen's passkey for this sign-in; then as {@link readInteraction}.
 * @faults also SIGN_IN_TOO_MANY, SIGN_IN_LEVEL_TOO_LOW, SIGN_IN_OF_ANOTHER_PERSON, and those of `verifyPasskeyAnswer`
 */
export async function answerPasskey(desk: SigninDesk, exchange: BrowserExchange, answer: PasskeyAnswer): Promise<Result<Interaction>> {
  const { page, answered } = await takeSignInAnswer(desk.registry, desk.relyingParty, { challengeId: answer.challengeId, uid: exchange.uid }, answer.passkey);
  const asked = await withPage(page, () => whatIsAsked(desk, exchange));
  if (!asked.ok) return asked;
  if (!answered.ok) return err(notProven(answered.fault));
  const { identity, device, signCount } = answered.value;
  const refusal = await whyNoSignIn(desk, identity, asked.value.level);
  // A use counts also where nothing comes of it: a copied passkey shows by its counter.
  if (refusal !== undefined) return err((await recordDeviceUse(desk.registry, device, signCount)) ? refusal : signinFaults.fault('SIGN_IN_PASSKEY_REFUSED'));
  const standing = await recordSignInProof(desk.registry, answered.value, { interactionUid: exchange.uid, clientId: asked.value.service.clientId, lifetimeMs: PROOF_LIFETIME_MS });
  return standing.ok ? proceed(desk, exchange, asked.value, identity, standing.value) : err(signinFaults.fault(NOT_PROVEN[standing.fault]));
}

const NOT_PROVEN = { refused: 'SIGN_IN_PASSKEY_REFUSED', frozen: 'SIGN_IN_IDENTITY_FROZEN', anotherPerson: 'SIGN_IN_OF_ANOTHER_PERSON' } as const;

/** Why this identity signs in to no service now, or not to one that asks for this level. */
async function whyNoSignIn(desk: SigninDesk, identity: ActiveIdentity, level: LevelOfAssurance): Promise<Fault | undefined> {
  if (identity.isFrozen) return signinFaults.fault('SIGN_IN_IDENTITY_FROZEN');
  const unusable = await whyUnusable(desk.registry, identity);
  if (unusable !== undefined) return unusable;
  if (!desk.limits.maySignIn(identity.identityId)) return signinFaults.fault('SIGN_IN_TOO_MANY', { retryAfterS: desk.limits.retryAfterS });
  return isAtLeast(identity.levelOfAssurance, level) ? undefined : signinFaults.fault('SIGN_IN_LEVEL_TOO_LOW');
}

/**
 * Takes the citizen's answer to the service's request, and remembers a yes, claim by claim.
 * @returns where the browser goes next; a no also goes there, and the service hears `access_denied`
 * @faults SIGN_IN_INTERACTION_UNKNOWN, SIGN_IN_STEP_OUT_OF_ORDER, SIGN_IN_SERVICE_BLOCKED, SIGN_IN_CONSENT_CHANGED, CONSENT_CLAIM_NOT_ASKED, CONSENT_ESSENTIAL_MISSING
 */
export async function answerConsent(desk: SigninDesk, exchange: BrowserExchange, answer: ConsentAnswer): Promise<Result<{ readonly returnTo: string }>> {
  const asked = await whatIsAsked(desk, exchange);
  if (!asked.ok) return asked;
  if (asked.value.details.result !== undefined) return ok({ returnTo: asked.value.details.returnTo });
  if (!answer.agree) {
    await answerOnce(asked.value.details, { error: 'access_denied', error_description: asked.value.mount.declined });
    return ok({ returnTo: asked.value.details.returnTo });
  }
  const identity = await provenIdentity(desk, exchange.uid);
  if (identity === undefined) return err(signinFaults.fault('SIGN_IN_STEP_OUT_OF_ORDER'));
  const decided = decideClaims(asked.value.claims, answer.claims);
  if (!decided.ok) return decided;
  if (!(await rememberServiceConsent(desk.registry, identity.identityId, asked.value.service.clientId, decided.value))) return err(signinFaults.fault('SIGN_IN_SERVICE_BLOCKED'));
  const standing = await readServiceStanding(desk.registry, identity.identityId, asked.value.service.clientId);
  if (standing.isBlocked) return err(signinFaults.fault('SIGN_IN_SERVICE_BLOCKED'));
  if (!allows(standing, answer.claims)) return err(signinFaults.fault('SIGN_IN_CONSENT_CHANGED'));
  return ok({ returnTo: await finish(desk, exchange, asked.value, identity, standing, answer.claims) });
}

/**
 * A browser may be in the middle of a sign-in at each mount: the one that knows this uid is meant.
 * @faults SIGN_IN_INTERACTION_UNKNOWN
 */
export async function whatIsAsked(desk: SigninDesk, exchange: BrowserExchange): Promise<Result<Asked>> {
  for (const { mount, provider } of desk.mounted) {
    const details = await interactionDetails(provider, exchange);
    if (details?.uid !== exchange.uid) continue;
    const service = desk.services.find(textOf(details.params, 'client_id'));
    if (service?.mount !== mount.name) break;
    const asked = { claims: mount.askedClaims(details.params, service), level: mount.lowestLevel(details.params), askAgain: textOf(details.params, 'prompt').split(' ').includes('consent') };
    return ok({ mount, provider, details, service, scope: textOf(details.params, 'scope'), ...asked });
  }
  return err(signinFaults.fault('SIGN_IN_INTERACTION_UNKNOWN'));
}

async function interactionDetails(provider: Provider, exchange: BrowserExchange): Promise<Details | undefined> {
  try {
    return await provider.interactionDetails(exchange.request, exchange.response);
  } catch (error) {
    if (error instanceof errors.SessionNotFound) return undefined;
    throw error;
  }
}

async function provenIdentity(desk: SigninDesk, uid: string): Promise<ActiveIdentity | undefined> {
  const proof = await findInteractionProof(desk.registry, uid);
  const identity = proof && (await findIdentity(desk.registry, proof.identityId));
  return identity?.isFrozen === true ? undefined : identity;
}

/** After the passkey: to the consent page, or straight on when all that is asked was decided before. */
async function proceed(desk: SigninDesk, exchange: BrowserExchange, asked: Asked, identity: ActiveIdentity, standing: ServiceStanding): Promise<Result<Interaction>> {
  const { decided, isBlocked } = standing;
  if (isBlocked) return err(signinFaults.fault('SIGN_IN_SERVICE_BLOCKED'));
  const proved = await asked.mount.claimValues(identity, desk.registry.clock(), asked.service, asked.scope);
  if (!proved.ok) return proved;
  const common = { ...shown(exchange, asked), claims: withValues(asked, proved.value, decided ?? []), levelOfAssurance: identity.levelOfAssurance };
  // Answered before: the browser only has to go on.
  if (asked.details.result !== undefined) return ok({ ...common, step: 'done', returnTo: asked.details.returnTo });
  if (asked.askAgain || !isAnswered(asked.claims, decided)) return ok({ ...common, step: 'consent' });
  const agreed = namesOf(asked.claims).filter((asks) => decided.some(({ name, agreed }) => agreed && name === asks));
  return ok({ ...common, step: 'done', returnTo: await finish(desk, exchange, asked, identity, standing, agreed) });
}

const allows = ({ decided }: ServiceStanding, claims: readonly string[]): boolean => decided !== undefined && claims.every((name) => decided.some((claim) => claim.agreed && claim.name === name));

const withValues = ({ claims, mount }: Asked, values: ClaimValues, decided: readonly DecidedClaim[]): Interaction['claims'] =>
  claims.map((claim) => {
    const [value, earlier] = [values[claim.name], decided.find(({ name }) => name === claim.name)];
    return { ...claim, ...(value === undefined ? {} : { value: asText(value), source: mount.sourceOf(claim.name) }), ...(earlier === undefined ? {} : { agreed: earlier.agreed }) };
  });

/**
 * Answers the sign-in with what was agreed to, and sends the browser on. The grant is made when it comes back: only if
 * this consent and this proof are still there then.
 * @param agreed claims that `standing` allows
 */
async function finish(desk: SigninDesk, exchange: BrowserExchange, asked: Asked, identity: ActiveIdentity, { mark, historyKey }: ServiceStanding, agreed: readonly string[]): Promise<string> {
  const { provider } = asked;
  // Whoever else used this browser before is signed out, and their services are told: sessions of two people never mix.
  const { session } = asked.details;
  if (session !== undefined && session.accountId !== identity.identityId) {
    const earlier = await provider.Session.findByUid(session.uid);
    if (earlier !== undefined) await endProviderSession(provider, earlier);
    delete asked.details.session;
  }
  const { service } = shown(exchange, asked);
  const signIn = { clientId: asked.service.clientId, service: service.name, origin: service.origin, claims: [...agreed], levelOfAssurance: identity.levelOfAssurance };
  if (historyKey !== undefined) await recordSignIn(desk.registry, identity.identityId, historyKey, exchange.uid, signIn);
  const refused = namesOf(asked.claims).filter((name) => !agreed.includes(name));
  await answerOnce(asked.details, {
    login: { accountId: identity.identityId, acr: asked.mount.acr(identity.levelOfAssurance, asked.details.params), amr: PASSKEY_AMR, remember: false },
    consent: { scope: asked.scope, agreed: [...agreed], refused, mark } satisfies GivenConsent,
  });
  return asked.details.returnTo;
}

/** Stores what came of a sign-in's page; when it was answered a moment before, that answer stands. */
async function answerOnce(details: Details, result: NonNullable<Details['result']>): Promise<void> {
  try {
    details.result = result;
    await details.persist();
  } catch (error) {
    if (!(error instanceof AlreadyAnswered)) throw error;
  }
}

const asText = (value: string | boolean | readonly string[]): string => (typeof value === 'object' ? value.join(', ') : String(value));

const namesOf = (claims: readonly AskedClaim[]): string[] => claims.map(({ name }) => name);

export const shown = (exchange: BrowserExchange, asked: Asked) => ({ uid: exchange.uid, service: { name: asked.service.name, origin: new URL(textOf(asked.details.params, 'redirect_uri')).origin, purposes: [...asked.service.purposes], registrar: asked.service.registrar } });

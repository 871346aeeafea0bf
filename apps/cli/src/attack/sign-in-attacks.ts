import { createHash, randomBytes } from 'node:crypto';
import { consentInInteraction, fetchInteraction, proveInInteraction } from '@visavis/client';
import type { PublicFault, Result } from '@visavis/kernel';
import { type CitizenDevice, createCitizenDevice } from '../citizen/enrol-citizen.ts';
import type { AttackedSystem, TriedAttack } from './tried-attack.ts';

/** The services of the demonstration: one that has no secret, and one whose secret everybody knows. */
export interface AttackedServices {
  readonly strict: { readonly clientId: string; readonly redirectUri: string };
  readonly franceConnect: { readonly clientId: string; readonly clientSecret: string; readonly redirectUri: string };
}

interface SignInAttack {
  readonly name: string;
  /** The error or code that refuses it. */
  readonly code: string;
  attempt(): Promise<string>;
}

const b64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const newVerifier = (): string => randomBytes(32).toString('base64url');
const challengeOf = (verifier: string): string => createHash('sha256').update(verifier).digest('base64url');

/**
 * What a stranger, another service or another browser can try at the running system's sign-in, and one honest sign-in.
 * @param citizen the device of somebody who has an identity
 */
export async function* attackSignIn(system: AttackedSystem, services: AttackedServices, citizen: CitizenDevice): AsyncGenerator<TriedAttack> {
  const tried = (name: string, expected: string, got: string): TriedAttack => ({ family: 'signIn', name, at: 'system', expected, got });
  const honest = await obtainCode(system, services, citizen);
  const tokens = await redeem(system, honest.form);
  yield tried('an honest sign-in', 'accepted', tokens.status === 200 ? 'accepted' : tokens.error);
  for (const attack of [...withoutCitizen(system, services), ...withCode(system, services, citizen)]) yield tried(attack.name, attack.code, await attack.attempt());
}

function withoutCitizen(system: AttackedSystem, { strict, franceConnect }: AttackedServices): readonly SignInAttack[] {
  const asked = (changes: Readonly<Record<string, string | undefined>>, more = ''): Promise<string> => authorize(system, { ...honestRequest(strict, newVerifier()), ...changes }, more);
  const unsigned = `${b64({ alg: 'none' })}.${b64({ client_id: strict.clientId, redirect_uri: 'https://evil.example/' })}.`;
  const evil = new URL(strict.redirectUri);
  const stranger = createCitizenDevice(system.siteUrl);
  const interaction = (path: string, body: object, headers: Readonly<Record<string, string>> = {}) => faultOf(stranger.server.fetch(`${system.siteUrl}/api/interactions/${path}`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) }));
  return [
    { name: 'redirect-below-the-registered-path', code: 'invalid_redirect_uri', attempt: () => asked({ redirect_uri: `${strict.redirectUri}/../evil` }) },
    { name: 'redirect-to-another-port', code: 'invalid_redirect_uri', attempt: () => asked({ redirect_uri: `${evil.protocol}//${evil.hostname}:9${evil.pathname}` }) },
    { name: 'redirect-behind-the-name-of-the-registered-host', code: 'invalid_redirect_uri', attempt: () => asked({ redirect_uri: `${evil.protocol}//${evil.host}@evil.example${evil.pathname}` }) },
    { name: 'redirect-with-a-query', code: 'invalid_redirect_uri', attempt: () => asked({ redirect_uri: `${strict.redirectUri}?next=https://evil.example` }) },
    { name: 'redirect-given-twice', code: 'invalid_request', attempt: () => asked({}, `&redirect_uri=${encodeURIComponent('https://evil.example/')}`) },
    { name: 'client-that-nobody-registered', code: 'invalid_client', attempt: () => asked({ client_id: 'nobody' }) },
    { name: 'request-that-nobody-signed', code: 'request_not_supported', attempt: () => asked({ request: unsigned }) },
    { name: 'request-to-be-fetched-from-this-machine', code: 'request_uri_not_supported', attempt: () => asked({ request_uri: 'http://127.0.0.1:22/' }) },
    { name: 'token-in-the-address', code: 'invalid_request', attempt: () => asked({ response_type: 'token' }) },
    { name: 'no-code-challenge', code: 'invalid_request', attempt: () => asked({ code_challenge: undefined, code_challenge_method: undefined }) },
    { name: 'code-challenge-in-plain', code: 'invalid_request', attempt: () => asked({ code_challenge_method: 'plain' }) },
    { name: 'sign-in-without-asking-anybody', code: 'login_required', attempt: () => asked({ prompt: 'none' }) },
    { name: 'claim-that-the-service-may-not-ask-for', code: 'invalid_scope', attempt: () => asked({ scope: 'openid nationality' }) },
    { name: 'code-out-of-the-air', code: 'invalid_grant', attempt: async () => (await redeem(system, { ...tokenForm(strict, newVerifier()), code: newVerifier() })).error },
    { name: 'another-secret', code: 'invalid_client', attempt: async () => (await redeem(system, { grant_type: 'authorization_code', code: 'x', redirect_uri: franceConnect.redirectUri, client_id: franceConnect.clientId, client_secret: 'guessed-guessed-guessed-guessed-guessed' }, '/api/v2/token')).error },
    { name: 'assertion-that-nobody-signed', code: 'invalid_client', attempt: async () => (await redeem(system, { ...tokenForm(strict, newVerifier()), code: 'x', client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', client_assertion: `${b64({ alg: 'none' })}.${b64({ iss: strict.clientId, sub: strict.clientId, aud: `${system.siteUrl}/oidc`, jti: 'x', exp: 4e9 })}.` })).error },
    { name: 'token-out-of-the-air', code: 'invalid_token', attempt: () => errorOf(fetch(`${system.siteUrl}/oidc/me`, { headers: { authorization: `Bearer ${newVerifier()}` } })) },
    { name: 'logout-by-a-forged-id-token', code: 'invalid_request', attempt: () => errorOf(fetch(`${system.siteUrl}/oidc/session/end?id_token_hint=${b64({ alg: 'none' })}.${b64({ sub: 'x', aud: strict.clientId })}.&post_logout_redirect_uri=${encodeURIComponent('https://evil.example/')}`)) },
    { name: 'sign-in-that-another-browser-began', code: 'SIGN_IN_INTERACTION_UNKNOWN', attempt: () => interactionOfAnother(system, strict, stranger) },
    { name: 'consent-for-nobody', code: 'SIGN_IN_INTERACTION_UNKNOWN', attempt: () => interaction(`${newVerifier().slice(0, 21)}/consent`, { agree: true, claims: [] }) },
    { name: 'consent-before-the-passkey', code: 'SIGN_IN_STEP_OUT_OF_ORDER', attempt: () => consentFirst(system, strict) },
    { name: 'page-of-another-origin', code: 'REQUEST_CROSS_ORIGIN', attempt: () => interaction(`${newVerifier().slice(0, 21)}/consent`, { agree: true, claims: [] }, { origin: 'https://evil.example' }) },
    { name: 'address-that-the-caller-says-we-have', code: 'ignored', attempt: () => claimedAddress(system) },
  ];
}

function withCode(system: AttackedSystem, services: AttackedServices, citizen: CitizenDevice): readonly SignInAttack[] {
  const { strict, franceConnect } = services;
  const spoiled = async (change: (form: Readonly<Record<string, string>>) => Readonly<Record<string, string>>, path?: string): Promise<string> => {
    const { form } = await obtainCode(system, services, citizen);
    return (await redeem(system, change(form), path)).error;
  };
  return [
    { name: 'code-with-another-verifier', code: 'invalid_grant', attempt: () => spoiled((form) => ({ ...form, code_verifier: newVerifier() })) },
    { name: 'code-for-another-redirect', code: 'invalid_grant', attempt: () => spoiled((form) => ({ ...form, redirect_uri: 'https://evil.example/' })) },
    { name: 'code-at-another-service', code: 'invalid_grant', attempt: () => spoiled(({ code }) => ({ grant_type: 'authorization_code', code: code!, redirect_uri: franceConnect.redirectUri, client_id: franceConnect.clientId, client_secret: franceConnect.clientSecret }), '/api/v2/token') },
    { name: 'code-used-twice', code: 'invalid_grant', attempt: () => twice(system, services, citizen) },
    { name: 'token-of-a-code-that-was-used-twice', code: 'invalid_token', attempt: () => tokenAfterReplay(system, services, citizen) },
    { name: 'code-used-ten-times-at-once', code: 'one success', attempt: () => atOnce(system, services, citizen) },
    { name: 'token-at-the-other-mount', code: 'invalid_token', attempt: async () => errorOf(fetch(`${system.siteUrl}/api/v2/userinfo`, { headers: { authorization: `Bearer ${await tokenOf(system, services, citizen)}` } })) },
    { name: 'refusal-that-is-answered-with-a-code', code: 'access_denied', attempt: () => declined(system, strict, citizen) },
  ];
}

const honestRequest = ({ clientId, redirectUri }: AttackedServices['strict'], verifier: string): Readonly<Record<string, string>> => ({
  client_id: clientId,
  redirect_uri: redirectUri,
  response_type: 'code',
  scope: 'openid given_name',
  state: randomBytes(16).toString('base64url'),
  nonce: randomBytes(16).toString('base64url'),
  code_challenge: challengeOf(verifier),
  code_challenge_method: 'S256',
});
const tokenForm = ({ clientId, redirectUri }: AttackedServices['strict'], verifier: string): Readonly<Record<string, string>> => ({ grant_type: 'authorization_code', client_id: clientId, redirect_uri: redirectUri, code_verifier: verifier });

const addressOf = (system: AttackedSystem, parameters: Readonly<Record<string, string | undefined>>, more = ''): string => {
  const given = Object.entries(parameters).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as [string, string]]));
  return `${system.siteUrl}/oidc/auth?${new URLSearchParams(given).toString()}${more}`;
};

/** @returns the error, wherever it is told; `accepted` when the citizen would be asked, and the place when it leads to one that nobody registered */
async function authorize(system: AttackedSystem, parameters: Readonly<Record<string, string | undefined>>, more: string): Promise<string> {
  const response = await fetch(addressOf(system, parameters, more), { redirect: 'manual' });
  const location = response.headers.get('location');
  if (location === null) return errorOf(Promise.resolve(response));
  const target = new URL(location, system.siteUrl);
  if (target.origin !== system.siteUrl && target.origin !== new URL(parameters['redirect_uri'] ?? '').origin) return target.href;
  // An answer to a request for a token is told behind the address's `#`.
  return target.searchParams.get('error') ?? new URLSearchParams(target.hash.slice(1)).get('error') ?? 'accepted';
}

/** An interaction of this browser, up to the page that asks for the passkey. */
async function begin(system: AttackedSystem, parameters: Readonly<Record<string, string>>, device: CitizenDevice): Promise<string> {
  const response = await device.server.fetch(addressOf(system, parameters), { method: 'GET' });
  const uid = /\/sign-in\/([\w-]+)$/.exec(response.headers.get('location') ?? '')?.[1];
  if (uid === undefined) throw new Error(`the provider does not let a sign-in begin: ${response.status}`);
  return uid;
}

async function obtainCode(system: AttackedSystem, { strict }: AttackedServices, citizen: CitizenDevice): Promise<{ readonly form: Readonly<Record<string, string>> }> {
  const verifier = newVerifier();
  const returned = await answer(system, await begin(system, honestRequest(strict, verifier), citizen), citizen, true);
  const code = returned.searchParams.get('code');
  if (code === null) throw new Error(`an honest sign-in ended in ${returned.searchParams.get('error')}`);
  return { form: { ...tokenForm(strict, verifier), code } };
}

/** Proves by passkey and answers the consent page, with all that is asked or with no. @returns where the browser is sent in the end: to the service */
async function answer(system: AttackedSystem, uid: string, citizen: CitizenDevice, agree: boolean): Promise<URL> {
  let current = orThrow(await fetchInteraction(citizen.server, uid));
  if (current.step === 'passkey') current = orThrow(await proveInInteraction(citizen.server, citizen.passkeys, current));
  const returnTo = current.returnTo ?? orThrow(await consentInInteraction(citizen.server, uid, agree ? { agree, claims: current.claims.map(({ name }) => name) } : { agree })).returnTo;
  const response = await citizen.server.fetch(new URL(returnTo, system.siteUrl).href, { method: 'GET' });
  return new URL(response.headers.get('location') ?? '', system.siteUrl);
}

async function redeem(system: AttackedSystem, form: Readonly<Record<string, string>>, path = '/oidc/token'): Promise<{ readonly status: number; readonly error: string; readonly accessToken: string }> {
  const response = await fetch(`${system.siteUrl}${path}`, { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams(form).toString() });
  const body = (await response.json()) as { readonly error?: string; readonly access_token?: string };
  return { status: response.status, error: body.error ?? 'accepted', accessToken: body.access_token ?? '' };
}

async function twice(system: AttackedSystem, services: AttackedServices, citizen: CitizenDevice): Promise<string> {
  const { form } = await obtainCode(system, services, citizen);
  await redeem(system, form);
  return (await redeem(system, form)).error;
}

async function tokenAfterReplay(system: AttackedSystem, services: AttackedServices, citizen: CitizenDevice): Promise<string> {
  const { form } = await obtainCode(system, services, citizen);
  const { accessToken } = await redeem(system, form);
  await redeem(system, form);
  return errorOf(fetch(`${system.siteUrl}/oidc/me`, { headers: { authorization: `Bearer ${accessToken}` } }));
}

async function atOnce(system: AttackedSystem, services: AttackedServices, citizen: CitizenDevice): Promise<string> {
  const { form } = await obtainCode(system, services, citizen);
  const answers = await Promise.all(Array.from({ length: 10 }, () => redeem(system, form)));
  const successes = answers.filter(({ status }) => status === 200).length;
  return successes === 1 ? 'one success' : `${successes} successes`;
}

async function tokenOf(system: AttackedSystem, services: AttackedServices, citizen: CitizenDevice): Promise<string> {
  const { form } = await obtainCode(system, services, citizen);
  return (await redeem(system, form)).accessToken;
}

/** The citizen says no; whoever changes the answer's address in the browser still has no code. */
async function declined(system: AttackedSystem, strict: AttackedServices['strict'], citizen: CitizenDevice): Promise<string> {
  const uid = await begin(system, { ...honestRequest(strict, newVerifier()), prompt: 'consent' }, citizen);
  const returned = await answer(system, uid, citizen, false);
  return returned.searchParams.has('code') ? 'accepted' : (returned.searchParams.get('error') ?? '');
}

async function interactionOfAnother(system: AttackedSystem, strict: AttackedServices['strict'], stranger: CitizenDevice): Promise<string> {
  const uid = await begin(system, honestRequest(strict, newVerifier()), createCitizenDevice(system.siteUrl));
  const shown = await fetchInteraction(stranger.server, uid);
  return shown.ok ? 'accepted' : shown.fault.code;
}

async function consentFirst(system: AttackedSystem, strict: AttackedServices['strict']): Promise<string> {
  const device = createCitizenDevice(system.siteUrl);
  const agreed = await consentInInteraction(device.server, await begin(system, honestRequest(strict, newVerifier()), device), { agree: true, claims: [] });
  return agreed.ok ? 'accepted' : agreed.fault.code;
}

async function claimedAddress(system: AttackedSystem): Promise<string> {
  const response = await fetch(`${system.siteUrl}/oidc/.well-known/openid-configuration`, { headers: { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', forwarded: 'host=evil.example' } });
  return (await response.text()).includes('evil.example') ? 'believed' : 'ignored';
}

/** The error that a provider's answer tells: as JSON, in the header of a protected resource, or on a page. */
async function errorOf(answered: Promise<Response>): Promise<string> {
  const response = await answered;
  const challenge = /error="([a-z_]+)"/.exec(response.headers.get('www-authenticate') ?? '')?.[1];
  const text = await response.text();
  const told = challenge ?? /"error":"([a-z_]+)"/.exec(text)?.[1] ?? /\b((?:invalid|unsupported|unauthorized|access|request|registration|login)_[a-z_]+)\b/.exec(text)?.[1];
  return told ?? (response.ok ? 'accepted' : String(response.status));
}

async function faultOf(answered: Promise<Response>): Promise<string> {
  const response = await answered;
  return response.ok ? 'accepted' : ((await response.json()) as { fault: { code: string } }).fault.code;
}

function orThrow<T>(result: Result<T, PublicFault>): T {
  if (!result.ok) throw new Error(`${result.fault.code}: ${result.fault.meaning}`);
  return result.value;
}

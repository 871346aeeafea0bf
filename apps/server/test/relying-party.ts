import { createHash, randomBytes } from 'node:crypto';
import { type CryptoKey, SignJWT } from 'jose';
import { SERVICE_SECRET, type TestServer } from './start-test-server.ts';
import { answerInteraction, type TestCitizen } from './test-citizen.ts';

/** Changes to a request's parameters; one that is undefined is left out. */
export type Changes = Readonly<Record<string, string | undefined>>;

export interface Tokens {
  readonly access_token: string;
  readonly id_token: string;
}

export interface OAuthAnswer extends Partial<Tokens> {
  readonly error?: string;
  readonly error_description?: string;
}

/** Proves who the service is: headers and body members of a call to us. */
export type ProveClient = (issuer: string) => Promise<{ readonly headers?: Record<string, string>; readonly body?: Record<string, string> }>;

export const basicSecret =
  (clientId: string, secret = SERVICE_SECRET): ProveClient =>
  () =>
    Promise.resolve({ headers: { authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}` } });

export const postedSecret =
  (clientId: string, secret = SERVICE_SECRET): ProveClient =>
  () =>
    Promise.resolve({ body: { client_id: clientId, client_secret: secret } });

export interface Assertion {
  readonly aud: string | string[];
  readonly iss: string;
  readonly sub: string;
  readonly jti: string;
  readonly exp: number;
}

/** @param change what an attacker makes of an honest assertion */
export const signedAssertion =
  (clientId: string, key: CryptoKey | Uint8Array, o: { readonly alg?: string; readonly kid?: string; readonly change?: (honest: Assertion) => Readonly<Record<string, unknown>> } = {}): ProveClient =>
  async (issuer) => {
    const honest: Assertion = { aud: issuer, iss: clientId, sub: clientId, jti: randomBytes(16).toString('base64url'), exp: Math.floor(Date.now() / 1000) + 60 };
    const assertion = await new SignJWT(o.change === undefined ? { ...honest } : o.change(honest)).setProtectedHeader({ alg: o.alg ?? 'ES256', ...(o.kid === undefined ? {} : { kid: o.kid }) }).sign(key);
    return { body: { client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', client_assertion: assertion } };
  };

/** A sign-in that reached its code, or its refusal. */
export interface SignedIn {
  readonly verifier: string;
  readonly redirectUri: string;
  readonly steps: readonly string[];
  readonly returned: URL;
  readonly code: string;
}

/** A service under test: plain HTTP, no client library that would correct a test's mistakes. */
export interface TestService {
  readonly clientId: string;
  readonly issuer: string;
  parameters(changes?: Changes): { readonly query: URLSearchParams; readonly verifier: string; readonly redirectUri: string };
  /** Sends the browser to us, to `/auth`. */
  authorize(citizen: Pick<TestCitizen, 'browser'>, changes?: Changes): Promise<{ readonly response: Response; readonly verifier: string; readonly redirectUri: string }>;
  /** The whole way to the code. */
  signIn(citizen: TestCitizen, changes?: Changes): Promise<SignedIn>;
  /** The whole way from an answer of `/auth` to the code. */
  finish(citizen: TestCitizen, started: { readonly response: Response; readonly verifier: string; readonly redirectUri: string }): Promise<SignedIn>;
  /** Any call by which the service proves itself. */
  call(path: string, body: Changes, prove?: ProveClient): Promise<Response>;
  push(changes?: Changes, prove?: ProveClient): Promise<{ readonly response: Response; readonly verifier: string; readonly redirectUri: string }>;
  redeem(signedIn: Pick<SignedIn, 'verifier' | 'redirectUri' | 'code'>, changes?: Changes, prove?: ProveClient): Promise<Response>;
  tokens(citizen: TestCitizen, changes?: Changes): Promise<Tokens>;
  userinfo(accessToken: string): Promise<Response>;
}

export function testService(server: Pick<TestServer, 'origin'>, o: { readonly clientId: string; readonly redirectUri: string; readonly scope: string; readonly prove?: ProveClient; readonly at?: string }): TestService {
  const issuer = `${server.origin}/oidc`;
  // Another address of the same deployment.
  const base = `${o.at ?? server.origin}/oidc`;
  const prove = o.prove ?? basicSecret(o.clientId);
  const parameters: TestService['parameters'] = (changes = {}) => {
    const verifier = randomBytes(32).toString('base64url');
    const all: Changes = {
      client_id: o.clientId,
      redirect_uri: o.redirectUri,
      response_type: 'code',
      scope: o.scope,
      state: 'state-of-the-service',
      nonce: 'nonce-of-the-service',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      ...changes,
    };
    return { query: new URLSearchParams(present(all)), verifier, redirectUri: all['redirect_uri'] ?? o.redirectUri };
  };
  const call: TestService['call'] = async (path, body, by = prove) => {
    const proof = await by(issuer);
    return fetch(`${base}${path}`, { method: 'POST', headers: { ...proof.headers }, body: new URLSearchParams({ ...present(body), ...proof.body }) });
  };
  const service: TestService = {
    clientId: o.clientId,
    issuer,
    parameters,
    call,
    async authorize(citizen, changes) {
      const { query, verifier, redirectUri } = parameters(changes);
      return { response: await citizen.browser.fetch(`${base}/auth?${query.toString()}`), verifier, redirectUri };
    },
    async finish(citizen, { response, verifier, redirectUri }) {
      const location = response.headers.get('location');
      if (location === null || location.startsWith(redirectUri)) throw new Error(`no sign-in page: ${response.status} ${location ?? (await response.text())}`);
      const answered = await answerInteraction({ origin: o.at ?? server.origin }, citizen, location);
      const returnTo = answered.returnTo.replace(server.origin, o.at ?? server.origin);
      const returned = new URL((await citizen.browser.fetch(returnTo)).headers.get('location')!);
      return { verifier, redirectUri, steps: answered.steps, returned, code: returned.searchParams.get('code')! };
    },
    async signIn(citizen, changes) {
      return service.finish(citizen, await service.authorize(citizen, changes));
    },
    async push(changes, by) {
      const { query, verifier, redirectUri } = parameters(changes);
      return { response: await call('/request', Object.fromEntries(query), by), verifier, redirectUri };
    },
    redeem: ({ code, redirectUri, verifier }, changes = {}, by) => call('/token', { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier, ...changes }, by),
    async tokens(citizen, changes) {
      const answer = await service.redeem(await service.signIn(citizen, changes));
      if (answer.status !== 200) throw new Error(await answer.text());
      return (await answer.json()) as Tokens;
    },
    userinfo: (accessToken) => fetch(`${base}/me`, { headers: { authorization: `Bearer ${accessToken}` } }),
  };
  return service;
}

export const oauthAnswer = async (response: Response): Promise<OAuthAnswer> => (await response.json()) as OAuthAnswer;

/** What a redirect to the service says. */
export const redirected = (response: Response): URLSearchParams => new URL(response.headers.get('location')!).searchParams;

const present = (all: Changes): Record<string, string> => Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined));

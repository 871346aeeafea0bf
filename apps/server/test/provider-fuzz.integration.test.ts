import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { postedSecret, type TestService, testService } from './relying-party.ts';
import { SERVICE_SECRET, startTestServer, type TestServer } from './start-test-server.ts';
import { createCitizen, type TestCitizen } from './test-citizen.ts';

/**
 * Requests as nobody would write them, to /auth, /token and /request: never an answer that says the server failed, never
 * a redirect to a place that is not registered, never a stranger's words as markup. A slice in every run; the whole with
 * VISAVIS_FUZZ_REQUESTS=100000, some minutes long.
 */
const REQUESTS = Number(process.env['VISAVIS_FUZZ_REQUESTS'] ?? 2000);
/** Runs at a time, each with a seed of its own. */
const LANES = 4;
const MARKUP = '"><script>alert(1)</script>';

let server: TestServer;
let service: TestService;
let citizen: TestCitizen;
beforeAll(async () => {
  server = await startTestServer({}, undefined, [
    { clientId: 'posts', name: 'Posts', redirectUris: ['https://posts.example/cb', 'https://posts.example/other?a=b'], postLogoutRedirectUris: ['https://posts.example/bye'], purposes: ['tests'], clientSecret: SERVICE_SECRET, tokenEndpointAuthMethod: 'client_secret_post', claims: ['given_name'] },
  ]);
  service = testService(server, { clientId: 'posts', redirectUri: 'https://posts.example/cb', scope: 'openid given_name', prove: postedSecret('posts') });
  citizen = createCitizen(server);
  await citizen.enrol();
});
afterAll(() => server?.stop());

/** Values that have broken others: near-misses of addresses, of JSON, of algorithms, and text of no kind. */
const nearMisses = [
  '', ' ', '\u0000', MARKUP, 'null', 'undefined', '__proto__', 'constructor', '[object Object]', '%', '%00', '%zz', '+', '\r\nlocation: https://evil.example', '😀', 'ﬀ', '\ud800', 'a'.repeat(3000),
  'https://evil.example/cb', 'https://posts.example/cb/', 'https://posts.example/cb/../evil', 'https://posts.example/cb#x', 'https://posts.example/cb?x=1', 'https://posts.example@evil.example/cb', 'https://posts.example:443/cb', 'https://POSTS.example/cb', 'http://posts.example/cb', 'https://posts.example\\@evil.example/cb', 'https://posts.example%2f@evil.example/', '//evil.example/cb', 'javascript:alert(1)', 'data:text/html,x', 'https://posts.example/other?a=b', 'http://127.0.0.1:80@evil.example/',
  'openid', 'openid openid', 'openid profile', 'openid birthdate', 'OPENID', 'openid\tgiven_name', 'offline_access',
  'code', 'token', 'id_token', 'none', 'code id_token', 'code code', 'form_post', 'fragment', 'query', 'jwt', 'query.jwt', 'web_message',
  'login', 'consent', 'none login', 'select_account', 'create', '0', '-1', '1e9', '99999999999999999999', 'NaN', '1.5',
  'plain', 'S256', 'S512', 'x'.repeat(43), 'x'.repeat(129),
  '{}', '[]', '{"userinfo":null}', '{"id_token":{"acr":{"essential":true,"values":[]}}}', '{"id_token":{"acr":{"essential":true,"value":"eidas3"}}}', '{"userinfo":{"given_name":null}}', '{"userinfo":{"__proto__":{"essential":true}}}', '{"userinfo":{"given_name":{"essential":true,"essential":false}}}', '{"id_token":{"sub":{"value":"x"}}}', '{"id_token":{"sub":{"value":1}}}', '{"userinfo":{"given_name":{"value":"\\u0000"}}}', '{"userinfo":{"\\ud800":null}}', '\\u0000', `${'['.repeat(2000)}${']'.repeat(2000)}`,
  'urn:ietf:params:oauth:request_uri:', 'urn:ietf:params:oauth:request_uri:x', 'eyJhbGciOiJub25lIn0.eyJjbGllbnRfaWQiOiJwb3N0cyJ9.', 'e30.e30.', 'a.b.c', 'a.b.c.d.e', 'eidas1', 'eidas9',
  'authorization_code', 'refresh_token', 'client_credentials', 'password', 'urn:ietf:params:oauth:grant-type:jwt-bearer', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', 'posts', 'tax-office', 'library', SERVICE_SECRET,
] as const;

const NAMES = {
  auth: ['client_id', 'redirect_uri', 'response_type', 'response_mode', 'scope', 'state', 'nonce', 'code_challenge', 'code_challenge_method', 'prompt', 'max_age', 'claims', 'acr_values', 'id_token_hint', 'login_hint', 'ui_locales', 'claims_locales', 'display', 'request', 'request_uri', 'registration', 'resource', 'dpop_jkt', 'authorization_details', 'web_message_uri'],
  token: ['grant_type', 'code', 'redirect_uri', 'code_verifier', 'client_id', 'client_secret', 'client_assertion', 'client_assertion_type', 'scope', 'resource', 'refresh_token', 'assertion', 'audience'],
} as const;

const value = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...nearMisses) }, { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) }, { weight: 1, arbitrary: fc.json({ maxDepth: 3 }) });

/** What is done to an honest request: parameters set, left out, or sent twice. */
type Mutation = readonly ['set' | 'leaveOut' | 'repeat', string, string];
const mutations = (names: readonly string[]): fc.Arbitrary<readonly Mutation[]> =>
  fc.array(fc.tuple(fc.constantFrom('set' as const, 'set' as const, 'set' as const, 'leaveOut' as const, 'repeat' as const), fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...names) }, { weight: 1, arbitrary: fc.string({ maxLength: 20 }) }), value), { minLength: 1, maxLength: 4 });

function mutate(honest: URLSearchParams, by: readonly Mutation[]): URLSearchParams {
  const changed = new URLSearchParams(honest);
  for (const [how, name, to] of by) {
    if (how === 'set') changed.set(name, to);
    else if (how === 'leaveOut') changed.delete(name);
    else changed.append(name, to);
  }
  return changed;
}

const isOurs = (location: URL): boolean => location.origin === server.origin && (location.pathname.startsWith('/sign-in/') || location.pathname === '/oidc/auth');
/** Registered for the service that the request names, and for no other. */
const isRegistered = (location: URL, clientIds: readonly string[]): boolean =>
  clientIds.some((clientId) => registeredOf(clientId).includes(`${location.origin}${location.pathname}`));
function registeredOf(clientId: string): readonly string[] {
  if (clientId === 'posts') return ['https://posts.example/cb', 'https://posts.example/other'];
  if (clientId === 'tax-office') return [`${server.taxOfficeOrigin}/callback`];
  return clientId === 'library' ? ['https://library.example/callback'] : [];
}

/** What must be true of any answer. */
async function check(response: Response, clientIds: readonly string[]): Promise<'redirect' | 'page' | 'refusal' | 'answer'> {
  const body = await response.text();
  if (response.status >= 500) throw new Error(`${response.status}: ${body}`);
  expect(body).not.toContain('<script');
  const location = response.headers.get('location');
  if (location === null) return response.status >= 400 ? 'refusal' : 'answer';
  const to = new URL(location);
  if (!isOurs(to) && !isRegistered(to, clientIds)) throw new Error(`sent to ${location}`);
  return isOurs(to) ? 'page' : 'redirect';
}

/** @returns how often each kind of answer came */
async function run<T>(share: number, requests: fc.Arbitrary<T>, send: (request: T) => Promise<{ readonly response: Response; readonly sent: URLSearchParams }>): Promise<Readonly<Record<string, number>>> {
  const seen: Record<string, number> = {};
  const lane = fc.asyncProperty(requests, async (request) => {
    const { response, sent } = await send(request);
    const kind = await check(response, sent.getAll('client_id'));
    seen[kind] = (seen[kind] ?? 0) + 1;
  });
  await Promise.all(Array.from({ length: LANES }, () => fc.assert(lane, { numRuns: Math.ceil((REQUESTS * share) / LANES) })));
  return seen;
}

const timeoutMs = 20_000 + REQUESTS * 30;

it('/auth, by link and by form', async () => {
  const seen = await run(0.5, fc.record({ by: mutations(NAMES.auth), posted: fc.boolean(), raw: fc.option(fc.string({ unit: 'grapheme-ascii', maxLength: 60 }), { freq: 20 }) }), async ({ by, posted, raw }) => {
    const query = mutate(service.parameters().query, by);
    const response = posted
      ? await fetch(`${service.issuer}/auth`, { method: 'POST', body: query, redirect: 'manual' })
      : await fetch(`${service.issuer}/auth?${query.toString()}${raw === null ? '' : `&${raw}`}`, { redirect: 'manual' });
    return { response, sent: query };
  });
  // Every kind of answer came: what was generated reaches behind the first check.
  for (const kind of ['redirect', 'page', 'refusal']) expect(seen[kind], kind).toBeGreaterThan(0);
}, timeoutMs);

it('/request', async () => {
  const seen = await run(0.25, mutations([...NAMES.auth, 'client_secret']), async (by) => {
    const body = mutate(service.parameters().query, by);
    if (!body.has('client_secret')) body.set('client_secret', SERVICE_SECRET);
    return { response: await fetch(`${service.issuer}/request`, { method: 'POST', body, redirect: 'manual' }), sent: body };
  });
  expect(seen['redirect'] ?? 0).toBe(0);
  for (const kind of ['answer', 'refusal']) expect(seen[kind], kind).toBeGreaterThan(0);
}, timeoutMs);

it('/token, with a code that is good', async () => {
  const signedIn = await service.signIn(citizen);
  const honest = new URLSearchParams({ grant_type: 'authorization_code', code: signedIn.code, redirect_uri: signedIn.redirectUri, code_verifier: signedIn.verifier, client_id: 'posts', client_secret: SERVICE_SECRET });
  const authorization = fc.option(fc.oneof(fc.constantFrom('Basic', 'Basic ', 'Basic !!!', `Basic ${Buffer.from('posts').toString('base64')}`, `Basic ${Buffer.from(`posts:${SERVICE_SECRET}`).toString('base64')}`, `Basic ${Buffer.from('%:%').toString('base64')}`, 'Bearer x', 'DPoP x'), fc.string({ unit: 'grapheme-ascii', maxLength: 40 }).map((text) => text.trim())), { freq: 3 });
  const seen = await run(0.25, fc.record({ by: mutations(NAMES.token), authorization }), async (request) => {
    const sent = mutate(honest, request.by);
    return { response: await fetch(`${service.issuer}/token`, { method: 'POST', body: sent, ...(request.authorization === null ? {} : { headers: { authorization: request.authorization } }), redirect: 'manual' }), sent };
  });
  expect(seen['redirect'] ?? 0).toBe(0);
  expect(seen['refusal']).toBeGreaterThan(0);
}, timeoutMs);

import { decodeJwt } from 'jose';
import { afterAll, beforeAll, expect } from 'vitest';
import { conformanceTo } from './conformance.ts';
import { redirected, type TestService, testService } from './relying-party.ts';
import { type ServiceMachine, startServiceMachine } from './service-machine.ts';
import { SERVICE_SECRET, startTestServer, type TestServer } from './start-test-server.ts';
import { createCitizen, type TestCitizen } from './test-citizen.ts';

let server: TestServer;
let machine: ServiceMachine;
let citizen: TestCitizen;
let service: TestService;
const BYE = 'https://suite.example/post_logout_redirect';
beforeAll(async () => {
  machine = await startServiceMachine();
  server = await startTestServer({ VISAVIS_MODE: 'demo' }, undefined, [
    { clientId: 'suite', name: 'Conformance', redirectUris: ['https://suite.example/cb'], postLogoutRedirectUris: [BYE], backchannelLogoutUri: `${machine.at}/logout`, purposes: ['tests'], clientSecret: SERVICE_SECRET, claims: ['given_name'] },
  ]);
  service = testService(server, { clientId: 'suite', redirectUri: 'https://suite.example/cb', scope: 'openid' });
  citizen = createCitizen(server);
  await citizen.enrol();
});
afterAll(async () => {
  await server?.stop();
  await machine?.stop();
});

const { module, allTested } = conformanceTo('oidcc-rp-initiated-logout-certification-test-plan', 'oidcc-backchannel-rp-initiated-logout-certification-test-plan');

const discovery = async (): Promise<Record<string, unknown>> => (await (await fetch(`${service.issuer}/.well-known/openid-configuration`)).json()) as Record<string, unknown>;
const isSignedIn = async (): Promise<boolean> => (await server.database.query(`SELECT 1 FROM oidc_records WHERE model = 'Session' AND payload ? 'accountId'`)).rowCount === 1;

/** A sign-in, and then what a service's link to the end of the session leads to. */
async function logout(parameters: (idToken: string) => Record<string, string>) {
  machine.heard.length = 0;
  const { id_token } = await service.tokens(citizen);
  expect(await isSignedIn()).toBe(true);
  const response = await citizen.browser.fetch(`${service.issuer}/session/end?${new URLSearchParams(parameters(id_token)).toString()}`);
  return { id_token, status: response.status, location: response.headers.get('location'), page: await response.text() };
}

/** Says yes on the page that asks. */
async function sayYes(page: string): Promise<Response> {
  const body = new URLSearchParams({ xsrf: /name="xsrf" value="([^"]+)"/.exec(page)![1]!, logout: 'yes' });
  return citizen.browser.fetch(/action="([^"]+)"/.exec(page)![1]!, { method: 'POST', body });
}

const afterwards = async (): Promise<void> => {
  expect(await isSignedIn()).toBe(false);
  expect(redirected((await service.authorize(citizen, { prompt: 'none' })).response).get('error')).toBe('login_required');
};

/** Without a hint the citizen is asked, and with their yes they are signed out and nowhere else than here. */
const isAskedAndSignsOut = async (asked: Awaited<ReturnType<typeof logout>>): Promise<void> => {
  expect([asked.status, asked.location]).toEqual([200, null]);
  expect(asked.page).toContain('Do you want to sign out?');
  expect(await isSignedIn()).toBe(true);
  const answered = await sayYes(asked.page);
  expect(answered.headers.get('location')).toBe(`${service.issuer}/session/end/success`);
  expect(await (await citizen.browser.fetch(answered.headers.get('location')!)).text()).toContain('You are signed out');
  await afterwards();
};

const isRefused = (answer: Awaited<ReturnType<typeof logout>>, why: string): void => {
  expect([answer.status, answer.location]).toEqual([400, null]);
  expect(answer.page).toContain(why);
};

module('oidcc-rp-initiated-logout-discovery-endpoint-verification', async () => {
  expect((await discovery())['end_session_endpoint']).toBe(`${service.issuer}/session/end`);
});

module('oidcc-rp-initiated-logout', async () => {
  const answer = await logout((id_token_hint) => ({ id_token_hint, post_logout_redirect_uri: BYE, state: 'a state' }));
  expect([answer.status, answer.location]).toEqual([303, `${BYE}?state=a+state`]);
  await afterwards();
});

module('oidcc-rp-initiated-logout-bad-post-logout-redirect-uri', async () => {
  isRefused(await logout((id_token_hint) => ({ id_token_hint, post_logout_redirect_uri: 'https://suite.example/other', state: 's' })), 'post_logout_redirect_uri not registered');
});

module('oidcc-rp-initiated-logout-bad-id-token-hint', async () => {
  isRefused(await logout(() => ({ id_token_hint: 'no token', post_logout_redirect_uri: BYE, state: 's' })), 'could not decode id_token_hint');
});

module('oidcc-rp-initiated-logout-modified-id-token-hint', async () => {
  isRefused(await logout((idToken) => ({ id_token_hint: `${idToken.slice(0, -6)}AAAAAA`, post_logout_redirect_uri: BYE, state: 's' })), 'could not validate id_token_hint');
});

module('oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri', async () => {
  isRefused(await logout((id_token_hint) => ({ id_token_hint, post_logout_redirect_uri: `${BYE}?foo=bar`, state: 's' })), 'post_logout_redirect_uri not registered');
});

module('oidcc-rp-initiated-logout-no-id-token-hint', async () => {
  await isAskedAndSignsOut(await logout(() => ({ post_logout_redirect_uri: BYE, state: 's' })));
});

module('oidcc-rp-initiated-logout-no-params', async () => {
  await isAskedAndSignsOut(await logout(() => ({})));
});

module('oidcc-rp-initiated-logout-no-post-logout-redirect-uri', async () => {
  const answer = await logout((id_token_hint) => ({ id_token_hint, state: 's' }));
  expect([answer.status, answer.location]).toEqual([200, null]);
  expect(answer.page).toContain('You are signed out');
  await afterwards();
});

module('oidcc-rp-initiated-logout-no-state', async () => {
  const answer = await logout((id_token_hint) => ({ id_token_hint, post_logout_redirect_uri: BYE }));
  expect([answer.status, answer.location]).toEqual([303, BYE]);
  await afterwards();
});

module('oidcc-rp-initiated-logout-only-state', async () => {
  await isAskedAndSignsOut(await logout(() => ({ state: 's' })));
});

module('oidcc-backchannel-logout-discovery-endpoint-verification', async () => {
  expect(await discovery()).toMatchObject({ backchannel_logout_supported: true, backchannel_logout_session_supported: true });
});

module('oidcc-backchannel-rp-initiated-logout', async () => {
  const { id_token } = await logout((id_token_hint) => ({ id_token_hint, post_logout_redirect_uri: BYE, state: 's' }));
  expect(machine.heard).toMatchObject([{ path: '/logout', contentType: expect.stringMatching(/^application\/x-www-form-urlencoded/) as unknown }]);
  const [told] = await machine.logoutTokens(service.issuer);
  const { sub, sid } = decodeJwt(id_token);
  expect(sid).toBeTypeOf('string');
  expect(told).toMatchObject({ iss: service.issuer, aud: 'suite', sub, sid, events: { 'http://schemas.openid.net/event/backchannel-logout': {} } });
  expect(Object.keys(told!).toSorted((a, b) => a.localeCompare(b))).toEqual(['aud', 'events', 'exp', 'iat', 'iss', 'jti', 'path', 'sid', 'sub']);
  await afterwards();
});

allTested();

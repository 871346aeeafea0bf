import { type AccountServices, type ConsentAnswer, type Interaction, interaction, type Notices } from '@visavis/contract';
import type { RequestOptions } from '@visavis/specimen';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createBrowser } from './cookie-jar.ts';
import { redirected, testService, type TestService, type Tokens } from './relying-party.ts';
import { type ServiceMachine, startServiceMachine } from './service-machine.ts';
import { SERVICE_SECRET, startTestServer, type TestServer } from './start-test-server.ts';
import { createCitizen, type FaultAnswer, type TestCitizen } from './test-citizen.ts';

let server: TestServer;
let machine: ServiceMachine;
let club: TestService;
let gym: TestService;
beforeAll(async () => {
  machine = await startServiceMachine({});
  const registration = (clientId: string, more: object = {}) => ({ clientId, name: `The ${clientId}`, clientSecret: SERVICE_SECRET, redirectUris: [`https://${clientId}.example/cb`], purposes: [`to run the ${clientId}`], claims: ['given_name', 'family_name', 'birthdate', 'gender', 'age_band'], ...more });
  server = await startTestServer({ VISAVIS_MODE: 'demo' }, undefined, [
    registration('club', { backchannelLogoutUri: `${machine.at}/logout` }),
    registration('gym'),
    { ...registration('town'), mount: 'franceconnect', platform: 'low', tokenEndpointAuthMethod: 'client_secret_post', idTokenSigning: 'HS256', claims: ['given_name', 'given_name_array', 'family_name', 'birthdate', 'gender', 'preferred_username', 'birthplace', 'birthcountry', 'email'] },
  ]);
  const service = (clientId: string) => testService(server, { clientId, redirectUri: `https://${clientId}.example/cb`, scope: 'openid given_name' });
  [club, gym] = [service('club'), service('gym')];
});
afterAll(async () => {
  await server?.stop();
  await machine?.stop();
});

const newcomer = async (): Promise<TestCitizen> => {
  const citizen = createCitizen(server);
  await citizen.enrol();
  return citizen;
};

const code = async (response: Response): Promise<string> => ((await response.json()) as FaultAnswer).fault.code;
/** Wants a given name, and would like to know an age band and a birth date. */
const WISHES = { claims: JSON.stringify({ userinfo: { age_band: null }, id_token: { birthdate: null } }) };

/** A sign-in up to its consent page. */
async function atConsentPage(citizen: TestCitizen, service: TestService, changes: Record<string, string> = WISHES) {
  const started = await service.authorize(citizen, changes);
  const api = `${server.origin}/api/interactions/${started.response.headers.get('location')!.split('/').at(-1)!}`;
  const first = interaction.parse(await (await citizen.browser.fetch(api)).json());
  const prove = async () => citizen.browser.fetch(`${api}/passkey`, { json: { challengeId: first.challenge!.challengeId, passkey: await citizen.authenticator.get(first.challenge!.options as unknown as RequestOptions) } });
  return { api, ...started, prove };
}

const answer = (citizen: Pick<TestCitizen, 'browser'>, api: string, body: ConsentAnswer | object) => citizen.browser.fetch(`${api}/consent`, { json: body });

/** The whole way to the tokens, with these claims agreed to. */
async function signIn(citizen: TestCitizen, service: TestService, agreed: readonly string[], changes: Record<string, string> = WISHES): Promise<Tokens & { readonly shown: Interaction }> {
  const { api, prove, verifier, redirectUri } = await atConsentPage(citizen, service, changes);
  const shown = interaction.parse(await (await prove()).json());
  const { returnTo } = shown.returnTo === undefined ? ((await (await answer(citizen, api, { agree: true, claims: agreed })).json()) as { returnTo: string }) : { returnTo: shown.returnTo };
  const back = new URL((await citizen.browser.fetch(returnTo)).headers.get('location')!);
  const tokens = (await (await service.redeem({ verifier, redirectUri, code: back.searchParams.get('code')! })).json()) as Tokens;
  return { ...tokens, shown };
}

async function openAccount(citizen: TestCitizen): Promise<void> {
  const { challengeId, options } = (await (await citizen.browser.fetch(`${server.origin}/api/session/options`, { json: {} })).json()) as { challengeId: string; options: RequestOptions };
  expect((await citizen.browser.fetch(`${server.origin}/api/session`, { json: { challengeId, passkey: await citizen.authenticator.get(options) } })).status).toBe(204);
}

const ofAccount = (citizen: Pick<TestCitizen, 'browser'>, path: string, json?: unknown, method?: string) => citizen.browser.fetch(`${server.origin}/api/account/services${path}`, { ...(json === undefined ? {} : { json }), ...(method === undefined ? {} : { method }) });
const account = async (citizen: TestCitizen): Promise<AccountServices> => (await (await ofAccount(citizen, '')).json()) as AccountServices;
const decisions = async (citizen: TestCitizen, clientId = 'club') => Object.fromEntries((await account(citizen)).services.find((service) => service.clientId === clientId)!.claims.map(({ name, decision, essential }) => [name, `${decision}${essential ? ', needed' : ''}`]));
const userinfo = async (service: TestService, { access_token }: Tokens) => {
  const { sub: _sub, ...claims } = (await (await service.userinfo(access_token)).json()) as Record<string, unknown>;
  return claims;
};

describe('voluntary claims, one by one', () => {
  it('what is refused reaches neither the id_token nor userinfo; what is agreed to does', async () => {
    const citizen = await newcomer();
    const none = await signIn(citizen, club, ['given_name']);
    expect(none.shown.claims.map(({ name, essential }) => [name, essential])).toEqual([['given_name', true], ['birthdate', false], ['age_band', false]]);
    expect(await userinfo(club, none)).toEqual({ given_name: 'ADA' });
    expect(decodeJwt(none.id_token)).not.toHaveProperty('birthdate');

    const all = await signIn(await newcomer(), club, ['given_name', 'birthdate', 'age_band']);
    expect(await userinfo(club, all)).toEqual({ given_name: 'ADA', age_band: '25-64' });
    expect(decodeJwt(all.id_token)).toHaveProperty('birthdate');
  });

  it('what merely comes with the scope profile is voluntary; what a scope names is not', async () => {
    const citizen = await newcomer();
    const tokens = await signIn(citizen, club, ['given_name', 'birthdate'], { scope: 'openid profile given_name' });
    expect(tokens.shown.claims.filter(({ essential }) => essential).map(({ name }) => name)).toEqual(['given_name']);
    const told = await userinfo(club, tokens);
    expect(Object.keys(told).toSorted()).toEqual(['birthdate', 'given_name']);
  });

  it('an answer with what was not asked, without what is needed, twice the same, or without claims is refused, and nothing is remembered; the honest one passes', async () => {
    const citizen = await newcomer();
    const { api, prove } = await atConsentPage(citizen, club);
    await prove();
    expect(await code(await answer(citizen, api, { agree: true, claims: ['given_name', 'family_name'] }))).toBe('CONSENT_CLAIM_NOT_ASKED');
    expect(await code(await answer(citizen, api, { agree: true, claims: ['given_name', 'constructor'] }))).toBe('CONSENT_CLAIM_NOT_ASKED');
    expect(await code(await answer(citizen, api, { agree: true, claims: ['age_band'] }))).toBe('CONSENT_ESSENTIAL_MISSING');
    for (const body of [{ agree: true }, { agree: true, claims: ['given_name', 'given_name'] }, { agree: true, claims: 'given_name' }, { agree: false, claims: [] }]) expect(await code(await answer(citizen, api, body))).toBe('REQUEST_INVALID');
    await openAccount(citizen);
    expect((await account(citizen)).services).toEqual([]);
    expect((await answer(citizen, api, { agree: true, claims: ['given_name'] })).status).toBe(200);
    expect((await account(citizen)).services).toHaveLength(1);
  });

  it("another interaction, or a stranger's browser, takes no answer for this one", async () => {
    const [citizen, stranger] = [await newcomer(), await newcomer()];
    const one = await atConsentPage(citizen, club);
    await one.prove();
    expect(await code(await answer({ browser: createBrowser() }, one.api, { agree: true, claims: ['given_name'] }))).toBe('SIGN_IN_INTERACTION_UNKNOWN');
    const other = await atConsentPage(stranger, club);
    await other.prove();
    expect(await code(await answer(stranger, one.api, { agree: true, claims: ['given_name'] }))).toBe('SIGN_IN_INTERACTION_UNKNOWN');
    // The stranger's own, which wants nothing voluntary of another service's request.
    expect(await code(await answer(stranger, other.api, { agree: true, claims: ['given_name', 'gender'] }))).toBe('CONSENT_CLAIM_NOT_ASKED');
    expect((await answer(citizen, one.api, { agree: true, claims: ['given_name'] })).status).toBe(200);
  });
});

describe('a consent is remembered', () => {
  it('also what was declined: nobody is asked the same twice; something new, something needed now, or prompt=consent is asked', async () => {
    const citizen = await newcomer();
    await signIn(citizen, club, ['given_name', 'age_band']);
    const again = await signIn(citizen, club, []);
    expect(again.shown.step).toBe('done');
    expect(await userinfo(club, again)).toEqual({ given_name: 'ADA', age_band: '25-64' });
    expect(decodeJwt(again.id_token)).not.toHaveProperty('birthdate');
    // Less is no question either, and makes nobody forget the rest.
    expect((await signIn(citizen, club, [], { scope: 'openid' })).shown.step).toBe('done');
    expect((await signIn(citizen, club, [])).shown.step).toBe('done');

    const wider = await signIn(citizen, club, ['given_name'], { claims: JSON.stringify({ userinfo: { gender: null } }) });
    expect(wider.shown.claims.map(({ name, agreed }) => [name, agreed])).toEqual([['given_name', true], ['gender', undefined]]);
    expect((await signIn(citizen, club, [])).shown.step).toBe('done');
    const needed = await signIn(citizen, club, ['given_name', 'birthdate'], { claims: JSON.stringify({ userinfo: { birthdate: { essential: true } } }) });
    expect(needed.shown.claims.map(({ name, agreed }) => [name, agreed])).toEqual([['given_name', true], ['birthdate', false]]);
    expect((await signIn(citizen, club, ['given_name'], { ...WISHES, prompt: 'consent' })).shown.step).toBe('consent');
    await openAccount(citizen);
    expect(await decisions(citizen)).toEqual({ given_name: 'agreed, needed', gender: 'declined', birthdate: 'declined', age_band: 'declined', family_name: 'notAsked' });
  });

  it('is shown with purposes and all that may be asked; a claim is given and taken back there, at once for living tokens too', async () => {
    const citizen = await newcomer();
    const tokens = await signIn(citizen, club, ['given_name', 'age_band']);
    await openAccount(citizen);
    expect((await account(citizen)).services).toMatchObject([{ clientId: 'club', name: 'The club', purposes: ['to run the club'] }]);
    expect(await decisions(citizen)).toEqual({ given_name: 'agreed, needed', birthdate: 'declined', age_band: 'agreed', family_name: 'notAsked', gender: 'notAsked' });

    const change = (claims: readonly string[]) => ofAccount(citizen, '/club/claims', { claims }, 'PUT');
    expect(await code(await change(['age_band']))).toBe('CONSENT_ESSENTIAL_MISSING');
    expect(await code(await change(['given_name', 'family_name']))).toBe('CONSENT_CLAIM_NOT_ASKED');
    expect((await club.userinfo(tokens.access_token)).status).toBe(200);
    expect((await change(['given_name', 'birthdate'])).status).toBe(204);
    expect((await club.userinfo(tokens.access_token)).status).toBe(401);
    const after = await signIn(citizen, club, []);
    expect(after.shown.step).toBe('done');
    expect(await userinfo(club, after)).toEqual({ given_name: 'ADA' });
    expect(decodeJwt(after.id_token)).toHaveProperty('birthdate');

    expect((await ofAccount(citizen, '/club', undefined, 'DELETE')).status).toBe(204);
    expect((await account(citizen)).services).toEqual([]);
    expect((await signIn(citizen, club, ['given_name'])).shown.step).toBe('consent');
  });

  it("another citizen's is neither seen nor changed, and answered like one that isn't there", async () => {
    const [citizen, other] = [await newcomer(), await newcomer()];
    await signIn(citizen, club, ['given_name', 'age_band']);
    await openAccount(citizen);
    await openAccount(other);
    expect(await account(other)).toEqual({ services: [], cases: [] });
    const refusals = await Promise.all(['club', 'nobody'].map(async (clientId) => (await ofAccount(other, `/${clientId}/claims`, { claims: ['given_name'] }, 'PUT')).text()));
    expect(refusals[0]).toBe(refusals[1]);
    expect(JSON.parse(refusals[0]!)).toMatchObject({ fault: { code: 'ACCOUNT_SERVICE_UNKNOWN' } });
    expect((await ofAccount(other, '/club', undefined, 'DELETE')).status).toBe(204);
    expect(await decisions(citizen)).toMatchObject({ age_band: 'agreed' });
    expect(await code(await ofAccount({ browser: createBrowser() }, ''))).toBe('SIGN_IN_NEEDED');
  });

  const records = async (model: string) => (await server.database.query(`SELECT 1 FROM oidc_records WHERE model = $1`, [model])).rowCount;
  const returnTo = async (citizen: TestCitizen) => ((await (await (await atConsentPage(citizen, club)).prove()).json()) as { returnTo: string }).returnTo;

  it('taken back between the answer and the way back: no grant, and the citizen is asked again', async () => {
    const citizen = await newcomer();
    await signIn(citizen, club, ['given_name', 'age_band']);
    const before = await records('Grant');
    const back = await returnTo(citizen);
    await openAccount(citizen);
    expect((await ofAccount(citizen, '/club', undefined, 'DELETE')).status).toBe(204);
    expect((await citizen.browser.fetch(back)).headers.get('location')).toMatch(/\/sign-in\//);
    expect(await records('Grant')).toBe(before! - 1);
    // Its twin: nothing was taken back, and there is a code.
    await signIn(citizen, club, ['given_name']);
    expect(redirected(await citizen.browser.fetch(await returnTo(citizen))).has('code')).toBe(true);
  });

  it('taken back at the very moment of the grant: one waits for the other, and nothing that was taken back can be used', async () => {
    const citizen = await newcomer();
    await signIn(citizen, club, ['given_name', 'age_band']);
    const back = await returnTo(citizen);
    const before = await records('Grant');
    const taking = await server.database.connect();
    try {
      await taking.query('BEGIN');
      await taking.query('DELETE FROM service_consents');
      const answered = citizen.browser.fetch(back);
      // Only when the way back waits for us.
      await vi.waitFor(async () => expect((await server.database.query(`SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%standing%'`)).rowCount).toBe(1));
      await taking.query('COMMIT');
      expect(Object.fromEntries(redirected(await answered))).toMatchObject({ error: 'access_denied', error_description: 'what the citizen agreed to was taken back' });
      expect(await records('Grant')).toBe(before);
    } finally {
      taking.release();
    }
  });

  it('taken back as it is remembered: SIGN_IN_CONSENT_CHANGED, and nothing is answered; the next answer is', async () => {
    const citizen = await newcomer();
    const { api, prove } = await atConsentPage(citizen, club);
    await prove();
    await server.database.query(`CREATE FUNCTION test_take_back() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM service_consents WHERE identity_id = NEW.identity_id; RETURN NEW; END $$`);
    await server.database.query(`CREATE CONSTRAINT TRIGGER test_take_back AFTER INSERT ON service_consents DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION test_take_back()`);
    try {
      expect(await code(await answer(citizen, api, { agree: true, claims: ['given_name'] }))).toBe('SIGN_IN_CONSENT_CHANGED');
    } finally {
      await server.database.query('DROP FUNCTION test_take_back CASCADE');
    }
    expect((await answer(citizen, api, { agree: true, claims: ['given_name'] })).status).toBe(200);
  });

  it('a proof that ended between the answer and the way back, as by a freeze that was lifted since: no grant', async () => {
    const citizen = await newcomer();
    await signIn(citizen, club, ['given_name']);
    const back = await returnTo(citizen);
    await server.database.query('DELETE FROM interaction_proofs');
    expect((await citizen.browser.fetch(back)).headers.get('location')).toMatch(/\/sign-in\//);
  });
});

describe("this wasn't me", () => {
  const notices = async (citizen: TestCitizen) => ((await (await citizen.browser.fetch(`${server.origin}/api/account/notices`)).json()) as Notices).map(({ kind }) => kind);
  const block = (citizen: Pick<TestCitizen, 'browser'>, clientId = 'club') => ofAccount(citizen, `/${clientId}/block`, {});
  const unblockChallenge = async (citizen: TestCitizen, clientId = 'club') => (await (await ofAccount(citizen, `/${clientId}/unblock/options`, {})).json()) as { challengeId: string; options: RequestOptions };
  const unblock = async (citizen: TestCitizen, clientId = 'club', by = citizen) => {
    const { challengeId, options } = await unblockChallenge(citizen, clientId);
    return ofAccount(citizen, `/${clientId}/unblock`, { challengeId, passkey: await by.authenticator.get(options) });
  };

  it('one tap: codes and tokens are dead, the service is told, a case is open, and a sign-in there is refused before the service hears anything', async () => {
    const citizen = await newcomer();
    const [tokens, unredeemed] = [await signIn(citizen, club, ['given_name']), await club.signIn(citizen, WISHES)];
    await openAccount(citizen);
    machine.heard.length = 0;
    const opened = (await (await block(citizen)).json()) as object;
    expect(opened).toMatchObject({ caseNumber: expect.stringMatching(/^[0-9A-Z]{5}-[0-9A-Z]{5}$/) as unknown, kind: 'notMe', state: 'open', clientId: 'club', serviceName: 'The club' });
    expect((await club.userinfo(tokens.access_token)).status).toBe(401);
    expect(await (await club.redeem(unredeemed)).json()).toMatchObject({ error: 'invalid_grant' });
    expect((await machine.logoutTokens(`${server.origin}/oidc`)).map(({ aud, sub }) => [aud, sub])).toEqual([['club', decodeJwt(tokens.id_token).sub]]);
    expect(await account(citizen)).toMatchObject({ services: [{ clientId: 'club' }], cases: [opened] });

    machine.heard.length = 0;
    const { prove, api } = await atConsentPage(citizen, club);
    expect(await code(await prove())).toBe('SIGN_IN_SERVICE_BLOCKED');
    // Reloaded, and answered as if nothing was: still no.
    expect(await code(await citizen.browser.fetch(api))).toBe('SIGN_IN_SERVICE_BLOCKED');
    expect(await code(await answer(citizen, api, { agree: true, claims: ['given_name'] }))).toBe('SIGN_IN_SERVICE_BLOCKED');
    expect(machine.heard).toEqual([]);
    // The citizen may tell it no, and it hears no more than from anybody who refuses.
    const { returnTo } = (await (await answer(citizen, api, { agree: false })).json()) as { returnTo: string };
    expect(Object.fromEntries(redirected(await citizen.browser.fetch(returnTo)))).toMatchObject({ error: 'access_denied', error_description: 'the citizen did not agree' });

    // Other services, and other citizens there, are as they were.
    expect((await signIn(citizen, gym, ['given_name'])).access_token).toBeDefined();
    expect((await signIn(await newcomer(), club, ['given_name'])).access_token).toBeDefined();
  });

  it('no other way in: a pushed request, prompt=none, the other mount, a page that was open before', async () => {
    const citizen = await newcomer();
    const before = await atConsentPage(citizen, club);
    await before.prove();
    await openAccount(citizen);
    expect((await block(citizen)).status).toBe(200);
    expect(await code(await answer(citizen, before.api, { agree: true, claims: ['given_name'] }))).toBe('SIGN_IN_SERVICE_BLOCKED');

    const pushed = (await (await club.push(WISHES)).response.json()) as { request_uri: string };
    const opened = await citizen.browser.fetch(`${server.origin}/oidc/auth?${new URLSearchParams({ client_id: 'club', request_uri: pushed.request_uri }).toString()}`);
    const api = `${server.origin}/api/interactions/${opened.headers.get('location')!.split('/').at(-1)!}`;
    const { challenge } = interaction.parse(await (await citizen.browser.fetch(api)).json());
    expect(await code(await citizen.browser.fetch(`${api}/passkey`, { json: { challengeId: challenge!.challengeId, passkey: await citizen.authenticator.get(challenge!.options as unknown as RequestOptions) } }))).toBe('SIGN_IN_SERVICE_BLOCKED');

    // As before, whoever asks: nothing tells a blocked citizen from anybody.
    expect(redirected((await club.authorize(citizen, { prompt: 'none' })).response).get('error')).toBe('login_required');
    const { query } = club.parameters({ acr_values: 'eidas1', state: 's'.repeat(32), nonce: 'n'.repeat(32) });
    const elsewhere = await citizen.browser.fetch(`${server.origin}/api/v2/authorize?${query.toString()}`);
    expect([elsewhere.status, elsewhere.headers.get('location'), (await elsewhere.text()).includes('Y04EA6E')]).toEqual([400, null, true]);
  });

  it('an answer that was given before, and not yet followed, leads to a page of ours and not to the service', async () => {
    const citizen = await newcomer();
    const { api, prove } = await atConsentPage(citizen, club);
    await prove();
    const { returnTo } = (await (await answer(citizen, api, { agree: true, claims: ['given_name'] })).json()) as { returnTo: string };
    await openAccount(citizen);
    expect((await block(citizen)).status).toBe(200);
    expect((await citizen.browser.fetch(returnTo)).headers.get('location')).toContain(`${server.origin}/sign-in/`);
  });

  it('at the FranceConnect mount as well: blocked there, and asked again from the beginning once let in', async () => {
    const citizen = await newcomer();
    const town = async () => {
      const asked = { client_id: 'town', redirect_uri: 'https://town.example/cb', response_type: 'code', scope: 'openid identite_pivot preferred_username email', acr_values: 'eidas1', state: 's'.repeat(32), nonce: 'n'.repeat(32) };
      const started = await citizen.browser.fetch(`${server.origin}/api/v2/authorize?${new URLSearchParams(asked).toString()}`);
      const api = `${server.origin}/api/interactions/${started.headers.get('location')!.split('/').at(-1)!}`;
      const { challenge } = interaction.parse(await (await citizen.browser.fetch(api)).json());
      return { api, proven: await citizen.browser.fetch(`${api}/passkey`, { json: { challengeId: challenge!.challengeId, passkey: await citizen.authenticator.get(challenge!.options as unknown as RequestOptions) } }) };
    };
    await openAccount(citizen);
    expect((await block(citizen, 'town')).status).toBe(200);
    expect(await code((await town()).proven)).toBe('SIGN_IN_SERVICE_BLOCKED');
    expect((await unblock(citizen, 'town')).status).toBe(204);
    const { api, proven } = await town();
    const shown = interaction.parse(await proven.json());
    expect(shown.claims.filter(({ essential }) => !essential).map(({ name }) => name)).toEqual(['preferred_username', 'email']);
    const essential = shown.claims.filter((claim) => claim.essential).map(({ name }) => name);
    expect(await code(await answer(citizen, api, { agree: true, claims: ['preferred_username', ...essential.slice(1)] }))).toBe('CONSENT_ESSENTIAL_MISSING');
    const { returnTo } = (await (await answer(citizen, api, { agree: true, claims: essential })).json()) as { returnTo: string };
    const back = redirected(await citizen.browser.fetch(returnTo));
    const token = await fetch(`${server.origin}/api/v2/token`, { method: 'POST', body: new URLSearchParams({ client_id: 'town', client_secret: SERVICE_SECRET, grant_type: 'authorization_code', redirect_uri: 'https://town.example/cb', code: back.get('code')! }) });
    const { access_token } = (await token.json()) as Tokens;
    expect(Object.keys(decodeJwt(await (await fetch(`${server.origin}/api/v2/userinfo`, { headers: { authorization: `Bearer ${access_token}` } })).text()))).toEqual(expect.arrayContaining(['sub', 'given_name', 'family_name', 'birthdate', 'gender']));
  });

  it('two taps at once open one case, and so does a third later', async () => {
    const citizen = await newcomer();
    await openAccount(citizen);
    const answers = await Promise.all(Array.from({ length: 10 }, () => block(citizen)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
    const numbers = await Promise.all([...answers, await block(citizen)].map(async (one) => ((await one.json()) as { caseNumber: string }).caseNumber));
    expect(new Set(numbers).size).toBe(1);
    expect((await account(citizen)).cases).toHaveLength(1);
    expect(await notices(citizen)).toEqual(['serviceBlocked']);
    expect((await unblock(citizen)).status).toBe(204);
    expect((await notices(citizen)).toSorted((a, b) => a.localeCompare(b))).toEqual(['serviceBlocked', 'serviceUnblocked']);
  });

  it('is lifted by a fresh passkey of the same citizen, made for that service, once; by nothing else', async () => {
    const [citizen, other] = [await newcomer(), await newcomer()];
    await openAccount(citizen);
    await openAccount(other);
    await block(citizen);
    await block(citizen, 'gym');
    // One notice, not one for each: they must not push others off the page.
    expect(await notices(citizen)).toEqual(['serviceBlocked']);
    expect(await code(await ofAccount(citizen, '/club/unblock', {}))).toBe('REQUEST_INVALID');
    const forSession = (await (await citizen.browser.fetch(`${server.origin}/api/session/options`, { json: {} })).json()) as { challengeId: string; options: RequestOptions };
    expect(await code(await ofAccount(citizen, '/club/unblock', { challengeId: forSession.challengeId, passkey: await citizen.authenticator.get(forSession.options) }))).toBe('SIGN_IN_CHALLENGE_EXPIRED');
    const forGym = await unblockChallenge(citizen, 'gym');
    expect(await code(await ofAccount(citizen, '/club/unblock', { challengeId: forGym.challengeId, passkey: await citizen.authenticator.get(forGym.options) }))).toBe('SIGN_IN_CHALLENGE_EXPIRED');
    expect(await code(await unblock(citizen, 'club', other))).toBe('SIGN_IN_OF_ANOTHER_PERSON');
    expect((await account(citizen)).cases.map(({ state }) => state)).toEqual(['open', 'open']);

    const { challengeId, options } = await unblockChallenge(citizen);
    const honest = { challengeId, passkey: await citizen.authenticator.get(options) };
    const answers = await Promise.all([honest, honest, honest].map((one) => ofAccount(citizen, '/club/unblock', one)));
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
    expect(await code(await ofAccount(citizen, '/club/unblock/options', {}))).toBe('ACCOUNT_SERVICE_UNKNOWN');
    expect((await account(citizen)).cases.map(({ clientId, state }) => `${clientId} ${state}`).toSorted((a, b) => a.localeCompare(b))).toEqual(['club closed', 'gym open']);
    expect((await signIn(citizen, club, ['given_name'])).shown.step).toBe('consent');
    // Shut out again: a case of its own.
    await block(citizen);
    expect((await account(citizen)).cases).toHaveLength(3);
  });

  it("another citizen's case is neither seen nor closed, and answered like one that isn't there; a service that isn't there can't be shut out", async () => {
    const [citizen, other] = [await newcomer(), await newcomer()];
    await openAccount(citizen);
    await openAccount(other);
    await block(citizen);
    expect(await account(other)).toEqual({ services: [], cases: [] });
    const { challengeId, options } = await unblockChallenge(citizen);
    const answered = { challengeId, passkey: await other.authenticator.get(options) };
    const refusals = [await ofAccount(other, '/club/unblock/options', {}), await ofAccount(other, '/nobody/unblock/options', {}), await ofAccount(other, '/club/unblock', answered), await ofAccount(other, '/nobody/unblock', answered), await block(other, 'nobody')];
    expect(new Set(await Promise.all(refusals.map((refused) => refused.text()))).size).toBe(1);
    expect(refusals.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404]);
    expect((await account(citizen)).cases.map(({ state }) => state)).toEqual(['open']);
    expect(await code(await block({ browser: createBrowser() }))).toBe('SIGN_IN_NEEDED');
  });
});

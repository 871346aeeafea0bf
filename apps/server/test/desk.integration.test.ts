import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { COUNTER_CHECKS, type CounterVisit, type DeskAct, type DeskRole } from '@visavis/contract';
import { fromBase64Url } from '@visavis/kernel';
import { commitment } from '@visavis/log';
import { inviteAgent, withdrawAgent } from '@visavis/registry';
import { type CreationOptions, createSoftwareAuthenticator, type RequestOptions, type SoftwareAuthenticator } from '@visavis/specimen';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Browser, createBrowser } from './cookie-jar.ts';
import { redirected, type TestService, testService } from './relying-party.ts';
import { random } from './start-test-registry.ts';
import { SERVICE_SECRET, startTestServer, type TestServer } from './start-test-server.ts';
import { answerInteraction, createCitizen, type FaultAnswer, newDeviceKey, randomId, type TestCitizen, type TestEnrolment } from './test-citizen.ts';

interface TestAgent {
  readonly agentId: string;
  readonly browser: Browser;
  readonly authenticator: SoftwareAuthenticator;
}

let server: TestServer;
let taxOffice: TestService;
beforeAll(async () => {
  server = await startTestServer({}, undefined, [
    { clientId: 'low', name: 'Low', mount: 'franceconnect', platform: 'low', sector: 'low', idTokenSigning: 'HS256', tokenEndpointAuthMethod: 'client_secret_post', clientSecret: SERVICE_SECRET, redirectUris: ['https://low.example/callback'], purposes: ['tests'], claims: ['given_name'] },
  ]);
  taxOffice = testService(server, { clientId: 'tax-office', redirectUri: `${server.taxOfficeOrigin}/callback`, scope: 'openid given_name family_name birthdate' });
});
afterAll(async () => server?.stop());

const post = (browser: Browser, path: string, json: unknown): Promise<Response> => browser.fetch(`${server.origin}${path}`, { json });
const refusal = async (response: Response): Promise<readonly [number, string]> => [response.status, response.status < 400 ? 'none' : ((await response.json()) as FaultAnswer).fault.code];
const atRegistry = () => ({ pool: server.database, clock: () => Date.now(), random });

async function answered(authenticator: SoftwareAuthenticator, asked: Response) {
  if (asked.status !== 200) throw new Error(await asked.text());
  const { challengeId, options } = (await asked.json()) as { challengeId: string; options: RequestOptions };
  return { challengeId, passkey: await authenticator.get(options) };
}

async function made(authenticator: SoftwareAuthenticator, invitation: string) {
  const options = await post(createBrowser(), '/api/desk/invitation/options', { invitation });
  if (options.status !== 200) throw new Error(await options.text());
  return authenticator.create((await options.json()) as CreationOptions);
}

const signIn = async ({ browser, authenticator }: Pick<TestAgent, 'browser' | 'authenticator'>): Promise<Response> => post(browser, '/api/desk/session', await answered(authenticator, await post(browser, '/api/desk/session/options', {})));

async function newAgent(roles: readonly DeskRole[] = ['agent']): Promise<TestAgent> {
  const { agentId, invitation } = await inviteAgent(atRegistry(), { name: 'Grace Hopper', roles });
  const agent = { agentId, browser: createBrowser(), authenticator: createSoftwareAuthenticator({ origin: server.origin, random }) };
  expect((await post(agent.browser, '/api/desk/invitation', { invitation, passkey: await made(agent.authenticator, invitation) })).status).toBe(204);
  expect((await signIn(agent)).status).toBe(204);
  return agent;
}

const options = (agent: TestAgent, act: DeskAct): Promise<Response> => post(agent.browser, '/api/desk/acts/options', act);
const act = async (agent: TestAgent, wanted: DeskAct): Promise<Response> => post(agent.browser, '/api/desk/acts', { act: wanted, answer: await answered(agent.authenticator, await options(agent, wanted)) });

const consent = { identityCreation: true, agentSeesPortrait: true, textVersion: 'counter-2026-11.1', language: 'en' };
const open = (agent: TestAgent, code: string): Promise<Response> => post(agent.browser, '/api/desk/visits', { code });
async function newVisit(clientKey: TestEnrolment['key']['publicKey']) {
  const created = await post(createBrowser(), '/api/counter/visits', { clientKey, consent });
  if (created.status !== 201) throw new Error(await created.text());
  return (await created.json()) as { visitId: string; code: string };
}

/** A citizen at the counter whose document was read for the visit: the test plays the booth that reads it. */
async function readAt(agent: TestAgent, citizen: TestCitizen = createCitizen(server)) {
  const enrolment = await citizen.begin();
  const { visitId, code } = await newVisit(enrolment.key.publicKey);
  const opened = await open(agent, code);
  expect(opened.status).toBe(200);
  await server.database.query(`UPDATE enrolments SET pathway = 'counter' WHERE enrolment_id = $1`, [enrolment.enrolmentId]);
  await server.database.query('UPDATE counter_visits SET consent_id = $2 WHERE visit_id = $1', [visitId, server.booths.get(enrolment.enrolmentId)!.consentId]);
  const { enrolmentId } = enrolment;
  const attest = { act: 'attest' as const, visitId, enrolmentId, checks: [...COUNTER_CHECKS] };
  const confirm = { act: 'confirm', visitId, enrolmentId } as const;
  const bind = async (pathway: 'face' | 'counter' = 'counter') => enrolment.bind({ possession: await enrolment.possession('bind'), verdict: await enrolment.verdict({ pathway }), boothCertificate: enrolment.boothCertificate, passkey: await enrolment.passkey() });
  return { citizen, enrolment, visitId, enrolmentId, code, attest, confirm, bind };
}

async function counterCitizen(): Promise<TestCitizen> {
  const [first, second] = [await newAgent(), await newAgent()];
  const visit = await readAt(first);
  expect((await act(first, visit.attest)).status).toBe(200);
  expect((await act(second, visit.confirm)).status).toBe(200);
  expect((await visit.bind()).status).toBe(201);
  return visit.citizen;
}

describe('an agent', () => {
  it('registers one passkey by an invitation, which is spent by it', async () => {
    const { agentId, invitation } = await inviteAgent(atRegistry(), { name: 'Grace Hopper', roles: ['agent'] });
    const [mine, other] = [createSoftwareAuthenticator({ origin: server.origin, random }), createSoftwareAuthenticator({ origin: server.origin, random })];
    const first = { invitation, passkey: await made(mine, invitation) };
    const browser = createBrowser();
    const together = await Promise.all([post(browser, '/api/desk/invitation', first), post(browser, '/api/desk/invitation', first)]);
    expect(together.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([204, 401]);
    expect(await refusal(await post(browser, '/api/desk/invitation/options', { invitation }))).toEqual([401, 'DESK_INVITATION_REFUSED']);
    expect(await refusal(await post(browser, '/api/desk/invitation', { invitation, passkey: first.passkey }))).toEqual([401, 'DESK_INVITATION_REFUSED']);
    expect((await signIn({ browser, authenticator: mine })).status).toBe(204);
    expect(await (await browser.fetch(`${server.origin}/api/desk/session`)).json()).toMatchObject({ agentId, name: 'Grace Hopper', roles: ['agent'] });
    await expect(signIn({ browser: createBrowser(), authenticator: other })).rejects.toThrow();
  });

  it('is not invited by a code that ran out', async () => {
    const { agentId, invitation } = await inviteAgent(atRegistry(), { name: 'Grace Hopper', roles: ['agent'] });
    await server.database.query('UPDATE agents SET invitation_expires_at = $2 WHERE agent_id = $1', [agentId, new Date(Date.now() - 1)]);
    expect(await refusal(await post(createBrowser(), '/api/desk/invitation/options', { invitation }))).toEqual([401, 'DESK_INVITATION_REFUSED']);
  });

  it('is no citizen, and no citizen is an agent', async () => {
    const [agent, citizen] = [await newAgent(), createCitizen(server)];
    await citizen.enrol();
    expect(await refusal(await post(agent.browser, '/api/session', await answered(agent.authenticator, await post(agent.browser, '/api/session/options', {}))))).toEqual([401, 'SIGN_IN_PASSKEY_REFUSED']);
    expect(await refusal(await signIn(citizen))).toEqual([401, 'DESK_PASSKEY_REFUSED']);
    expect(await refusal(await agent.browser.fetch(`${server.origin}/api/account`))).toEqual([401, 'SIGN_IN_NEEDED']);
    expect(await refusal(await citizen.browser.fetch(`${server.origin}/api/desk/session`))).toEqual([401, 'DESK_SIGN_IN_NEEDED']);
  });

  it('answers a challenge once', async () => {
    const agent = await newAgent();
    const answer = await answered(agent.authenticator, await post(agent.browser, '/api/desk/session/options', {}));
    expect((await post(agent.browser, '/api/desk/session', answer)).status).toBe(204);
    expect(await refusal(await post(agent.browser, '/api/desk/session', answer))).toEqual([401, 'DESK_CHALLENGE_EXPIRED']);
  });

  it('has a session that ends: by themselves, by time, by the operator', async () => {
    const who = async ({ browser }: TestAgent) => refusal(await browser.fetch(`${server.origin}/api/desk/session`));
    const [left, late, withdrawn] = [await newAgent(), await newAgent(), await newAgent()];
    expect(await who(left)).toEqual([200, 'none']);
    await left.browser.fetch(`${server.origin}/api/desk/session`, { method: 'DELETE' });
    await server.database.query('UPDATE desk_sessions SET expires_at = $2 WHERE agent_id = $1', [late.agentId, new Date(Date.now() - 1)]);
    expect(await withdrawAgent(atRegistry(), withdrawn.agentId)).toBe(true);
    for (const agent of [left, late, withdrawn]) expect(await who(agent)).toEqual([401, 'DESK_SIGN_IN_NEEDED']);
    expect(await refusal(await signIn(withdrawn))).toEqual([401, 'DESK_PASSKEY_REFUSED']);
  });
});

describe('the operator', () => {
  async function command(...parameters: string[]): Promise<unknown> {
    const { rows } = await server.database.query<{ socket: string }>(`SELECT current_setting('unix_socket_directories') AS socket`);
    const env = { PATH: process.env['PATH']!, DATABASE_URL: `postgres://postgres@localhost/postgres?host=${encodeURIComponent(rows[0]!.socket)}` };
    const { stdout } = await promisify(execFile)(process.execPath, [path.join(import.meta.dirname, '../src/agents/main.ts'), ...parameters], { env });
    return JSON.parse(stdout);
  }

  it('invites, lists and withdraws agents by a command while the server runs', async () => {
    const { agentId, invitation } = (await command('invite', 'Ada Byron', '--role', 'agent', '--role', 'reviewer')) as { agentId: string; invitation: string };
    expect((await post(createBrowser(), '/api/desk/invitation/options', { invitation })).status).toBe(200);
    const listed = await command('list');
    expect(listed).toContainEqual({ agentId, name: 'Ada Byron', roles: ['agent', 'reviewer'], hasPasskey: false });
    expect(JSON.stringify(listed)).not.toContain(invitation);
    expect(await command('withdraw', agentId)).toEqual({ withdrawn: agentId });
    expect(await refusal(await post(createBrowser(), '/api/desk/invitation/options', { invitation }))).toEqual([401, 'DESK_INVITATION_REFUSED']);
    await expect(command('withdraw', agentId)).rejects.toThrow('no such agent at work');
    await expect(command('invite', 'Ada Byron', '--role', 'king')).rejects.toThrow('for the operator');
    await expect(command('invite', 'Ada Byron')).rejects.toThrow('for the operator');
  });
});

describe('a visit to a counter', () => {
  it('honest twin: two agents, one identity, its door in the account and in the log of what was done', async () => {
    const [first, second] = [await newAgent(), await newAgent()];
    const visit = await readAt(first);
    expect(await (await act(first, visit.attest)).json()).toMatchObject({ state: 'attested', openedBy: first.agentId, checks: COUNTER_CHECKS });
    expect(await (await act(second, visit.confirm)).json()).toMatchObject({ state: 'confirmed' });
    expect((await visit.bind()).status).toBe(201);
    expect(await (await visit.citizen.browser.fetch(`${server.origin}/api/account`)).json()).toMatchObject({ pathway: 'counter', levelOfAssurance: 'eidas2' });
    const { rows } = await server.database.query<{ act: string; agent_id: string }>('SELECT act, agent_id FROM desk_acts WHERE subject = $1 ORDER BY act_number', [visit.visitId]);
    expect(rows.map((row) => [row.act, row.agent_id])).toEqual([['visitOpened', first.agentId], ['visitAttested', first.agentId], ['visitConfirmed', second.agentId]]);
    const { rows: openings } = await server.database.query<{ salt: string; entry: string }>('SELECT salt, entry FROM desk_acts WHERE subject = $1', [visit.visitId]);
    const leaves = openings.map(({ salt, entry }) => Buffer.from(commitment(fromBase64Url(salt), entry)));
    const { rowCount } = await server.database.query('SELECT commitment FROM log_pending WHERE commitment = ANY ($1::bytea[]) UNION SELECT commitment FROM log_leaves WHERE commitment = ANY ($1::bytea[])', [leaves]);
    expect(rowCount).toBe(3);
    for (const change of ['UPDATE desk_acts SET agent_id = $1', 'DELETE FROM desk_acts WHERE agent_id = $1']) await expect(server.database.query(change, [first.agentId])).rejects.toThrow('append-only');
  });

  it('opens by its code, once, and not after its time', async () => {
    const [agent, other] = [await newAgent(), await newAgent()];
    const { publicKey } = await newDeviceKey();
    const [{ code }, late] = [await newVisit(publicKey), await newVisit(publicKey)];
    expect(await refusal(await open(agent, code === '00000000' ? '11111111' : '00000000'))).toEqual([404, 'COUNTER_CODE_UNKNOWN']);
    const together = await Promise.all([open(agent, code), open(other, code)]);
    expect(together.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 404]);
    expect(await refusal(await open(agent, code))).toEqual([404, 'COUNTER_CODE_UNKNOWN']);
    await server.database.query('UPDATE counter_visits SET expires_at = $2 WHERE visit_id = $1', [late.visitId, new Date(Date.now() - 1)]);
    expect(await refusal(await open(agent, late.code))).toEqual([404, 'COUNTER_CODE_UNKNOWN']);
    const { rows } = await server.database.query('SELECT * FROM counter_visits');
    expect(JSON.stringify(rows)).not.toContain(code);
  });

  it('is nobody’s without a session and the role', async () => {
    const reviewer = await newAgent(['reviewer']);
    const { visitId, code } = await newVisit((await newDeviceKey()).publicKey);
    const wanted = { act: 'refuse', visitId, reason: 'citizenLeft' } as const;
    const nobody = { ...reviewer, browser: createBrowser() };
    for (const [agent, expected] of [[reviewer, [403, 'DESK_ROLE_MISSING']], [nobody, [401, 'DESK_SIGN_IN_NEEDED']]] as const) {
      expect(await refusal(await open(agent, code))).toEqual(expected);
      expect(await refusal(await options(agent, wanted))).toEqual(expected);
      expect(await refusal(await post(agent.browser, '/api/desk/acts', { act: wanted, answer: { challengeId: randomId(), passkey: {} } }))).toEqual(expected);
      expect(await refusal(await agent.browser.fetch(`${server.origin}/api/desk/visits/${visitId}`))).toEqual(expected);
    }
    expect((await open(await newAgent(), code)).status).toBe(200);
  });

  it('needs everything looked at, by who opened it, of a reading that is this citizen’s', async () => {
    const [first, second] = [await newAgent(), await newAgent()];
    const [visit, another] = [await readAt(first), await readAt(first)];
    expect(await refusal(await act(first, { ...visit.attest, checks: COUNTER_CHECKS.slice(1) }))).toEqual([400, 'COUNTER_CHECKS_INCOMPLETE']);
    expect(await refusal(await act(second, visit.attest))).toEqual([409, 'COUNTER_NOT_READY']);
    expect(await refusal(await act(first, { ...visit.attest, enrolmentId: another.enrolmentId }))).toEqual([422, 'COUNTER_READING_UNKNOWN']);
    expect(await refusal(await act(first, { ...visit.attest, visitId: randomId() }))).toEqual([404, 'COUNTER_VISIT_UNKNOWN']);
    expect((await act(first, visit.attest)).status).toBe(200);
    expect(await refusal(await act(first, visit.attest))).toEqual([409, 'COUNTER_NOT_READY']);
  });

  it('is confirmed by another agent than who looked, and once', async () => {
    const [first, second, third] = [await newAgent(), await newAgent(), await newAgent()];
    const visit = await readAt(first);
    expect(await refusal(await act(second, visit.confirm))).toEqual([409, 'COUNTER_NOT_READY']);
    await act(first, visit.attest);
    expect(await refusal(await act(first, visit.confirm))).toEqual([403, 'COUNTER_OTHER_AGENT_NEEDED']);
    expect(await refusal(await act(second, { ...visit.confirm, enrolmentId: randomId() }))).toEqual([422, 'COUNTER_READING_UNKNOWN']);
    const together = await Promise.all([act(second, visit.confirm), act(third, visit.confirm)]);
    expect(together.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
  });

  it('takes the passkey of the session’s own agent, for this act to the letter', async () => {
    const [first, second] = [await newAgent(), await newAgent()];
    const visit = await readAt(first);
    await act(first, visit.attest);
    const challenge = async () => options(first, visit.confirm);
    // The second agent's passkey at the first one's screen, and an answer to another act.
    expect(await refusal(await post(first.browser, '/api/desk/acts', { act: visit.confirm, answer: await answered(second.authenticator, await challenge()) }))).toEqual([401, 'DESK_PASSKEY_REFUSED']);
    const toRefuse = await answered(second.authenticator, await options(second, { act: 'refuse', visitId: visit.visitId, reason: 'personDiffers' }));
    expect(await refusal(await post(second.browser, '/api/desk/acts', { act: visit.confirm, answer: toRefuse }))).toEqual([401, 'DESK_CHALLENGE_EXPIRED']);
    expect((await act(second, visit.confirm)).status).toBe(200);
  });

  it('makes no identity before two agents confirmed it, none after a refusal, and none of the other door', async () => {
    const [first, second] = [await newAgent(), await newAgent()];
    const visit = await readAt(first);
    expect(await refusal(await visit.bind())).toEqual([403, 'COUNTER_NOT_CONFIRMED']);
    await act(first, visit.attest);
    expect(await refusal(await visit.bind())).toEqual([403, 'COUNTER_NOT_CONFIRMED']);
    await act(second, visit.confirm);
    expect(await refusal(await visit.bind('face'))).toEqual([422, 'VERDICT_INVALID']);
    expect((await visit.bind()).status).toBe(201);

    const refused = await readAt(first);
    expect(await (await act(first, { act: 'refuse', visitId: refused.visitId, reason: 'personDiffers' })).json()).toMatchObject({ state: 'refused' } satisfies Partial<CounterVisit>);
    expect(await refusal(await act(first, refused.attest))).toEqual([409, 'COUNTER_NOT_READY']);
    expect(await refusal(await refused.bind())).toEqual([403, 'COUNTER_NOT_CONFIRMED']);

    const enrolment = await createCitizen(server).begin();
    const withoutVisit = { possession: await enrolment.possession('bind'), verdict: await enrolment.verdict({ pathway: 'counter' }), boothCertificate: enrolment.boothCertificate, passkey: await enrolment.passkey() };
    expect(await refusal(await enrolment.bind(withoutVisit))).toEqual([422, 'VERDICT_INVALID']);
  });

  it('begins with the consent of this door, in its newest text', async () => {
    const { publicKey: clientKey } = await newDeviceKey();
    const begin = async (changed: object) => refusal(await post(createBrowser(), '/api/counter/visits', { clientKey, consent: { ...consent, ...changed } }));
    expect(await begin({ textVersion: 'counter-2020-01.1' })).toEqual([409, 'CONSENT_TEXT_OUTDATED']);
    expect(await begin({ agentSeesPortrait: false })).toEqual([400, 'REQUEST_INVALID']);
    expect(await begin({ faceProcessing: true })).toEqual([400, 'REQUEST_INVALID']);
    expect(await begin({ textVersion: '2026-11.4' })).toEqual([400, 'REQUEST_INVALID']);
    expect(await begin({})).toEqual([201, 'none']);
  });
});

describe('visits in number', () => {
  it('are bounded per address, and in all', async () => {
    const strict = await startTestServer({ VISAVIS_ENROLMENTS_PER_MINUTE: '1' });
    try {
      const begin = async () => refusal(await createBrowser().fetch(`${strict.origin}/api/counter/visits`, { json: { clientKey: (await newDeviceKey()).publicKey, consent } }));
      expect([await begin(), await begin()]).toEqual([[201, 'none'], [429, 'REQUEST_TOO_MANY']]);
    } finally {
      await strict.stop();
    }
    const begin = async () => refusal(await post(createBrowser(), '/api/counter/visits', { clientKey: (await newDeviceKey()).publicKey, consent }));
    await server.database.query(
      `INSERT INTO counter_visits (visit_id, code_tag, client_key_thumbprint, consent_id, consent_text_version, consent_language, state, created_at, expires_at)
       SELECT 'full' || i, sha256(i::text::bytea), '', 'full' || i, '', '', 'waiting', $1, $1 FROM generate_series(1, 65536) i`,
      [new Date(Date.now() + 60_000)],
    );
    expect(await begin()).toEqual([503, 'COUNTER_FULL']);
    await server.database.query(`DELETE FROM counter_visits WHERE visit_id LIKE 'full%'`);
    expect(await begin()).toEqual([201, 'none']);
  });

  it('go with the identity that came of one', async () => {
    const { browser, authenticator } = await counterCitizen();
    const visits = async (): Promise<number> => (await server.database.query(`SELECT 1 FROM counter_visits v JOIN consents c USING (consent_id)`)).rowCount ?? 0;
    const [before, all] = [await visits(), (await server.database.query('SELECT 1 FROM counter_visits')).rowCount ?? 0];
    const erased = await post(browser, '/api/account/erasure', await answered(authenticator, await post(browser, '/api/account/erasure/options', {})));
    expect(erased.status).toBe(200);
    expect([await visits(), (await server.database.query('SELECT 1 FROM counter_visits')).rowCount]).toEqual([before - 1, all - 1]);
  });
});

describe('which door was taken', () => {
  /** Names and types of all members, and the values that are no person's own. */
  const shape = (claims: Readonly<Record<string, unknown>>): unknown => Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, Array.isArray(value) || ['acr', 'iss', 'aud', 'nonce'].includes(name) ? value : typeof value]));

  it('is in no token and no answer that a service gets', async () => {
    const throughFace = createCitizen(server);
    await throughFace.enrol();
    const seen = await Promise.all(
      [throughFace, await counterCitizen()].map(async (citizen) => {
        const signedIn = await taxOffice.signIn(citizen);
        const response = await taxOffice.redeem(signedIn);
        const answer = (await response.json()) as Record<string, unknown> & { id_token: string; access_token: string };
        const told = (await (await taxOffice.userinfo(answer.access_token)).json()) as Record<string, unknown>;
        const idToken = decodeJwt(answer.id_token);
        expect(JSON.stringify([answer, idToken, told, signedIn.returned.search]).toLowerCase()).not.toMatch(/counter|pathway|face|agent/);
        return { answer: shape(answer), idToken: shape(idToken), header: decodeProtectedHeader(answer.id_token), userinfo: shape(told), returned: [...signedIn.returned.searchParams.keys()], steps: signedIn.steps };
      }),
    );
    expect(seen[1]).toEqual(seen[0]);
    expect(seen[0]!.idToken).toMatchObject({ acr: expect.any(String), sub: 'string' });
  });

  it('is in nothing that FranceConnect’s way of asking tells, introspection included', async () => {
    const throughFace = createCitizen(server);
    await throughFace.enrol();
    const call = (path: string, body: Record<string, string>): Promise<Response> => fetch(`${server.origin}/api/v2${path}`, { method: 'POST', body: new URLSearchParams({ client_id: 'low', client_secret: SERVICE_SECRET, ...body }) });
    const seen: unknown[] = [];
    for (const citizen of [throughFace, await counterCitizen()]) {
      const query = new URLSearchParams({ response_type: 'code', client_id: 'low', redirect_uri: 'https://low.example/callback', scope: 'openid given_name', acr_values: 'eidas1', state: 's'.repeat(32), nonce: 'n'.repeat(32) });
      const { returnTo } = await answerInteraction(server, citizen, (await citizen.browser.fetch(`${server.origin}/api/v2/authorize?${query.toString()}`)).headers.get('location')!);
      const code = new URL((await citizen.browser.fetch(returnTo)).headers.get('location')!).searchParams.get('code')!;
      const tokens = (await (await call('/token', { grant_type: 'authorization_code', redirect_uri: 'https://low.example/callback', code })).json()) as { id_token: string; access_token: string };
      const introspected = (await (await call('/token/introspection', { token: tokens.access_token })).json()) as Record<string, unknown>;
      expect(introspected['active']).toBe(true);
      const idToken = decodeJwt(tokens.id_token);
      expect(JSON.stringify([idToken, introspected]).toLowerCase()).not.toMatch(/counter|pathway|face|agent/);
      seen.push({ idToken: shape(idToken), introspected: shape(introspected) });
    }
    expect(seen[1]).toEqual(seen[0]);
  });

  const demands: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
    ['an acr of the face', { acr_values: 'face' }],
    ['the face as an essential acr', { claims: JSON.stringify({ id_token: { acr: { essential: true, values: ['face'] } } }) }],
    ['the face as an essential amr', { claims: JSON.stringify({ id_token: { amr: { essential: true, values: ['face'] } } }) }],
    ['the door as a claim', { claims: JSON.stringify({ id_token: { pathway: { essential: true, value: 'face' } } }) }],
    ['the face as a scope', { scope: 'openid given_name face' }],
    ['the face as a parameter', { amr_values: 'face', amr: 'face', pathway: 'face' }],
  ];
  it('can not be demanded: what asks for the face gets the same of both doors', async () => {
    const throughFace = createCitizen(server);
    await throughFace.enrol();
    const throughCounter = await counterCitizen();
    const outcome = async (citizen: TestCitizen, changes: Readonly<Record<string, string>>): Promise<unknown> => {
      const started = await taxOffice.authorize(citizen, changes);
      if (started.response.headers.get('location')?.startsWith(started.redirectUri) === true) return redirected(started.response).get('error');
      if (started.response.status >= 400) return started.response.status;
      const tokens = (await (await taxOffice.redeem(await taxOffice.finish(citizen, started))).json()) as { id_token?: string };
      const claims = decodeJwt(tokens.id_token!);
      expect(JSON.stringify(claims)).not.toContain('"face"');
      return shape(claims);
    };
    for (const [name, changes] of demands) expect(await outcome(throughCounter, changes), name).toEqual(await outcome(throughFace, changes));
  });
});

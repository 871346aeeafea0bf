import type { RequestOptions } from '@visavis/specimen';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { redirected, type TestService, testService } from './relying-party.ts';
import { SERVICE_SECRET, startTestServer, type TestServer } from './start-test-server.ts';
import { answerInteraction, createCitizen, type FaultAnswer, type TestCitizen } from './test-citizen.ts';

/** Attacks on the page between a service and its answer: steps left out, cookies made up, answers that come at once. */
const ROUNDS = 20;

let server: TestServer;
let service: TestService;
let citizen: TestCitizen;
beforeAll(async () => {
  server = await startTestServer({}, undefined, [
    { clientId: 'shop', name: 'Shop', redirectUris: ['http://127.0.0.1:3000/cb'], purposes: ['tests'], clientSecret: SERVICE_SECRET, claims: ['given_name'] },
  ]);
  service = testService(server, { clientId: 'shop', redirectUri: 'http://127.0.0.1:3000/cb', scope: 'openid given_name' });
  citizen = createCitizen(server);
  await citizen.enrol();
});
afterAll(() => server?.stop());

const faultCode = async (response: Response): Promise<string> => ((await response.json()) as FaultAnswer).fault.code;

/** A sign-in's page, call by call, in the citizen's browser. */
async function openPage() {
  const started = await service.authorize(citizen, { prompt: 'consent' });
  const uid = started.response.headers.get('location')!.split('/').at(-1)!;
  const api = `${server.origin}/api/interactions/${uid}`;
  const { browser, authenticator } = citizen;
  const challenge = async () => ((await (await browser.fetch(api)).json()) as { challenge: { challengeId: string; options: RequestOptions } }).challenge;
  const passkey = async () => {
    const { challengeId, options } = await challenge();
    return { challengeId, passkey: await authenticator.get(options) };
  };
  return {
    uid,
    started,
    resume: `${service.issuer}/auth/${uid}`,
    read: async () => (await (await browser.fetch(api)).json()) as { step: string; returnTo?: string },
    passkey,
    prove: async (answer: object) => browser.fetch(`${api}/passkey`, { json: answer }),
    consent: async (agree: boolean) => browser.fetch(`${api}/consent`, { json: agree ? { agree, claims: ['given_name'] } : { agree } }),
  };
}
const returnTo = async (response: Response): Promise<string> => ((await response.json()) as { returnTo: string }).returnTo;
const count = async (model: string): Promise<number> => (await server.database.query('SELECT 1 FROM oidc_records WHERE model = $1', [model])).rowCount ?? 0;

describe('steps left out (CVE-2026-94218)', () => {
  it('a proof counts for the sign-in that it was made for, and not for one that the same browser begins again', async () => {
    const first = await openPage();
    expect((await first.prove(await first.passkey())).status).toBe(200);
    const again = await openPage();
    expect(await faultCode(await again.consent(true))).toBe('SIGN_IN_STEP_OUT_OF_ORDER');
    // The cookie says the newer one: the older can't be gone on with either.
    expect(await faultCode(await first.consent(true))).toBe('SIGN_IN_INTERACTION_UNKNOWN');
    expect((await again.prove(await again.passkey())).status).toBe(200);
    const back = await citizen.browser.fetch(await returnTo(await again.consent(true)));
    expect(redirected(back).get('code')).not.toBeNull();
  });

  it('who goes on before the page was answered gets no code, but a page to answer', async () => {
    const page = await openPage();
    const early = await citizen.browser.fetch(page.resume);
    expect(early.headers.get('location')).toMatch(new RegExp(`^${server.origin}/sign-in/`));
    const { returned } = await service.finish(citizen, { ...page.started, response: early });
    expect(returned.searchParams.get('code')).not.toBeNull();
  });

  it('nor after the passkey, before consent', async () => {
    const page = await openPage();
    expect((await page.prove(await page.passkey())).status).toBe(200);
    const codes = await count('AuthorizationCode');
    const early = await citizen.browser.fetch(page.resume);
    expect(early.headers.get('location')).toMatch(new RegExp(`^${server.origin}/sign-in/`));
    expect(await count('AuthorizationCode')).toBe(codes);
    expect((await answerInteraction(server, citizen, early.headers.get('location')!)).steps).toEqual(['passkey', 'consent']);
  });
});

describe('cookies that somebody made up (CVE-2026-119128)', () => {
  it("a session that the server did not make opens no account and adds nothing to one; the server's own does", async () => {
    const own = await (await citizen.browser.fetch(`${server.origin}/api/account`)).json();
    expect(own).toMatchObject({ person: { familyName: 'LOVELACE' } });
    for (const forged of ['A'.repeat(43), 'admin', '', '../x', `${'A'.repeat(43)}; visavis_session=${'B'.repeat(43)}`]) {
      const asked = await fetch(`${server.origin}/api/account`, { headers: { cookie: `visavis_session=${forged}` } });
      expect([asked.status, await faultCode(asked)]).toEqual([401, 'SIGN_IN_NEEDED']);
    }
  });

  it("an enrolment's first passkey is made for who holds its key, whatever cookies come along", async () => {
    const victim = createCitizen(server);
    const enrolment = await victim.begin();
    const attacker = createCitizen(server);
    const { key } = await attacker.begin();
    // Every cookie that the attacker's browser has, and the victim's enrolment id.
    const asked = await citizen.browser.fetch(`${server.origin}/api/enrolments/${enrolment.enrolmentId}/passkey-options`, { json: { possession: await enrolment.possession('passkeyOptions', key) } });
    expect(await faultCode(asked)).toBe('CLIENT_KEY_NOT_PROVEN');
    expect((await enrolment.passkey()).type).toBe('public-key');
  });
});

describe("another provider's word (CVE-2026-105215, CVE-2026-105207)", () => {
  it.each(['/oidc/callback', '/oidc/oidc-callback', '/api/v2/oidc-callback', '/api/v2/oidc-callback/x', '/oidc/federation', '/oidc/reg'])('%s: nothing here takes one, so none can be forged', async (path) => {
    const forged = new URLSearchParams({ code: 'x', state: 'x', iss: 'https://evil.example', id_token: 'e30.e30.x', email: 'ada@example.org' }).toString();
    for (const answer of [await citizen.browser.fetch(`${server.origin}${path}?${forged}`), await citizen.browser.fetch(`${server.origin}${path}`, { method: 'POST', body: new URLSearchParams(forged) })]) {
      expect([path, answer.status, answer.headers.get('location')]).toEqual([path, 404, null]);
    }
  });
});

describe('one outcome, whatever comes at once', () => {
  it(`a yes and a no, ${ROUNDS} rounds: the browser goes one way, and only a yes leaves a grant`, async () => {
    const outcomes = new Set<string>();
    for (let round = 0; round < ROUNDS; round++) {
      await server.database.query('DELETE FROM oidc_records');
      const page = await openPage();
      expect((await page.prove(await page.passkey())).status).toBe(200);
      const answers = await Promise.all([page.consent(round % 2 === 0), page.consent(round % 2 !== 0), page.consent(round % 3 === 0)]);
      const ways = new Set(await Promise.all(answers.map((answer) => returnTo(answer))));
      expect([...ways]).toEqual([page.resume]);
      expect(await page.read()).toMatchObject({ step: 'done', returnTo: page.resume });
      const backs = await Promise.all(Array.from({ length: 4 }, () => citizen.browser.fetch(page.resume)));
      const went = backs.filter(({ status }) => status === 303).map((back) => redirected(back));
      expect([round, went.length, backs.filter(({ status }) => status === 400).length]).toEqual([round, 1, 3]);
      const hasCode = went[0]!.get('code') !== null;
      outcomes.add(hasCode ? 'code' : went[0]!.get('error')!);
      expect([round, await count('Grant'), await count('AuthorizationCode')]).toEqual([round, hasCode ? 1 : 0, hasCode ? 1 : 0]);
    }
    expect([...outcomes].filter((outcome) => outcome !== 'code' && outcome !== 'access_denied')).toEqual([]);
  });

  it('an answer stands: a later no, or a later yes, changes nothing', async () => {
    for (const first of [true, false]) {
      const page = await openPage();
      expect((await page.prove(await page.passkey())).status).toBe(200);
      await page.consent(first);
      expect(await returnTo(await page.consent(!first))).toBe(page.resume);
      const back = redirected(await citizen.browser.fetch(page.resume));
      expect([back.get('code') !== null, back.get('error')]).toEqual([first, first ? null : 'access_denied']);
    }
  });

  it('one answer to one challenge, four times at once: taken once', async () => {
    const page = await openPage();
    const answer = await page.passkey();
    const answers = await Promise.all(Array.from({ length: 4 }, () => page.prove(answer)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const refused of answers.filter(({ status }) => status !== 200)) expect(await faultCode(refused)).toBe('SIGN_IN_CHALLENGE_EXPIRED');
  });

  it('a refusal while the passkey is looked at: one of the two, and no grant beside a refusal', async () => {
    for (let round = 0; round < ROUNDS / 2; round++) {
      await server.database.query('DELETE FROM oidc_records');
      const page = await openPage();
      const answer = await page.passkey();
      const [proven, refused] = await Promise.all([page.prove(answer), page.consent(false)]);
      expect([proven.status, refused.status]).toEqual([200, 200]);
      expect(redirected(await citizen.browser.fetch(page.resume)).get('error')).toBe('access_denied');
      expect(await count('Grant')).toBe(0);
    }
  });
});

describe('what is written twice, or looks like something else', () => {
  it.each([
    ['one claim twice', '{"userinfo":{"given_name":{"essential":false},"given_name":{"essential":true}}}'],
    ['one claim twice, spelt otherwise', '{"userinfo":{"given_name":null,"given_n\\u0061me":{"essential":true}}}'],
    ['userinfo twice', '{"userinfo":{},"userinfo":{"given_name":null}}'],
  ])('a claims parameter with %s is no JSON that two parsers would read alike', async (_name, claims) => {
    const refused = redirected((await service.authorize(citizen, { claims })).response);
    expect([refused.get('error'), refused.get('error_description')]).toEqual(['invalid_request', 'claims parameter should be a JSON object, each member once']);
    expect((await service.authorize(citizen, { claims: '{"userinfo":{"given_name":null},"id_token":{"given_name":null}}' })).response.headers.get('location')).toContain('/sign-in/');
  });

  it('a body with a member twice is refused, and changes nothing', async () => {
    const page = await openPage();
    expect((await page.prove(await page.passkey())).status).toBe(200);
    const twice = await citizen.browser.fetch(`${server.origin}/api/interactions/${page.uid}/consent`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"agree":false,"agree":true,"claims":["given_name"]}' });
    expect([twice.status, await faultCode(twice)]).toEqual([400, 'REQUEST_INVALID']);
    expect(await page.read()).toMatchObject({ step: 'consent' });
    expect((await page.consent(true)).status).toBe(200);
  });

  it.each([
    ['a Cyrillic letter', 'g\u0456ven_name'],
    ['a blank without width', 'given_name\u200b'],
    ['a control character', 'given_name\u0007'],
    ['capitals', 'GIVEN_NAME'],
    ['a member that every object has', '__proto__'],
  ])('a claim whose name has %s is not the one that it looks like', async (_name, claim) => {
    const { access_token } = await service.tokens(citizen, { scope: 'openid', claims: `{"userinfo":{${JSON.stringify(claim)}:{"essential":true}}}` });
    expect(Object.keys((await (await service.userinfo(access_token)).json()) as object)).toEqual(['sub']);
    const honest = await service.tokens(citizen, { scope: 'openid', claims: '{"userinfo":{"given_name":{"essential":true}}}' });
    expect(Object.keys((await (await service.userinfo(honest.access_token)).json()) as object).toSorted()).toEqual(['given_name', 'sub']);
  });
});

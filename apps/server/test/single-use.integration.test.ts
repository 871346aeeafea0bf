import { afterAll, beforeAll, expect, it } from 'vitest';
import { createBrowser } from './cookie-jar.ts';
import { oauthAnswer, redirected, type TestService, testService } from './relying-party.ts';
import { startTestServer, type TestServer } from './start-test-server.ts';
import { answerInteraction, createCitizen, type TestCitizen } from './test-citizen.ts';

/** What is good once, brought many times at once to two server processes on one PostgreSQL. */
const ROUNDS = 100;
const AT_ONCE = 10;
const PUSHED_ROUNDS = 10;

let server: TestServer;
let twins: readonly Awaited<ReturnType<TestServer['spawnTwin']>>[];
let citizen: TestCitizen;
let services: readonly TestService[];
beforeAll(async () => {
  server = await startTestServer();
  twins = [await server.spawnTwin(), await server.spawnTwin()];
  services = twins.map(({ origin }) => testService(server, { clientId: 'tax-office', redirectUri: `${server.taxOfficeOrigin}/callback`, scope: 'openid given_name', at: origin }));
  citizen = createCitizen(server);
  await citizen.enrol();
});
afterAll(async () => {
  await Promise.all(twins?.map((twin) => twin.stop()) ?? []);
  await server?.stop();
});

/** The one or the other process. */
const either = (n: number): TestService => services[n % services.length]!;
const living = async (model: string): Promise<number> => (await server.database.query('SELECT 1 FROM oidc_records WHERE model = $1', [model])).rowCount ?? 0;

it(`a code, ${AT_ONCE} redemptions at once, ${ROUNDS} rounds: one success, and after a replay no living token`, async () => {
  // Positive control: alone, the token lives, at both.
  const alone = await either(0).tokens(citizen);
  for (const service of services) expect((await service.userinfo(alone.access_token)).status).toBe(200);
  expect(await living('AccessToken')).toBe(1);
  await server.database.query('DELETE FROM oidc_records');

  for (let round = 0; round < ROUNDS; round++) {
    const signedIn = await either(round).signIn(citizen);
    const responses = await Promise.all(Array.from({ length: AT_ONCE }, (_, n) => either(n).redeem(signedIn)));
    const answers = await Promise.all(responses.map((response) => oauthAnswer(response)));
    const tokens = answers.flatMap(({ access_token }) => access_token ?? []);
    expect(tokens, `round ${round}`).toHaveLength(1);
    expect(answers.filter(({ error }) => error === 'invalid_grant')).toHaveLength(AT_ONCE - 1);
    for (const service of services) expect((await service.userinfo(tokens[0]!)).status, `round ${round}`).toBe(401);
    expect([await living('AccessToken'), await living('Grant')], `round ${round}`).toEqual([0, 0]);
  }
}, 600_000);

it(`a pushed request, ${AT_ONCE} browsers that finish it at once, ${PUSHED_ROUNDS} rounds: one code`, async () => {
  for (let round = 0; round < PUSHED_ROUNDS; round++) {
    const pushed = await either(round).push();
    const { request_uri } = (await pushed.response.json()) as { request_uri: string };
    const browsers = Array.from({ length: AT_ONCE }, () => createBrowser());
    const returns: string[] = [];
    for (const [n, browser] of browsers.entries()) {
      const at = twins[n % twins.length]!.origin;
      const opened = await browser.fetch(`${at}/oidc/auth?${new URLSearchParams({ client_id: 'tax-office', request_uri }).toString()}`);
      const { returnTo } = await answerInteraction({ origin: at }, { ...citizen, browser }, opened.headers.get('location')!);
      returns.push(returnTo.replace(server.origin, at));
    }
    const answers = (await Promise.all(browsers.map((browser, n) => browser.fetch(returns[n]!)))).map((response) => redirected(response));
    const codes = answers.flatMap((answer) => answer.get('code') ?? []);
    expect(codes, `round ${round}`).toHaveLength(1);
    expect(answers.filter((answer) => answer.get('error') === 'invalid_request_uri'), `round ${round}`).toHaveLength(AT_ONCE - 1);
    expect((await either(round + 1).redeem({ ...pushed, code: codes[0]! })).status).toBe(200);
  }
}, 600_000);

import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type MockProvider, startMockProvider } from '@visavis/mock-citizen';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Browser, createBrowser } from './cookie-jar.ts';
import { freePort, startTestServer, type TestServer } from './start-test-server.ts';
import { answerInteraction, createCitizen } from './test-citizen.ts';

const encryption = { alg: 'ECDH-ES', enc: 'A256GCM' };
const registration = (origin: string) => ({
  clientId: 'bank',
  name: 'Bank of Utopia',
  redirectUris: [`${origin}/callback`],
  postLogoutRedirectUris: [`${origin}/signed-out`],
  backchannelLogoutUri: `${origin}/logout`,
  tokenEndpointAuthMethod: 'private_key_jwt',
  jwksUri: `${origin}/jwks`,
  idTokenEncryption: encryption,
  userinfoSigning: 'ES256',
  userinfoEncryption: encryption,
  purposes: ['To open an account for you.'],
  claims: ['given_name', 'family_name', 'birthdate', 'nationality'],
});

/** The bank's own process, at a provider. */
async function startBank(port: number, issuer: string): Promise<{ readonly origin: string; stop(): Promise<void> }> {
  const bank: ChildProcess = spawn(process.execPath, [fileURLToPath(new URL('../../bank/src/main.ts', import.meta.url))], { env: { PATH: process.env['PATH'], BANK_PORT: String(port), BANK_ISSUER: issuer }, stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = new Promise((resolve) => bank.once('exit', resolve));
  await new Promise((resolve) => bank.stdout!.once('data', resolve));
  return {
    origin: `http://localhost:${port}`,
    async stop() {
      bank.kill('SIGTERM');
      expect(await ended).toBe(0);
    },
  };
}

const home = (browser: Browser, origin: string): Promise<string> => browser.fetch(`${origin}/`).then((page) => page.text());
const begin = async (browser: Browser, origin: string): Promise<string> => (await browser.fetch(`${origin}/sign-in`, { method: 'POST' })).headers.get('location')!;

describe('the bank at the real provider', () => {
  let server: TestServer;
  let bank: Awaited<ReturnType<typeof startBank>>;
  beforeAll(async () => {
    const port = await freePort();
    server = await startTestServer({ VISAVIS_MODE: 'demo' }, undefined, [registration(`http://localhost:${port}`)]);
    bank = await startBank(port, `${server.origin}/oidc`);
  });
  afterAll(async () => {
    await bank.stop();
    await server.stop();
  });

  it('opens one account for whoever shows who they are, and is told when they leave', async () => {
    const citizen = createCitizen(server);
    await citizen.enrol();
    const signIn = async (): Promise<string> => {
      const toPage = (await citizen.browser.fetch(await begin(citizen.browser, bank.origin))).headers.get('location')!;
      const { returnTo } = await answerInteraction(server, citizen, toPage);
      expect((await citizen.browser.fetch((await citizen.browser.fetch(returnTo)).headers.get('location')!)).headers.get('location')).toBe('/');
      return home(citizen.browser, bank.origin);
    };
    const account = await signIn();
    for (const shown of ['ADA LOVELACE', 'UTO', 'Substantial (eIDAS 2)']) expect(account).toContain(shown);
    // Leaving by the bank ends the provider's session, and the browser comes back to the bank.
    const toProvider = (await citizen.browser.fetch(`${bank.origin}/sign-out`, { method: 'POST' })).headers.get('location')!;
    expect(new URL(toProvider).origin).toBe(server.origin);
    expect((await citizen.browser.fetch(toProvider)).headers.get('location')).toBe(`${bank.origin}/signed-out`);
    expect(await home(citizen.browser, bank.origin)).not.toContain('LOVELACE');
    // The same customer, the same account.
    const number = (page: string) => /data-testid="account">([^<]*)</.exec(page)![1];
    expect(number(await signIn())).toBe(number(account));
    // Who takes the consent back at the provider is signed out here too, by the token that it sends.
    const { challengeId, options } = (await (await citizen.browser.fetch(`${server.origin}/api/session/options`, { json: {} })).json()) as { challengeId: string; options: Parameters<typeof citizen.authenticator.get>[0] };
    expect((await citizen.browser.fetch(`${server.origin}/api/session`, { json: { challengeId, passkey: await citizen.authenticator.get(options) } })).status).toBe(204);
    expect((await citizen.browser.fetch(`${server.origin}/api/account/services/bank`, { method: 'DELETE' })).status).toBe(204);
    expect(await home(citizen.browser, bank.origin)).not.toContain('LOVELACE');
  });

  it('ends no session on the word of a stranger', async () => {
    for (const body of ['logout_token=a.b.c', 'logout_token=', '']) expect((await fetch(`${bank.origin}/logout`, { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body })).status).toBe(400);
  });

  it('a form of another website begins nothing', async () => {
    for (const origin of ['https://evil.example', 'null']) expect((await fetch(`${bank.origin}/sign-in`, { method: 'POST', headers: { origin }, redirect: 'manual' })).status).toBe(403);
  });
});

describe('the bank with mock citizens', () => {
  let mock: MockProvider;
  let bank: Awaited<ReturnType<typeof startBank>>;
  beforeAll(async () => {
    const port = await freePort();
    const started = await startMockProvider([registration(`http://localhost:${port}`)], 0);
    if (!started.ok) throw new Error(started.fault.join('\n'));
    mock = started.value;
    bank = await startBank(port, mock.issuer);
  });
  afterAll(async () => {
    await bank.stop();
    await mock.stop();
  });

  /** The page where this citizen ends up: chosen on the mock's page, as a developer does. */
  async function visit(hint: string): Promise<string> {
    const browser = createBrowser();
    const choice = (await browser.fetch(await begin(browser, bank.origin))).headers.get('location')!;
    const toResume = (await browser.fetch(`${choice}?citizen=${hint}`)).headers.get('location')!;
    const answer = await browser.fetch((await browser.fetch(toResume)).headers.get('location')!);
    return answer.headers.get('location') === '/' ? home(browser, bank.origin) : answer.text();
  }

  it('copes with a claim that was refused, a name that is not there, and one that is markup', async () => {
    expect(await visit('refuses-voluntary')).toContain('You did not tell us, which is fine');
    const nameless = await visit('no-given-name');
    expect(nameless).toContain('Your document has none');
    expect(nameless).toContain('data-testid="name">SUHARTO<');
    const markup = await visit('markup');
    expect(markup).toContain('&#60;B&#62;BOBBY');
    expect(markup).not.toContain('<B>');
  });

  it('says why it opens no account, by code', async () => {
    for (const hint of ['declines', 'low-level']) expect(await visit(hint)).toContain('SERVICE_SIGN_IN_DECLINED');
    expect(await (await fetch(`${bank.origin}/callback?code=x`)).text()).toContain('started in another browser');
  });
});

import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { AccountAct } from '@visavis/contract';
import type { RequestOptions } from '@visavis/specimen';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testService } from './relying-party.ts';
import { SERVICE_SECRET, startTestServer, type TestServer } from './start-test-server.ts';
import { answerInteraction, createCitizen, type FaultAnswer, type TestCitizen } from './test-citizen.ts';

const NEWS = { clientSecret: SERVICE_SECRET, purposes: ['to write to you'], claims: ['email', 'email_verified'] };
const FRANCE = { clientSecret: SERVICE_SECRET, purposes: ['to write to you'], claims: ['given_name', 'email'], mount: 'franceconnect', platform: 'low' };

let server: TestServer;
let mailDir: string;
let citizen: TestCitizen;
beforeAll(async () => {
  mailDir = await mkdtemp(path.join(tmpdir(), 'visavis-test-mail-'));
  server = await startTestServer({ VISAVIS_MODE: 'demo', VISAVIS_MAIL_DIR: mailDir }, undefined, [
    { ...NEWS, clientId: 'news', name: 'News', redirectUris: ['https://news.example/callback'] },
    { ...FRANCE, clientId: 'france', name: 'France', redirectUris: ['https://france.example/callback'], sector: 'france', idTokenSigning: 'HS256', tokenEndpointAuthMethod: 'client_secret_post' },
  ]);
});
beforeEach(async () => {
  citizen = createCitizen(server);
  await citizen.enrol();
});
afterAll(async () => {
  await server?.stop();
  await rm(mailDir, { recursive: true });
});

const post = (route: string, json: unknown, headers: Record<string, string> = {}): Promise<Response> => citizen.browser.fetch(`${server.origin}${route}`, { json, headers });
const codeOf = async (response: Response): Promise<string> => (response.status < 300 ? 'ok' : ((await response.json()) as FaultAnswer).fault.code);

/** @param asked the act that the passkey signs, where it is another than the one that is sent */
async function act(sent: AccountAct, asked = sent, headers: Record<string, string> = {}): Promise<Response> {
  const challenge = await post('/api/account/acts/options', asked, headers);
  if (challenge.status !== 200) return challenge;
  const { challengeId, options } = (await challenge.json()) as { challengeId: string; options: RequestOptions };
  return post('/api/account/acts', { act: sent, answer: { challengeId, passkey: { ...(await citizen.authenticator.get(options)) } } }, headers);
}
async function mails(): Promise<string[]> {
  const files = (await readdir(mailDir)).toSorted();
  return Promise.all(files.map((file) => readFile(path.join(mailDir, file), 'utf8')));
}
const codeIn = (mail: string | undefined): string => /Your code is ([0-9]{8})/.exec(mail ?? '')![1]!;
async function confirmed(address: string): Promise<void> {
  expect(await codeOf(await act({ kind: 'setEmail', address }))).toBe('ok');
  const mail = (await mails()).findLast((text) => text.startsWith(`To: ${address}\n`) && text.includes('Your code is'));
  expect(await codeOf(await post('/api/account/email/confirmation', { code: codeIn(mail) }))).toBe('ok');
}

/** What a service of each mount is told. */
async function toldStrict(): Promise<Record<string, unknown>> {
  const service = testService(server, { clientId: 'news', redirectUri: 'https://news.example/callback', scope: 'openid email' });
  return (await (await service.userinfo((await service.tokens(citizen)).access_token)).json()) as Record<string, unknown>;
}
async function toldFrance(): Promise<Record<string, unknown>> {
  const [issuer, redirectUri] = [`${server.origin}/api/v2`, 'https://france.example/callback'];
  const query = new URLSearchParams({ response_type: 'code', client_id: 'france', redirect_uri: redirectUri, scope: 'openid given_name email', acr_values: 'eidas1', state: 'a-state-of-the-service-of-some-length', nonce: 'nonceatleastthirtytwocharacterss' });
  const { returnTo } = await answerInteraction(server, citizen, (await citizen.browser.fetch(`${issuer}/authorize?${query.toString()}`)).headers.get('location')!);
  const code = new URL((await citizen.browser.fetch(returnTo)).headers.get('location')!).searchParams.get('code')!;
  const tokens = await fetch(`${issuer}/token`, { method: 'POST', body: new URLSearchParams({ grant_type: 'authorization_code', client_id: 'france', client_secret: SERVICE_SECRET, redirect_uri: redirectUri, code }) });
  const { access_token } = (await tokens.json()) as { access_token: string };
  return decodeJwt(await (await fetch(`${issuer}/userinfo`, { headers: { authorization: `Bearer ${access_token}` } })).text());
}

describe('services that ask for the e-mail address', () => {
  it('are told none while none was confirmed, and the confirmed one at both mounts', async () => {
    expect(await codeOf(await act({ kind: 'setEmail', address: 'early@example.org' }))).toBe('ok');
    const [strict, france] = [await toldStrict(), await toldFrance()];
    for (const told of [strict, france]) expect(told).not.toHaveProperty('email');
    expect(strict).not.toHaveProperty('email_verified');
    await confirmed('ada@example.org');
    expect(await toldStrict()).toMatchObject({ email: 'ada@example.org', email_verified: true });
    expect(await toldFrance()).toMatchObject({ email: 'ada@example.org', given_name: 'ADA' });
    expect(await codeOf(await act({ kind: 'removeEmail' }))).toBe('ok');
    expect(await toldStrict()).not.toHaveProperty('email');
    expect(await toldFrance()).not.toHaveProperty('email');
  });
});

describe('setting an address', () => {
  it('takes no address that two programs could read differently, and none that the passkey did not sign', async () => {
    const tchap = 'fs0c131y@protonmail.com@presidence@elysee.fr';
    const before = (await mails()).length;
    for (const address of [tchap, 'a@elysee.fr\r\nBcc: b@evil.example', '"a"@elysee.fr', 'a@élysée.fr']) expect(await codeOf(await act({ kind: 'setEmail', address }))).toBe('REQUEST_INVALID');
    expect(await codeOf(await act({ kind: 'setEmail', address: 'evil@example.org' }, { kind: 'setEmail', address: 'ada@example.org' }))).toBe('SIGN_IN_CHALLENGE_EXPIRED');
    expect(await mails()).toHaveLength(before);
    await confirmed('ada@example.org');
  });

  it('writes mail without a link, whatever host the request names', async () => {
    const forged = { host: 'evil.example', 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example' };
    expect(await codeOf(await act({ kind: 'setEmail', address: 'host@example.org' }, undefined, forged))).toBe('ok');
    const mail = (await mails()).findLast((text) => text.startsWith('To: host@example.org\n'));
    expect(codeIn(mail)).toMatch(/^[0-9]{8}$/);
    expect(mail).not.toMatch(/https?:|evil/);
  });

  it('tells the old address of a new one, and nobody of the address', async () => {
    await confirmed('old@example.org');
    await confirmed('new@example.org');
    const toOld = (await mails()).filter((text) => text.startsWith('To: old@example.org\n'));
    expect(toOld.at(-1)).toContain('There is a notice in your account.');
    expect(toOld.join('')).not.toContain('new@example.org');
    expect(JSON.stringify(server.events)).not.toContain('example.org');
    const { rows } = await server.database.query<{ subject: string }>(`SELECT subject FROM challenges WHERE subject LIKE '%example%'`);
    expect(rows).toEqual([]);
  });
});

import type { ServerResponse } from 'node:http';
import { compactDecrypt, createLocalJWKSet, decodeProtectedHeader, exportJWK, generateKeyPair, type GenerateKeyPairResult, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestCivilRegistry, type TestCivilRegistry } from './civil-registry.ts';
import { type ServiceMachine, startServiceMachine } from './service-machine.ts';
import { SERVICE_SECRET, startTestServer, type TestServer } from './start-test-server.ts';
import { answerInteraction, createCitizen, type TestCitizen } from './test-citizen.ts';

/**
 * This system as an identity provider behind FranceConnect+: FranceConnect+ is its one client, with keys that it
 * publishes itself, and asks for what it asks every identity provider for.
 */
const KEYS = '/api/v2/client/.well-known/keys';
const CALLBACK = '/api/v2/oidc-callback/visavis';
const SCOPE = 'openid profile email preferred_username birthplace birthcountry';

let registry: TestCivilRegistry;
let franceConnectPlus: ServiceMachine;
let keys: GenerateKeyPairResult;
let answersKeys: (response: ServerResponse) => void;
let server: TestServer;
let issuer: string;
let citizen: TestCitizen;

const publishing = async (pair: GenerateKeyPairResult, kid: string): Promise<typeof answersKeys> => {
  const body = JSON.stringify({ keys: [{ ...(await exportJWK(pair.publicKey)), kid, use: 'enc', alg: 'RSA-OAEP-256' }] });
  return (response) => response.setHeader('content-type', 'application/json').end(body);
};

beforeAll(async () => {
  registry = await startTestCivilRegistry();
  registry.answer({ familyName: 'Lovelace', givenNames: ['Ada'], dateOfBirth: '1985-12-10', sex: 'female', birthplace: { country: '99100', commune: '75107' } });
  keys = await generateKeyPair('RSA-OAEP-256', { extractable: true });
  answersKeys = await publishing(keys, 'fc-1');
  franceConnectPlus = await startServiceMachine({ [KEYS]: (response) => answersKeys(response) });
  const encryption = { alg: 'RSA-OAEP-256', enc: 'A256GCM' };
  server = await startTestServer({ VISAVIS_MODE: 'demo', VISAVIS_CIVIL_REGISTRY_URL: registry.origin }, undefined, [
    {
      clientId: 'franceconnect-plus',
      mount: 'franceconnect',
      platform: 'high',
      name: 'FranceConnect+',
      sector: 'franceconnect-plus',
      redirectUris: [`${franceConnectPlus.at}${CALLBACK}`],
      postLogoutRedirectUris: [`${franceConnectPlus.at}/api/v2/client/logout-callback`],
      tokenEndpointAuthMethod: 'client_secret_post',
      clientSecret: SERVICE_SECRET,
      jwksUri: `${franceConnectPlus.at}${KEYS}`,
      idTokenSigning: 'ES256',
      idTokenEncryption: encryption,
      userinfoSigning: 'ES256',
      userinfoEncryption: encryption,
      purposes: ['to sign you in to public services'],
      claims: ['given_name', 'family_name', 'birthdate', 'gender', 'preferred_username', 'birthplace', 'birthcountry', 'email', 'amr'],
    },
  ]);
  issuer = `${server.origin}/api/v2`;
  citizen = createCitizen(server);
  await citizen.enrol();
});
afterAll(async () => {
  await server?.stop();
  await franceConnectPlus?.stop();
  await registry?.stop();
});

const NONCE = 'a'.repeat(64);

/** As FranceConnect+ sends a browser here, by what discovery says; up to the code. */
async function begin(): Promise<string> {
  const discovery = (await (await fetch(`${issuer}/.well-known/openid-configuration`)).json()) as { authorization_endpoint: string };
  const parameters = { client_id: 'franceconnect-plus', scope: SCOPE, response_type: 'code', redirect_uri: `${franceConnectPlus.at}${CALLBACK}`, state: 'b'.repeat(64), nonce: NONCE, acr_values: 'eidas2', prompt: 'login', claims: JSON.stringify({ id_token: { amr: null } }) };
  const page = (await citizen.browser.fetch(`${discovery.authorization_endpoint}?${new URLSearchParams(parameters).toString()}`)).headers.get('location')!;
  const back = new URL((await citizen.browser.fetch((await answerInteraction(server, citizen, page)).returnTo)).headers.get('location')!);
  expect([back.origin + back.pathname, back.searchParams.get('state'), back.searchParams.get('iss')]).toEqual([`${franceConnectPlus.at}${CALLBACK}`, 'b'.repeat(64), issuer]);
  return back.searchParams.get('code')!;
}

const redeem = (code: string): Promise<Response> => fetch(`${issuer}/token`, { method: 'POST', body: new URLSearchParams({ grant_type: 'authorization_code', client_id: 'franceconnect-plus', client_secret: SERVICE_SECRET, redirect_uri: `${franceConnectPlus.at}${CALLBACK}`, code }) });

/** A client's keys are kept for a minute; a server that starts has none of them. */
const aMinuteLater = (): Promise<void> => server.restart();

/** Opened with FranceConnect+'s key, then verified with ours. */
async function opened(jwe: string, pair: GenerateKeyPairResult): Promise<{ readonly jws: string; readonly claims: JWTPayload }> {
  const jws = Buffer.from((await compactDecrypt(jwe, pair.privateKey)).plaintext).toString('utf8');
  const published = (await (await fetch(`${issuer}/jwks`)).json()) as JSONWebKeySet;
  return { jws, claims: (await jwtVerify(jws, createLocalJWKSet(published), { issuer, audience: 'franceconnect-plus', algorithms: ['ES256'] })).payload };
}

describe('behind FranceConnect+', () => {
  it('gives the level in the id_token and the whole identity by userinfo, both signed ES256 and encrypted to the keys that FranceConnect+ publishes', async () => {
    const tokens = (await (await redeem(await begin())).json()) as { access_token: string; id_token: string; expires_in: number };
    // As short as FranceConnect+ asks of its providers: one minute.
    expect(tokens.expires_in).toBe(60);
    const idToken = await opened(tokens.id_token, keys);
    expect(idToken.claims).toMatchObject({ acr: 'eidas2', amr: ['pop', 'user', 'mfa'], nonce: NONCE, sub: expect.stringMatching(/^[0-9a-f]{64}v1$/) as string });
    const answer = await fetch(`${issuer}/userinfo`, { headers: { authorization: `Bearer ${tokens.access_token}` } });
    const jwe = await answer.text();
    expect([answer.headers.get('content-type'), decodeProtectedHeader(jwe)]).toEqual([expect.stringMatching(/^application\/jwt/), { alg: 'RSA-OAEP-256', enc: 'A256GCM', cty: 'JWT', kid: 'fc-1', iss: issuer, aud: 'franceconnect-plus' }]);
    const { claims } = await opened(jwe, keys);
    expect(claims).toMatchObject({ sub: idToken.claims.sub, given_name: 'ADA', family_name: 'LOVELACE', birthdate: expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/) as string, gender: 'female', birthplace: '75107', birthcountry: '99100' });
    // Nobody proved these.
    for (const absent of ['email', 'preferred_username']) expect(claims).not.toHaveProperty(absent);
    const logout = await citizen.browser.fetch(`${issuer}/session/end?${new URLSearchParams({ id_token_hint: idToken.jws, post_logout_redirect_uri: `${franceConnectPlus.at}/api/v2/client/logout-callback`, state: 's' }).toString()}`);
    expect(logout.headers.get('location')).toBe(`${franceConnectPlus.at}/api/v2/client/logout-callback?state=s`);
  });

  it('follows FranceConnect+ to its next key', async () => {
    const next = await generateKeyPair('RSA-OAEP-256', { extractable: true });
    answersKeys = await publishing(next, 'fc-2');
    await aMinuteLater();
    const tokens = (await (await redeem(await begin())).json()) as { id_token: string };
    expect(decodeProtectedHeader(tokens.id_token).kid).toBe('fc-2');
    await opened(tokens.id_token, next);
    await expect(opened(tokens.id_token, keys)).rejects.toThrow(/decryption operation failed/);
    keys = next;
  });

  it('gives nothing away when there is no key to encrypt to', async () => {
    const publishes = answersKeys;
    answersKeys = (response) => response.setHeader('content-type', 'application/json').end('{"keys":[]}');
    await aMinuteLater();
    const answer = (await (await redeem(await begin())).json()) as Record<string, unknown>;
    expect(answer).not.toHaveProperty('id_token');
    expect(answer).not.toHaveProperty('access_token');
    expect(answer['error']).toBe('invalid_client_metadata');
    // Its honest twin.
    answersKeys = publishes;
    await aMinuteLater();
    expect(await (await redeem(await begin())).json()).toHaveProperty('id_token');
  });
});

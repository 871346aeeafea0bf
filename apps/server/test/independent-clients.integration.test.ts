import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestCivilRegistry, type TestCivilRegistry } from './civil-registry.ts';
import { createBrowser } from './cookie-jar.ts';
import { type Apache, startApache } from './independent-clients/start-apache.ts';
import { type ServiceProcess, startServiceProcess } from './independent-clients/start-service-process.ts';
import { freePort, SERVICE_SECRET, startTestServer, type TestServer } from './start-test-server.ts';
import { answerInteraction, createCitizen, type TestCitizen } from './test-citizen.ts';

/**
 * Clients that share no code with this project or with each other, as Debian packages them: C (Apache's
 * mod_auth_openidc on cjose), Python (authlib) and Ruby (openid_connect on json-jwt). Each signs a citizen in, and what
 * its application saw at the end is what is looked at. `script/setup --tests` installs them.
 */
let server: TestServer;
let registry: TestCivilRegistry;
let citizen: TestCitizen;
let apachePort: number;
const decryption = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = decryption.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();

const CLAIMS = ['given_name', 'family_name', 'birthdate', 'gender', 'birthplace', 'birthcountry', 'email'];

beforeAll(async () => {
  registry = await startTestCivilRegistry();
  registry.answer({ familyName: 'Lovelace', givenNames: ['Ada'], dateOfBirth: '1985-12-10', sex: 'female', birthplace: { country: '99100', commune: '35238' } });
  apachePort = await freePort();
  const apache = { redirectUris: [`http://localhost:${apachePort}/secure/callback`], clientSecret: SERVICE_SECRET, purposes: ['to let you in'], postLogoutRedirectUris: [`http://localhost:${apachePort}/`] };
  const franceConnect = { mount: 'franceconnect', tokenEndpointAuthMethod: 'client_secret_post' };
  const toApache = { alg: 'RSA-OAEP', enc: 'A256GCM' };
  const services = [
    { ...apache, clientId: 'apache-strict', name: 'Apache', claims: ['given_name', 'family_name'] },
    { ...apache, ...franceConnect, platform: 'high', clientId: 'apache-plain', name: 'Apache', claims: CLAIMS },
    { ...apache, ...franceConnect, platform: 'high', clientId: 'apache-sealed', name: 'Apache', claims: CLAIMS, idTokenEncryption: toApache, userinfoSigning: 'ES256', userinfoEncryption: toApache, jwks: { keys: [{ ...decryption.publicKey.export({ format: 'jwk' }), kid: 'e1', use: 'enc' }] } },
    { clientId: 'authlib', name: 'Authlib', redirectUris: ['https://authlib.example/callback'], clientSecret: SERVICE_SECRET, purposes: ['to know you'], claims: ['given_name', 'family_name', 'birthdate'] },
    { ...franceConnect, platform: 'low', clientId: 'demarches', name: 'Démarches', redirectUris: ['https://demarches.example/france_connect/callback'], postLogoutRedirectUris: ['https://demarches.example/'], clientSecret: SERVICE_SECRET, purposes: ['to fill in your forms'], claims: [...CLAIMS, 'given_name_array'] },
  ];
  server = await startTestServer({ VISAVIS_CIVIL_REGISTRY_URL: registry.origin }, undefined, services);
  citizen = createCitizen(server);
  await citizen.enrol();
});
afterAll(async () => {
  await server?.stop();
  await registry?.stop();
});

/** From the address a service sends the browser to, up to the one it comes back by. */
async function throughTheProvider(go: string, by = citizen): Promise<string> {
  const page = (await by.browser.fetch(go)).headers.get('location');
  if (page?.includes('/sign-in/') !== true) throw new Error(`no sign-in began: ${page}`);
  const { returnTo } = await answerInteraction(server, by, page);
  return (await by.browser.fetch(returnTo)).headers.get('location')!;
}

describe('Apache with mod_auth_openidc', () => {
  let apache: Apache;

  const site = (clientId: string, issuer: string, more: readonly string[] = []): readonly string[] => [
    `OIDCProviderMetadataURL ${issuer}/.well-known/openid-configuration`,
    `OIDCClientID ${clientId}`,
    `OIDCClientSecret ${SERVICE_SECRET}`,
    'OIDCIDTokenSignedResponseAlg ES256',
    'OIDCPKCEMethod S256',
    ...more,
  ];
  const franceConnect = ['OIDCProviderTokenEndpointAuth client_secret_post', 'OIDCUserInfoSignedResponseAlg ES256', 'OIDCScope "openid identite_pivot"', 'OIDCAuthRequestParams acr_values=eidas2'];
  const sealed = ['OIDCIDTokenEncryptedResponseAlg RSA-OAEP', 'OIDCIDTokenEncryptedResponseEnc A256GCM', 'OIDCUserInfoEncryptedResponseAlg RSA-OAEP', 'OIDCUserInfoEncryptedResponseEnc A256GCM'];

  /** Opens a page behind Apache's door, signs in, and reads the page as the application made it. */
  async function openPage(by = citizen): Promise<{ readonly status: number; readonly saw: Readonly<Record<string, string>> }> {
    const page = `${apache.origin}/secure/whoami`;
    const back = await throughTheProvider((await by.browser.fetch(page)).headers.get('location')!, by);
    const signedIn = await by.browser.fetch(back);
    expect([signedIn.status, signedIn.headers.get('location')]).toEqual([302, page]);
    const shown = await by.browser.fetch(page);
    const lines = (await shown.text()).trim().split('\n');
    return { status: shown.status, saw: Object.fromEntries(lines.map((line) => [line.slice('OIDC_CLAIM_'.length, line.indexOf('=')), line.slice(line.indexOf('=') + 1)])) };
  }

  it.each([
    ['apache-strict', 'oidc', ['OIDCProviderTokenEndpointAuth client_secret_basic', 'OIDCScope "openid given_name family_name"', 'OIDCAuthRequestParams acr_values=eidas2'], { given_name: 'ADA', family_name: 'LOVELACE' }],
    ['apache-plain', 'api/v2', franceConnect, { given_name: 'ADA', family_name: 'LOVELACE', gender: 'female', birthplace: '35238', birthcountry: '99100' }],
    ['apache-sealed', 'api/v2', [...franceConnect, ...sealed], { given_name: 'ADA', family_name: 'LOVELACE', gender: 'female', birthplace: '35238', birthcountry: '99100' }],
  ])('%s at /%s', async (clientId, mount, more, told) => {
    const by: TestCitizen = { ...citizen, browser: createBrowser() };
    apache = await startApache(apachePort, site(clientId, `${server.origin}/${mount}`, more), clientId === 'apache-sealed' ? { kid: 'e1', pem } : undefined);
    try {
      const { status, saw } = await openPage(by);
      expect([status, saw]).toEqual([200, expect.objectContaining({ acr: 'eidas2', aud: clientId, iss: `${server.origin}/${mount}`, ...told })]);
      expect(saw['sub']).toMatch(mount === 'oidc' ? /^[A-Za-z0-9_-]{43}$/ : /^[0-9a-f]{64}v1$/);
      // The module's own rule on the level holds: this citizen did not reach eidas3.
      expect((await by.browser.fetch(`${apache.origin}/secure/high/`)).status).toBe(401);
      // Nobody else is let in by it.
      expect((await createBrowser().fetch(`${apache.origin}/secure/whoami`)).status).toBe(302);
      if (clientId !== 'apache-plain') return;
      const toProvider = (await by.browser.fetch(`${apache.origin}/secure/callback?logout=${encodeURIComponent(`${apache.origin}/`)}`)).headers.get('location')!;
      expect(toProvider).toMatch(/\/api\/v2\/session\/end\?.*id_token_hint=/);
      expect((await by.browser.fetch(toProvider)).headers.get('location')).toBe(`${apache.origin}/`);
      expect((await by.browser.fetch(`${apache.origin}/secure/whoami`)).status).toBe(302);
    } finally {
      await apache.stop();
    }
  });

  it('can read nothing with another key than the one that was registered', async () => {
    const by: TestCitizen = { ...citizen, browser: createBrowser() };
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
    apache = await startApache(apachePort, site('apache-sealed', `${server.origin}/api/v2`, [...franceConnect, ...sealed]), { kid: 'e1', pem: other });
    try {
      const back = await throughTheProvider((await by.browser.fetch(`${apache.origin}/secure/whoami`)).headers.get('location')!, by);
      expect((await by.browser.fetch(back)).headers.get('location')).toBeNull();
      expect(await apache.log()).toMatch(/encrypted JWT could not be decrypted with kid e1/);
      expect((await by.browser.fetch(`${apache.origin}/secure/whoami`)).status).toBe(302);
    } finally {
      await apache.stop();
    }
  });
});

describe('services in other languages', () => {
  async function signIn(service: ServiceProcess, meddle: (back: string) => string = (back) => back): Promise<Record<string, unknown>> {
    try {
      const { go } = await service.says();
      service.hears({ returned: meddle(await throughTheProvider(String(go))) });
      return await service.says();
    } finally {
      await service.end();
    }
  }

  const authlib = () =>
    startServiceProcess('/usr/bin/python3', 'authlib_service.py', { ISSUER: `${server.origin}/oidc`, CLIENT_ID: 'authlib', CLIENT_SECRET: SERVICE_SECRET, SCOPE: 'openid given_name family_name birthdate', REDIRECT_URI: 'https://authlib.example/callback', ACR: 'eidas2' });
  const demarches = () =>
    startServiceProcess('/usr/bin/ruby', 'openid_connect_service.rb', { ISSUER: `${server.origin}/api/v2`, CLIENT_ID: 'demarches', CLIENT_SECRET: SERVICE_SECRET, REDIRECT_URI: 'https://demarches.example/france_connect/callback', POST_LOGOUT_REDIRECT_URI: 'https://demarches.example/' });

  it('authlib (Python) with PKCE at the strict mount', async () => {
    const { saw } = (await signIn(authlib())) as { saw: Record<string, unknown> };
    expect(saw).toEqual({ sub: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/) as string, acr: 'eidas2', given_name: 'ADA', family_name: 'LOVELACE', birthdate: expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/) as string });
  });

  it('authlib notices a state that is not its own', async () => {
    await expect(signIn(authlib(), (back) => back.replace(/state=[^&]+/, 'state=of-another-browser'))).rejects.toThrow(/MismatchingState/i);
  });

  it('openid_connect (Ruby) at FranceConnect’s mount, as démarches-simplifiées speaks to FranceConnect, logout included', async () => {
    const { saw, logout, state } = (await signIn(demarches())) as { saw: Record<string, unknown>; logout: string; state: string };
    expect(saw).toMatchObject({ sub: expect.stringMatching(/^[0-9a-f]{64}v1$/) as string, acr: 'eidas1', aud: 'demarches', given_name: 'ADA', given_name_array: ['Ada'], family_name: 'LOVELACE', gender: 'female', birthplace: '35238', birthcountry: '99100' });
    expect(saw).not.toHaveProperty('email');
    expect((await citizen.browser.fetch(logout)).headers.get('location')).toBe(`https://demarches.example/?state=${state}`);
  });

  it('openid_connect gets nothing for a code that was changed on the way', async () => {
    await expect(signIn(demarches(), (back) => back.replace(/code=[^&]{10}/, 'code=AAAAAAAAAA'))).rejects.toThrow(/invalid_grant/);
  });
});

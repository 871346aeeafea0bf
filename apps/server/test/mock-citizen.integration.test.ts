import { CITIZENS, type MockProvider, startMockProvider } from '@visavis/mock-citizen';
import { createService, type PendingSignIn, type Service } from '@visavis/service-sdk';
import { decodeJwt, decodeProtectedHeader, exportJWK, generateKeyPair } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from './start-test-server.ts';
import { answerInteraction, createCitizen, type TestCitizen } from './test-citizen.ts';

/** The same registration at the mock and at the real mount. */
const redirectUri = 'http://localhost:4999/callback';
const claims = { essential: ['given_name', 'family_name', 'birthdate', 'age_over_18'], voluntary: ['nationality', 'gender'] } as const;
const pair = async (kid: string, use: 'sig' | 'enc', alg?: string) => {
  const { privateKey, publicKey } = await generateKeyPair(use === 'sig' ? 'ES256' : 'ECDH-ES', { extractable: true });
  const named = { kid, use, ...(alg === undefined ? {} : { alg }) };
  return { privateJwk: { ...(await exportJWK(privateKey)), ...named }, publicJwk: { ...(await exportJWK(publicKey)), ...named } };
};

let mock: MockProvider;
let server: TestServer;
let real: TestCitizen;
let sealed: (issuer: string) => Service<(typeof claims.essential)[number] | (typeof claims.voluntary)[number]>;
let plain: (issuer: string, lowestLevel?: 'eidas1' | 'eidas2' | 'eidas3') => ReturnType<typeof sealed>;

beforeAll(async () => {
  const [signing, decryption] = [await pair('s1', 'sig'), await pair('e1', 'enc', 'ECDH-ES')];
  const common = { redirectUris: [redirectUri], postLogoutRedirectUris: ['http://localhost:4999/bye'], purposes: ['to test'], claims: [...claims.essential, ...claims.voluntary] };
  const registrations = [
    { ...common, clientId: 'plain', name: 'Plain', sector: 'plain' },
    {
      ...common,
      clientId: 'sealed',
      name: 'Sealed',
      sector: 'sealed',
      tokenEndpointAuthMethod: 'private_key_jwt',
      jwks: { keys: [signing.publicJwk, decryption.publicJwk] },
      idTokenEncryption: { alg: 'ECDH-ES', enc: 'A256GCM' },
      userinfoSigning: 'ES256',
      userinfoEncryption: { alg: 'ECDH-ES', enc: 'A256GCM' },
    },
  ];
  const started = await startMockProvider(registrations, 0);
  if (!started.ok) throw new Error(started.fault.join('\n'));
  mock = started.value;
  server = await startTestServer({}, undefined, registrations);
  real = createCitizen(server);
  await real.enrol();
  plain = (issuer, lowestLevel = 'eidas2') => createService({ issuer, clientId: 'plain', redirectUri, authentication: { method: 'none' }, lowestLevel, claims, userinfo: 'json', decryptionKeys: [] });
  sealed = (issuer) =>
    createService({ issuer, clientId: 'sealed', redirectUri, authentication: { method: 'private_key_jwt', key: signing.privateJwk }, lowestLevel: 'eidas2', claims, userinfo: 'signed', decryptionKeys: [decryption.privateJwk] });
});
afterAll(async () => {
  await mock.stop();
  await server.stop();
});

async function begin(service: ReturnType<typeof plain>, hint?: string): Promise<{ readonly redirectTo: URL; readonly pending: PendingSignIn }> {
  const begun = await service.beginSignIn(hint);
  if (!begun.ok) throw new Error(`${begun.fault.code} ${begun.fault.detail}`);
  return begun.value;
}

async function asMock(hint: string, service = plain(mock.issuer)) {
  const { redirectTo, pending } = await begin(service, hint);
  return service.completeSignIn(await mock.walk(redirectTo), pending);
}

async function asReal(service: ReturnType<typeof plain>) {
  const { redirectTo, pending } = await begin(service);
  const toPage = (await real.browser.fetch(redirectTo.href)).headers.get('location')!;
  const { returnTo } = await answerInteraction(server, real, toPage);
  const signedIn = await service.completeSignIn(new URL((await real.browser.fetch(returnTo)).headers.get('location')!), pending);
  if (!signedIn.ok) throw new Error(`${signedIn.fault.code} ${signedIn.fault.detail}`);
  return signedIn.value;
}

describe('the mock citizen is the strict mount to a service', () => {
  it('in its discovery document', async () => {
    const discovery = async (issuer: string): Promise<unknown> => JSON.parse((await (await fetch(`${issuer}/.well-known/openid-configuration`)).text()).replaceAll(new URL(issuer).origin, 'https://same.example'));
    expect(await discovery(mock.issuer)).toEqual(await discovery(`${server.origin}/oidc`));
  });

  it.each(['plain', 'sealed'] as const)('in what a %s service gets: members of id_token and claims, kinds of values, header', async (kind) => {
    const service = kind === 'plain' ? plain : sealed;
    const mocked = await asMock('ada', service(mock.issuer));
    if (!mocked.ok) throw new Error(mocked.fault.code);
    const honest = await asReal(service(`${server.origin}/oidc`));
    const members = (signedIn: typeof honest) => ({ ...signedIn, idToken: Object.keys(decodeJwt(signedIn.idToken)).toSorted(), header: Object.keys(decodeProtectedHeader(signedIn.idToken)).toSorted(), subject: signedIn.subject.length });
    expect(members(mocked.value)).toEqual({ ...members(honest), claims: { ...honest.claims, birthdate: '1985-12-10' } });
  });

  it('in how it answers: a code counts once, and errors have the same words', async () => {
    for (const issuer of [mock.issuer, `${server.origin}/oidc`]) {
      const stranger = createService({ issuer, clientId: 'nobody', redirectUri, authentication: { method: 'none' }, lowestLevel: 'eidas2', claims, userinfo: 'json', decryptionKeys: [] });
      expect(await stranger.beginSignIn()).toMatchObject({ ok: false, fault: { code: 'SERVICE_NOT_ACCEPTED', detail: 'invalid_client' } });
      const elsewhere = createService({ issuer, clientId: 'plain', redirectUri: 'http://localhost:4999/other', authentication: { method: 'none' }, lowestLevel: 'eidas2', claims, userinfo: 'json', decryptionKeys: [] });
      expect(await elsewhere.beginSignIn()).toMatchObject({ ok: false, fault: { code: 'SERVICE_REQUEST_REFUSED', detail: 'invalid_request' } });
    }
    const service = plain(mock.issuer);
    const { redirectTo, pending } = await begin(service, 'ada');
    const returned = await mock.walk(redirectTo);
    expect(await service.completeSignIn(returned, pending)).toMatchObject({ ok: true });
    expect(await service.completeSignIn(returned, pending)).toMatchObject({ ok: false, fault: { code: 'SERVICE_CODE_REFUSED' } });
  });

  it('and only for registrations that the real one would take', async () => {
    const refused = await startMockProvider([{ clientId: 'x', name: 'X', redirectUris: ['http://elsewhere.example/'], purposes: ['p'], claims: ['given_name'] }], 0);
    expect(refused).toMatchObject({ ok: false });
    if (!refused.ok) expect(refused.fault.join(' ')).toContain('https, or http on the own machine');
  });
});

describe('the made-up citizens', () => {
  it('bring what services tend to forget', async () => {
    const told = Object.fromEntries(
      await Promise.all(
        CITIZENS.map(async ({ hint }) => {
          const signedIn = await asMock(hint);
          return [hint, signedIn.ok ? { ...signedIn.value.claims, level: signedIn.value.levelOfAssurance } : signedIn.fault.code] as const;
        }),
      ),
    );
    expect(told['ada']).toEqual({ given_name: 'ADA', family_name: 'LOVELACE', birthdate: '1985-12-10', age_over_18: true, nationality: 'UTO', gender: 'female', level: 'eidas2' });
    expect(told['no-given-name']).not.toHaveProperty('given_name');
    expect(told['no-gender']).not.toHaveProperty('gender');
    expect(told['apostrophe']).toMatchObject({ family_name: "O'NEILL-D'ARCY" });
    expect([told['minor'], told['eighteen-today'], told['eighteen-tomorrow']].map((one) => (one as { age_over_18: boolean }).age_over_18)).toEqual([false, true, false]);
    expect(told['high-level']).toMatchObject({ level: 'eidas3' });
    expect(told['refuses-voluntary']).toEqual({ given_name: 'ADA', family_name: 'LOVELACE', birthdate: '1985-12-10', age_over_18: true, level: 'eidas2' });
    expect([told['low-level'], told['declines']]).toEqual(['SERVICE_SIGN_IN_DECLINED', 'SERVICE_SIGN_IN_DECLINED']);
    // Where eidas1 will do, eidas1 comes in, and says so.
    expect(await asMock('low-level', plain(mock.issuer, 'eidas1'))).toMatchObject({ ok: true, value: { levelOfAssurance: 'eidas1' } });
  });

  it('can be chosen on a page, when the request names none', async () => {
    const { redirectTo } = await begin(plain(mock.issuer));
    await expect(mock.walk(redirectTo)).rejects.toThrow('/sign-in/');
  });
});

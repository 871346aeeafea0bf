import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CLAIMS, createService, type PendingSignIn, serviceFaultEntries, type ServiceSettings } from '@visavis/service-sdk';
import { strictMount } from '@visavis/signin';
import { CompactEncrypt, type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

/** A provider in the test's hands: honest, until a test changes what it says. */
interface Lie {
  readonly issuer: string;
  readonly signsWith: CryptoKey;
  readonly idToken: Readonly<Record<string, unknown>>;
  readonly userinfo: Readonly<Record<string, unknown>>;
  /** Answers a path in a way of its own. */
  readonly answers: Readonly<Record<string, { readonly status: number; readonly type?: string; readonly body: string }>>;
}

let at: string;
let stop: () => Promise<void>;
let lie: Partial<Lie> = {};
let keys: { readonly provider: CryptoKey; readonly providerJwk: JWK; readonly stranger: CryptoKey; readonly own: JWK; readonly ownPublic: CryptoKey };
let nonce = '';

const settings: ServiceSettings<'given_name' | 'age_over_18', 'nationality'> = { issuer: '', clientId: 'bank', redirectUri: 'http://localhost:4999/callback', authentication: { method: 'client_secret_basic', clientSecret: 'secret' }, lowestLevel: 'eidas2', claims: { essential: ['given_name', 'age_over_18'], voluntary: ['nationality'] }, userinfo: 'json', decryptionKeys: [] };
const service = (changes: Partial<typeof settings> = {}) => createService({ ...settings, issuer: at, ...changes });
const honestToken = () => ({ iss: at, sub: 'subject', aud: 'bank', nonce, acr: 'eidas2', iat: Math.floor(Date.now() / 1000), exp: Math.floor(Date.now() / 1000) + 60 });
const signed = (payload: Readonly<Record<string, unknown>>, header: { readonly typ?: string } = {}) => new SignJWT({ ...payload }).setProtectedHeader({ alg: 'ES256', kid: 'p', ...header }).sign(lie.signsWith ?? keys.provider);

beforeAll(async () => {
  const [provider, stranger, own] = [await generateKeyPair('ES256', { extractable: true }), await generateKeyPair('ES256'), await generateKeyPair('ECDH-ES', { extractable: true })];
  keys = { provider: provider.privateKey, providerJwk: { ...(await exportJWK(provider.publicKey)), kid: 'p', use: 'sig', alg: 'ES256' }, stranger: stranger.privateKey, own: { ...(await exportJWK(own.privateKey)), kid: 'e', use: 'enc', alg: 'ECDH-ES' }, ownPublic: own.publicKey };
  const answer = async (path: string): Promise<unknown> => {
    if (path === '/.well-known/openid-configuration') {
      const endpoints = { authorization_endpoint: `${at}/auth`, token_endpoint: `${at}/token`, userinfo_endpoint: `${at}/me`, jwks_uri: `${at}/jwks`, pushed_authorization_request_endpoint: `${at}/par`, end_session_endpoint: `${at}/end` };
      return { issuer: lie.issuer ?? at, ...endpoints, response_types_supported: ['code'], subject_types_supported: ['pairwise'], id_token_signing_alg_values_supported: ['ES256'], code_challenge_methods_supported: ['S256'], authorization_response_iss_parameter_supported: true };
    }
    if (path === '/par') return { request_uri: 'urn:ietf:params:oauth:request_uri:x', expires_in: 60 };
    if (path === '/jwks') return { keys: [keys.providerJwk] };
    if (path === '/token') return { access_token: 'token', token_type: 'Bearer', expires_in: 60, id_token: await signed({ ...honestToken(), ...lie.idToken }) };
    return { sub: 'subject', given_name: 'ADA', age_over_18: true, email: 'never@asked.example', ...lie.userinfo };
  };
  const server = createServer((request, response) => {
    const own = lie.answers?.[request.url!];
    if (own !== undefined) response.writeHead(own.status, { 'content-type': own.type ?? 'application/json', ...(own.status === 401 ? { 'www-authenticate': 'Basic realm="x"' } : {}) }).end(own.body);
    else void answer(request.url!).then((body) => response.writeHead(request.url === '/par' ? 201 : 200, { 'content-type': 'application/json' }).end(JSON.stringify(body)));
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  at = `http://localhost:${(server.address() as AddressInfo).port}`;
  stop = () => new Promise((resolve) => server.close(() => resolve()));
});
afterAll(() => stop());
beforeEach(() => {
  lie = {};
});

async function signIn(told: Partial<Lie> = {}, o: { readonly returned?: (honest: URL, pending: PendingSignIn) => URL; readonly changes?: Partial<typeof settings> } = {}) {
  const bank = service(o.changes);
  const begun = await bank.beginSignIn();
  if (!begun.ok) return begun;
  const { pending } = begun.value;
  ({ nonce } = pending);
  lie = told;
  const honest = new URL(`http://localhost:4999/callback?code=c&state=${pending.state}&iss=${encodeURIComponent(at)}`);
  return bank.completeSignIn(o.returned?.(honest, pending) ?? honest, pending);
}
const code = async (result: Promise<{ readonly ok: boolean; readonly fault?: { readonly code: string } }>): Promise<string> => (await result).fault?.code ?? 'accepted';
const withParameter = (name: string, value: string | undefined) => (url: URL) => {
  if (value === undefined) url.searchParams.delete(name);
  else url.searchParams.set(name, value);
  return url;
};

describe('a service with our kit', () => {
  it('is told who signed in, and nothing that it did not ask for', async () => {
    expect(await signIn()).toMatchObject({ ok: true, value: { subject: 'subject', levelOfAssurance: 'eidas2', claims: { given_name: 'ADA', age_over_18: true } } });
    const signedIn = await signIn();
    if (signedIn.ok) expect(signedIn.value.claims).not.toHaveProperty('email');
    expect(await signIn({ idToken: { acr: 'eidas3' } })).toMatchObject({ ok: true, value: { levelOfAssurance: 'eidas3' } });
  });

  it('sends a browser away with a reference, and no word of the request', async () => {
    const begun = await service().beginSignIn('ada');
    if (!begun.ok) throw new Error(begun.fault.code);
    expect([...begun.value.redirectTo.searchParams.keys()].toSorted()).toEqual(['client_id', 'request_uri']);
  });

  it.each([
    ['of another sign-in', { returned: withParameter('state', 'another') }, 'SERVICE_RETURN_FOREIGN'],
    ['of none', { returned: withParameter('state', undefined) }, 'SERVICE_RETURN_FOREIGN'],
    ['of another provider (mix-up)', { returned: withParameter('iss', 'https://evil.example') }, 'SERVICE_RETURN_FOREIGN'],
    ['of no provider', { returned: withParameter('iss', undefined) }, 'SERVICE_RETURN_FOREIGN'],
    ['of two states', { returned: (url: URL) => new URL(`${url.href}&state=another`) }, 'SERVICE_RETURN_FOREIGN'],
    ["by a stranger's hand, that says somebody declined", { returned: (url: URL) => new URL(`${url.origin}/callback?error=access_denied&state=x&iss=${encodeURIComponent(at)}`) }, 'SERVICE_RETURN_FOREIGN'],
    ['that says the person declined', { returned: (url: URL, { state }: PendingSignIn) => new URL(`${url.origin}/callback?error=access_denied&state=${state}&iss=${encodeURIComponent(at)}`) }, 'SERVICE_SIGN_IN_DECLINED'],
    ['with a word nobody knows', { returned: (url: URL, { state }: PendingSignIn) => new URL(`${url.origin}/callback?error=%3Cscript%3E&state=${state}&iss=${encodeURIComponent(at)}`) }, 'SERVICE_SIGN_IN_FAILED'],
  ])('refuses a return %s', async (_what, o, expected) => {
    const refused = await signIn({}, o);
    expect(refused).toMatchObject({ ok: false, fault: { code: expected } });
    if (!refused.ok) expect(refused.fault.detail ?? '').toMatch(/^[a-z_]*$/);
  });

  it.each([
    ['lower level', { idToken: { acr: 'eidas1' } }, 'SERVICE_LEVEL_TOO_LOW'],
    ['no level', { idToken: { acr: undefined } }, 'SERVICE_LEVEL_TOO_LOW'],
    ['level that is none', { idToken: { acr: 'eidas9' } }, 'SERVICE_LEVEL_TOO_LOW'],
    ['nonce of another sign-in', { idToken: { nonce: 'another' } }, 'SERVICE_TOKEN_REFUSED'],
    ['audience', { idToken: { aud: 'tax-office' } }, 'SERVICE_TOKEN_REFUSED'],
    ['issuer', { idToken: { iss: 'https://evil.example' } }, 'SERVICE_TOKEN_REFUSED'],
    ['time that is over', { idToken: { exp: 1 } }, 'SERVICE_TOKEN_REFUSED'],
    ["person's userinfo", { userinfo: { sub: 'another' } }, 'SERVICE_TOKEN_REFUSED'],
    ['kind of value', { userinfo: { age_over_18: 'true' } }, 'SERVICE_CLAIMS_REFUSED'],
    ['answer: a code that was used', { answers: { '/token': { status: 400, body: '{"error":"invalid_grant"}' } } }, 'SERVICE_CODE_REFUSED'],
    ['answer: a wrong secret', { answers: { '/token': { status: 401, body: '{"error":"invalid_client"}' } } }, 'SERVICE_NOT_ACCEPTED'],
    ["answer: a proxy's page", { answers: { '/token': { status: 502, type: 'text/html', body: '<h1>Bad gateway</h1>' } } }, 'SERVICE_PROVIDER_UNREACHABLE'],
  ])('refuses another %s, and takes the honest twin', async (_what, told, expected) => {
    expect(await code(signIn(told))).toBe(expected);
    expect(await code(signIn())).toBe('accepted');
  });

  it('refuses what another key signed', async () => {
    expect(await code(signIn({ signsWith: keys.stranger }))).toBe('SERVICE_TOKEN_REFUSED');
  });

  it('refuses plain userinfo where signed was registered', async () => {
    expect(await code(signIn({}, { changes: { userinfo: 'signed' } }))).toBe('SERVICE_TOKEN_REFUSED');
  });

  it('says who has to mend what when a sign-in can not begin', async () => {
    lie = { issuer: 'https://evil.example' };
    expect(await code(service().beginSignIn())).toBe('SERVICE_PROVIDER_UNFIT');
    lie = { answers: { '/par': { status: 401, body: '{"error":"invalid_client"}' } } };
    expect(await code(service().beginSignIn())).toBe('SERVICE_NOT_ACCEPTED');
    lie = { answers: { '/par': { status: 400, body: '{"error":"invalid_request"}' } } };
    expect(await service().beginSignIn()).toMatchObject({ fault: { code: 'SERVICE_REQUEST_REFUSED', detail: 'invalid_request', nextStep: serviceFaultEntries.SERVICE_REQUEST_REFUSED.nextStep } });
    expect(await code(service({ issuer: 'http://localhost:1/oidc' }).beginSignIn())).toBe('SERVICE_PROVIDER_UNREACHABLE');
    lie = { answers: { '/.well-known/openid-configuration': { status: 500, body: '{}' } } };
    const bank = service();
    expect(await code(bank.beginSignIn())).toBe('SERVICE_PROVIDER_UNREACHABLE');
    // What failed once is asked for again.
    lie = {};
    expect(await code(bank.beginSignIn())).toBe('accepted');
  });

  it('does not start with settings that no registration can have', () => {
    expect(() => service({ issuer: 'http://id.example' })).toThrow('issuer must be a full https address');
    expect(() => service({ redirectUri: '/callback' })).toThrow('redirectUri must be a full https address');
    expect(() => service({ clientId: '' })).toThrow('clientId');
    expect(() => service({ lowestLevel: 'eidas9' as never })).toThrow('lowestLevel');
    expect(() => service({ authentication: { method: 'client_secret_basic', clientSecret: '' } })).toThrow('clientSecret');
    expect(() => service({ decryptionKeys: [{ kty: 'EC', kid: 'e' }] })).toThrow('private');
  });

  it('knows every claim that the strict mount can tell', () => {
    expect(CLAIMS.toSorted()).toEqual(strictMount.claimNames.toSorted());
  });

  it('leads a browser out through the provider', async () => {
    const url = await service().signOutUrl('hint', 'https://bank.example/bye');
    if (!url.ok) throw new Error(url.fault.code);
    expect([url.value.pathname, Object.fromEntries(url.value.searchParams)]).toEqual(['/end', { client_id: 'bank', id_token_hint: 'hint', post_logout_redirect_uri: 'https://bank.example/bye' }]);
  });
});

describe('a logout token', () => {
  const event = { 'http://schemas.openid.net/event/backchannel-logout': {} };
  const token = (changes: Readonly<Record<string, unknown>> = {}, typ = 'logout+jwt') => signed({ iss: at, aud: 'bank', sub: 'subject', sid: 'sid', jti: 'j', iat: Math.floor(Date.now() / 1000), exp: Math.floor(Date.now() / 1000) + 60, events: event, ...changes }, { typ });

  it('says whose sign-in has ended, plain or encrypted to the service', async () => {
    expect(await service().verifyLogoutToken(await token())).toEqual({ ok: true, value: { subject: 'subject', sid: 'sid' } });
    const sealed = await new CompactEncrypt(Buffer.from(await token())).setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', kid: 'e' }).encrypt(keys.ownPublic);
    expect(await service({ decryptionKeys: [keys.own] }).verifyLogoutToken(sealed)).toMatchObject({ ok: true });
    expect(await code(service().verifyLogoutToken(sealed))).toBe('SERVICE_LOGOUT_TOKEN_REFUSED');
  });

  it.each([
    ['another issuer', { iss: 'https://evil.example' }],
    ['another service', { aud: 'tax-office' }],
    ['a nonce, as only an id_token has', { nonce: 'n' }],
    ['no event', { events: {} }],
    ['nobody', { sub: undefined, sid: undefined }],
    ['yesterday', { exp: 1 }],
    ['no id of its own', { jti: undefined }],
  ])('that names %s is refused', async (_what, changes) => {
    expect(await code(service().verifyLogoutToken(await token(changes)))).toBe('SERVICE_LOGOUT_TOKEN_REFUSED');
  });

  it('that is an id_token, unsigned, signed by a stranger or endless is refused', async () => {
    const unsigned = `${Buffer.from('{"alg":"none","typ":"logout+jwt"}').toString('base64url')}.${(await token()).split('.')[1]}.`;
    lie = { signsWith: keys.stranger };
    const forged = await token();
    lie = {};
    for (const sent of [await token({}, 'JWT'), unsigned, forged, 'x'.repeat(9000), '']) expect(await code(service().verifyLogoutToken(sent))).toBe('SERVICE_LOGOUT_TOKEN_REFUSED');
  });
});

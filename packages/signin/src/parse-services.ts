import { err, ok, type Result } from '@visavis/kernel';
import { z } from 'zod';
import { isLoopback } from './loopback.ts';
import type { Mount } from './mount.ts';
import { MOUNT_NAMES, type Service, type ServiceAuthentication } from './service.ts';
import { shownText } from './shown-text.ts';

/** Services of one deployment: a nation has tens of thousands at most. */
const MAX_SERVICES = 100_000;
const MAX_URL_LENGTH = 2048;

/** Written exactly as it will be compared: no fragment, no user name, no dot segments, nothing that a parser would change. */
const plainUrl = z
  .string()
  .max(MAX_URL_LENGTH)
  .refine((value) => {
    const url = URL.parse(value);
    return url !== null && url.href === value && url.hash === '' && !value.includes('#') && url.username === '' && url.password === '' && !value.includes('*');
  }, 'a full address, spelt as a browser spells it, without fragment, user name or wildcard');

const isSecure = (value: string): boolean => URL.parse(value)?.protocol === 'https:';
const isOnOwnMachine = (value: string): boolean => {
  const url = URL.parse(value);
  return url?.protocol === 'http:' && isLoopback(url);
};

/** A browser goes there: https, or the citizen's own machine, where developers work. */
const browserUrl = plainUrl.refine((value) => isSecure(value) || isOnOwnMachine(value), 'https, or http on the own machine');
/** This server goes there: https to a name, never an address by number. */
const serverUrl = plainUrl.refine((value) => isSecure(value) && /^[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z][a-z0-9-]*$/.test(URL.parse(value)?.hostname ?? ''), 'https to a host by its full name');
const developerServerUrl = z.union([serverUrl, plainUrl.refine((value) => isOnOwnMachine(value))]);

const base64Url = z.string().regex(/^[A-Za-z0-9_-]+$/).max(1024);
const keyMembers = { kid: z.string().min(1).max(128), use: z.enum(['sig', 'enc']), alg: z.string().min(1).max(32).optional() };
/** A public key; one with a private part is refused as unknown members. */
const publicJwk = z.discriminatedUnion('kty', [
  // 2048 bits at the least.
  z.strictObject({ kty: z.literal('RSA'), n: base64Url.min(342), e: base64Url, ...keyMembers }),
  z.strictObject({ kty: z.literal('EC'), crv: z.literal('P-256'), x: base64Url.length(43), y: base64Url.length(43), ...keyMembers }),
]);

const signing = z.enum(['ES256', 'RS256', 'HS256']);
const encryption = z.strictObject({ alg: z.enum(['RSA-OAEP', 'RSA-OAEP-256', 'ECDH-ES']), enc: z.literal('A256GCM') });

/** What the operator writes. Everything that is not here is refused. */
const registration = (allowLoopback: boolean) => {
  const fetched = allowLoopback ? developerServerUrl : serverUrl;
  return z.strictObject({
    clientId: z.string().regex(/^[a-z0-9-]{3,64}$/),
    mount: z.enum(MOUNT_NAMES).default('strict'),
    platform: z.enum(['low', 'high']).optional(),
    name: shownText(80),
    sector: z.string().regex(/^[A-Za-z0-9.:_-]{1,255}$/).optional(),
    redirectUris: z.array(browserUrl).min(1).max(16),
    postLogoutRedirectUris: z.array(browserUrl).max(16).default([]),
    backchannelLogoutUri: fetched.optional(),
    tokenEndpointAuthMethod: z.enum(['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt']).optional(),
    clientSecret: z.string().regex(/^[\x21-\x7e]{32,128}$/, '32 to 128 printable characters').optional(),
    jwks: z.strictObject({ keys: z.array(publicJwk).min(1).max(8) }).optional(),
    jwksUri: fetched.optional(),
    idTokenSigning: signing.default('ES256'),
    idTokenEncryption: encryption.optional(),
    userinfoSigning: signing.optional(),
    userinfoEncryption: encryption.optional(),
    purposes: z.array(shownText(200)).min(1).max(8),
    claims: z.array(z.string().max(64)).min(1).max(32),
  });
};

type Registration = z.output<ReturnType<typeof registration>>;

/**
 * The services that an operator registered, checked as one list. A service that can't be as it is written stops the
 * whole: half of a list would leave citizens before a service that is not there.
 * @param input the parsed JSON of the operator's file
 * @param mounts that are in use
 * @param allowLoopback in the demo only: keys and logout addresses on the own machine
 * @returns or what is wrong, service by service, in words for the operator
 */
export function parseServices(input: unknown, mounts: readonly Mount[], allowLoopback: boolean): Result<readonly Service[], readonly string[]> {
  const parsed = z.array(registration(allowLoopback)).max(MAX_SERVICES).safeParse(input);
  if (!parsed.success) return err(z.prettifyError(parsed.error).split('\n'));
  const seen = new Set<string>();
  const details: string[] = [];
  const services = parsed.data.map((written) => {
    const service = toService(written);
    const mount = mounts.find(({ name }) => name === written.mount);
    const wrong = [...contradictions(written, service), ...(mount === undefined ? [`there is no mount ${written.mount}`] : [...unknownClaims(service, mount), ...mount.refusals(service)])];
    if (seen.has(service.clientId)) wrong.push('two services with one clientId');
    seen.add(service.clientId);
    details.push(...wrong.map((what) => `${service.clientId}: ${what}`));
    return service;
  });
  return details.length === 0 ? ok(services) : err(details);
}

function toService(written: Registration): Service {
  const { tokenEndpointAuthMethod, clientSecret, jwks, jwksUri, sector, ...rest } = written;
  const method = tokenEndpointAuthMethod ?? (clientSecret === undefined ? 'none' : 'client_secret_basic');
  const authentication: ServiceAuthentication = method === 'client_secret_basic' || method === 'client_secret_post' ? { method, clientSecret: clientSecret ?? '' } : { method };
  return {
    ...withoutUndefined(rest),
    registrar: 'operator',
    sector: sector ?? new URL(written.redirectUris[0]!).host,
    authentication,
    ...(jwks === undefined ? {} : { keys: { jwks: { keys: jwks.keys.map(withoutUndefined) } } }),
    ...(jwksUri === undefined ? {} : { keys: { jwksUri } }),
  };
}

function contradictions(written: Registration, { authentication, idTokenSigning, userinfoSigning }: Service): readonly string[] {
  const { clientSecret, jwks, jwksUri, idTokenEncryption, userinfoEncryption } = written;
  const symmetric = [idTokenSigning, userinfoSigning].includes('HS256');
  const provenBySecret = 'clientSecret' in authentication;
  const encrypted = [idTokenEncryption, userinfoEncryption].filter((encryption) => encryption !== undefined);
  const needsKeys = authentication.method === 'private_key_jwt' || encrypted.length > 0;
  const keyFor = (kty: string, use: string): boolean => jwks === undefined || jwks.keys.some((key) => key.kty === kty && key.use === use);
  return [
    ...(written.sector === undefined && new Set(written.redirectUris.map((uri) => new URL(uri).host)).size > 1 ? ['several hosts need a sector'] : []),
    ...(provenBySecret && clientSecret === undefined ? [`${authentication.method} needs a clientSecret`] : []),
    ...(!provenBySecret && clientSecret !== undefined && !symmetric ? [`${authentication.method} has no use for a clientSecret`] : []),
    ...(symmetric && clientSecret === undefined ? ['HS256 needs a clientSecret'] : []),
    ...(jwks !== undefined && jwksUri !== undefined ? ['either jwks or jwksUri'] : []),
    ...(needsKeys && jwks === undefined && jwksUri === undefined ? ['private_key_jwt and encryption need jwks or jwksUri'] : []),
    ...(!needsKeys && (jwks !== undefined || jwksUri !== undefined) ? ['keys that nothing is done with'] : []),
    ...(authentication.method === 'private_key_jwt' && !(keyFor('EC', 'sig') || keyFor('RSA', 'sig')) ? ['private_key_jwt needs a key for use sig'] : []),
    ...(encrypted.every(({ alg }) => keyFor(alg === 'ECDH-ES' ? 'EC' : 'RSA', 'enc')) ? [] : ['encryption needs a key of its kind for use enc']),
    ...(userinfoEncryption !== undefined && userinfoSigning === undefined ? ['encrypted userinfo is signed too'] : []),
  ];
}

const unknownClaims = (service: Service, mount: Mount): readonly string[] => service.claims.filter((claim) => !mount.claimNames.includes(claim)).map((claim) => `no such claim: ${claim}`);

/** So that a left-out setting is left out. */
function withoutUndefined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as { [K in keyof T]: Exclude<T[K], undefined> };
}

import type { LevelOfAssurance } from '@visavis/contract';
import { err, ok } from '@visavis/kernel';
import type { CivilRegistry } from '@visavis/registry';
import { type Client, type Configuration, errors, type KoaContextWithOIDC } from 'oidc-provider';
import { signinFaults } from '../faults.ts';
import { LEVELS_OF_ASSURANCE } from '../levels.ts';
import { type Mount, type RequestParameters, textOf } from '../mount.ts';
import type { Service } from '../service.ts';
import { checkAuthorizationRequests } from './authorize.ts';
import { claimValues } from './claim-values.ts';
import { CLAIM_SOURCES, claimsOfScope, FRANCECONNECT_CLAIMS, type FranceConnectClaim, type Platform, SCOPES, scopesFor, VOLUNTARY } from './claims.ts';
import { PLATFORM_LEVELS, toldLevel, wantedLevel } from './level.ts';
import { PageRefusal, refusalCode, refusalPage } from './refusals.ts';
import { subject } from './subject.ts';

const PATH = '/api/v2';

/**
 * Seconds, as in FranceConnect: a code 30, tokens 60. The grant outlives a code redeemed in its last second and the
 * token.
 */
const TTL_S = { AuthorizationCode: 30, AccessToken: 60, IdToken: 60, Grant: 95 };
/** How long a citizen may take. */
const INTERACTION_S: Readonly<Record<Platform, number>> = { low: 1800, high: 600 };

const SIGNING = ['ES256', 'HS256'] as const;
const ENCRYPTION = { algs: ['RSA-OAEP', 'RSA-OAEP-256', 'ECDH-ES'] as const, encs: ['A256GCM'] as const };
const METHODS: readonly string[] = ['client_secret_post', 'private_key_jwt'];
/** May be asked for by the claims parameter, by services that were registered for it. */
const AMR = 'amr';

/**
 * The mount in FranceConnect's shape: a service that was written for FranceConnect or FranceConnect+ changes its host,
 * client id and secret and nothing else. Which of the two it was written for is in its registration.
 * @param civilRegistry proves what a passport can't
 * @source FranceConnect "Documentation fournisseur de service"
 */
export function franceConnectMount(civilRegistry: CivilRegistry): Mount {
  return {
    name: 'franceconnect',
    path: PATH,
    claimNames: [...FRANCECONNECT_CLAIMS, AMR],
    refusals,
    clientMetadata: (service) => ({ scope: scopesFor(platformOf(service), service.claims).join(' '), userinfo_signed_response_alg: service.userinfoSigning ?? service.idTokenSigning }),
    configuration,
    subject: (pairwiseSecret, service, identityId) => subject(pairwiseSecret, service.sector, identityId),
    lowestLevel,
    acr: (reached, parameters) => toldLevel(lowestLevel(parameters), reached),
    askedClaims: (parameters, service) => claimsOfScope(platformOf(service), textOf(parameters, 'scope')).map((name) => ({ name, essential: !VOLUNTARY.has(name) })),
    async claimValues({ person, document }, _atMs, service, scope) {
      const asked = claimsOfScope(platformOf(service), scope);
      // A registry is not told of sign-ins that want nothing from it.
      const record = asked.some((claim) => CLAIM_SOURCES[claim] === 'civilRegistry') ? await civilRegistry.find(person, document) : ok(undefined);
      if (!record.ok) return err(signinFaults.fault('SIGN_IN_PROOF_UNAVAILABLE'));
      const proved = claimValues(person, record.value);
      return ok(Object.fromEntries(asked.flatMap((claim) => (proved[claim] === undefined ? [] : [[claim, proved[claim]]]))));
    },
    sourceOf: (claim) => CLAIM_SOURCES[claim as FranceConnectClaim],
    declined: 'User auth aborted',
    extend: (provider) => checkAuthorizationRequests(provider, PATH),
  };
}

function refusals({ platform, authentication, backchannelLogoutUri, idTokenSigning, userinfoSigning }: Service): readonly string[] {
  const algorithms = [idTokenSigning, userinfoSigning ?? idTokenSigning];
  return [
    ...(platform === undefined ? ['needs a platform, low (FranceConnect) or high (FranceConnect+)'] : []),
    ...(backchannelLogoutUri === undefined ? [] : ['FranceConnect tells no service of a logout']),
    ...(METHODS.includes(authentication.method) ? [] : [`authenticates by ${METHODS.join(' or ')}`]),
    ...(algorithms.includes('RS256') ? ['signs with ES256 or HS256'] : []),
    ...(platform === 'high' && algorithms.includes('HS256') ? ['signs with ES256 only on platform high'] : []),
  ];
}

function configuration(services: readonly Service[]): Configuration {
  const byId = new Map(services.map((service) => [service.clientId, service]));
  const platform = (client: Client): Platform => platformOf(byId.get(client.clientId)!);
  return {
    acrValues: [...PLATFORM_LEVELS.low, ...PLATFORM_LEVELS.high],
    // By its scope amr reaches userinfo only, where it has no value.
    claims: { ...eitherPlatform(), openid: ['sub', 'acr', 'auth_time'], [AMR]: [AMR] },
    scopes: ['openid', ...Object.keys(eitherPlatform())],
    routes: { authorization: '/authorize', token: '/token', userinfo: '/userinfo', jwks: '/jwks', end_session: '/session/end', introspection: '/token/introspection', revocation: '/token/revocation' },
    clientAuthMethods: ['client_secret_post', 'private_key_jwt'],
    enabledJWA: {
      idTokenSigningAlgValues: [...SIGNING],
      userinfoSigningAlgValues: [...SIGNING],
      idTokenEncryptionAlgValues: [...ENCRYPTION.algs],
      idTokenEncryptionEncValues: [...ENCRYPTION.encs],
      userinfoEncryptionAlgValues: [...ENCRYPTION.algs],
      userinfoEncryptionEncValues: [...ENCRYPTION.encs],
      clientAuthSigningAlgValues: ['ES256', 'RS256'],
    },
    // The address of the token endpoint too, which FranceConnect's services may name; no list, which may name others.
    assertJwtClientAuthClaimsAndHeader: (ctx, claims) => {
      if (claims['aud'] !== ctx.oidc.issuer && claims['aud'] !== `${ctx.oidc.issuer}/token`) throw new errors.InvalidClientAuth('audience (aud) must equal the issuer identifier or its token endpoint');
    },
    // FranceConnect's services send none; who does is held to it. New services belong at the other mount.
    pkce: { required: () => false },
    ttl: { ...TTL_S, Interaction: (ctx: KoaContextWithOIDC) => INTERACTION_S[platform(ctx.oidc.client!)] },
    // Looked at with every request: a validator is also called where its parameter is absent.
    extraParams: {
      idp_hint: (ctx: KoaContextWithOIDC, _value: unknown, client: Client) => {
        const parameters = ctx.oidc.params!;
        const wanted = wantedLevel(platform(client), textOf(parameters, 'acr_values'));
        if (!wanted.ok) throw new errors.CustomOIDCProviderError('invalid_acr', wanted.fault);
        parameters['acr_values'] = wanted.value;
      },
    },
    features: {
      jwtUserinfo: { enabled: true },
      encryption: { enabled: true },
      introspection: { enabled: true, allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId },
      revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId },
      backchannelLogout: { enabled: false },
      claimsParameter: {
        enabled: true,
        assertClaimsParameter: (ctx: KoaContextWithOIDC, claims, client) => {
          const asked = Object.hasOwn(claims.id_token ?? {}, AMR);
          if (asked && !byId.get(client.clientId)!.claims.includes(AMR)) throw new PageRefusal('Y100009');
          // It asks for nothing else: claims about a person are asked for by scope, where the citizen sees them.
          ctx.oidc.params!['claims'] = asked ? JSON.stringify({ id_token: { [AMR]: { essential: true } } }) : undefined;
        },
      },
    },
    renderError: (ctx, _out, error) => {
      ctx.type = 'text/html; charset=utf-8';
      ctx.body = refusalPage(refusalCode(error));
    },
  };
}

/** The most that a scope lets through; `claimValues` has no more than what it means on the service's platform. */
function eitherPlatform(): Record<string, FranceConnectClaim[]> {
  const scopes: Record<string, FranceConnectClaim[]> = {};
  for (const [scope, claims] of [...Object.entries(SCOPES.low), ...Object.entries(SCOPES.high)]) scopes[scope] = [...new Set([...(scopes[scope] ?? []), ...claims])];
  return scopes;
}

const platformOf = ({ platform }: Service): Platform => platform ?? 'high';

/** The request carries exactly one by now. */
const lowestLevel = (parameters: RequestParameters): LevelOfAssurance => LEVELS_OF_ASSURANCE.find((level) => level === parameters['acr_values']) ?? 'eidas3';

import type { ClientMetadata, Configuration } from 'oidc-provider';
import { LEVELS_OF_ASSURANCE } from '../levels.ts';
import type { Mount, RequestParameters } from '../mount.ts';
import { pairwiseSubject } from '../pairwise-subject.ts';
import type { Service } from '../service.ts';
import { claimsOfScope, claimValues, SCOPE_CLAIMS, SERVICE_CLAIMS } from './claims.ts';

/**
 * Seconds. A code travels one redirect; a token serves one userinfo call; a citizen reads a consent page in minutes.
 * These rows say who used which service when, so none lives longer than it serves: the provider's session carries one
 * redirect, since every sign-in asks for the passkey; a grant outlives a code redeemed in its last second and the token.
 */
const TTL_S = { AuthorizationCode: 60, AccessToken: 60, IdToken: 300, Interaction: 600, Session: 60, Grant: 125 };

/**
 * The mount of today's rules: code flow with PKCE and nothing else, ES256, pairwise subjects.
 * @source OpenID Connect Core 1.0, RFC 7636, RFC 9700
 */
export const strictMount: Mount = {
  name: 'strict',
  path: '/oidc',
  claimNames: SERVICE_CLAIMS,
  refusals: (service) => [
    ...(service.platform === undefined ? [] : ['a platform belongs to the mount franceconnect']),
    ...(service.idTokenSigning === 'ES256' && (service.userinfoSigning ?? 'ES256') === 'ES256' ? [] : ['signs with ES256 only']),
    ...([service.idTokenEncryption, service.userinfoEncryption].some((encryption) => encryption?.alg === 'RSA-OAEP') ? ['encrypts with RSA-OAEP-256 or ECDH-ES only'] : []),
  ],
  clientMetadata,
  configuration: (): Configuration => ({
    acrValues: [...LEVELS_OF_ASSURANCE],
    claims: { openid: ['sub', 'acr', 'amr', 'auth_time'], ...Object.fromEntries(Object.entries(SCOPE_CLAIMS).map(([scope, claims]) => [scope, [...claims]])) },
    scopes: ['openid', ...Object.keys(SCOPE_CLAIMS)],
    pkce: { required: () => true },
    clientAuthMethods: ['client_secret_basic', 'none'],
    enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
    ttl: TTL_S,
  }),
  subject: (pairwiseSecret, service, identityId) => pairwiseSubject(pairwiseSecret, service.sector, identityId),
  lowestLevel: (parameters) => {
    const acceptable = text(parameters, 'acr_values').split(' ');
    return LEVELS_OF_ASSURANCE.find((level) => acceptable.includes(level)) ?? 'eidas1';
  },
  acr: (reached) => reached,
  askedClaims: (parameters) => claimsOfScope(text(parameters, 'scope')).map((name) => ({ name, essential: true })),
  claimValues,
  declined: 'the citizen did not agree',
};

function clientMetadata(service: Service): Partial<ClientMetadata> {
  const scopes = Object.entries(SCOPE_CLAIMS).filter(([, claims]) => claims.every((claim) => service.claims.includes(claim)));
  return {
    // A code in a fragment is left to every script of the service's page, and to its browser history.
    response_modes: ['query'],
    scope: ['openid', ...scopes.map(([scope]) => scope)].join(' '),
  };
}

const text = (parameters: RequestParameters, name: string): string => {
  const value = parameters[name];
  return typeof value === 'string' ? value : '';
};

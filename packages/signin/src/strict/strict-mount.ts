import type { LevelOfAssurance } from '@visavis/contract';
import { ok } from '@visavis/kernel';
import { type ClientMetadata, type Configuration, errors } from 'oidc-provider';
import { isAtLeast, LEVELS_OF_ASSURANCE } from '../levels.ts';
import { type Mount, type RequestParameters, textOf } from '../mount.ts';
import { pairwiseSubject } from '../pairwise-subject.ts';
import { scopesWithin } from '../scopes.ts';
import type { Service } from '../service.ts';
import { askedClaims, claimValues, SCOPE_CLAIMS, SERVICE_CLAIMS } from './claims.ts';
import { type ClaimsRequest, parseClaimsRequest } from './claims-request.ts';

/**
 * Seconds. A code travels one redirect; a token serves one userinfo call; a citizen reads a consent page in minutes.
 * These rows say who used which service when, so none lives longer than it serves; a grant outlives a code redeemed in
 * its last second and the token.
 */
const TTL_S = { AuthorizationCode: 60, AccessToken: 60, IdToken: 300, Interaction: 600, Grant: 125 };

const ENCRYPTION_ALGORITHMS: ('RSA-OAEP-256' | 'ECDH-ES')[] = ['RSA-OAEP-256', 'ECDH-ES'];

/**
 * The mount of today's rules: code flow with PKCE and nothing else, ES256, pairwise subjects, pushed requests and
 * private_key_jwt for who wants them.
 * @source OpenID Connect Core 1.0, RFC 7523, RFC 7636, RFC 9126, RFC 9700
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
  configuration: (services): Configuration => ({
    acrValues: [...LEVELS_OF_ASSURANCE],
    claims: { openid: ['sub', 'acr', 'amr', 'auth_time'], ...Object.fromEntries(Object.entries(SCOPE_CLAIMS).map(([scope, claims]) => [scope, [...claims]])) },
    scopes: ['openid', ...Object.keys(SCOPE_CLAIMS)],
    pkce: { required: () => true },
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'],
    enabledJWA: {
      clientAuthSigningAlgValues: ['ES256', 'PS256', 'RS256'],
      idTokenSigningAlgValues: ['ES256'],
      userinfoSigningAlgValues: ['ES256'],
      idTokenEncryptionAlgValues: ENCRYPTION_ALGORITHMS,
      idTokenEncryptionEncValues: ['A256GCM'],
      userinfoEncryptionAlgValues: ENCRYPTION_ALGORITHMS,
      userinfoEncryptionEncValues: ['A256GCM'],
    },
    // An assertion for another address of ours, or for a list, might have been made for somebody else (RFC 7523bis).
    assertJwtClientAuthClaimsAndHeader: (ctx, claims) => {
      if (claims['aud'] !== ctx.oidc.issuer) throw new errors.InvalidClientAuth('audience (aud) must equal the issuer identifier url');
    },
    features: {
      pushedAuthorizationRequests: { enabled: true },
      jwtUserinfo: { enabled: true },
      encryption: { enabled: true },
      claimsParameter: {
        enabled: true,
        assertClaimsParameter: (ctx, _claims, client) => {
          const request = parseClaimsRequest(ctx.oidc.params ?? {});
          if (typeof request === 'string') throw new errors.InvalidRequest(request);
          const service = services.find(client.clientId);
          const greedy = askedClaims('', request).find(({ name }) => service?.claims.includes(name) !== true);
          if (greedy !== undefined) throw new errors.InvalidRequest(`claims parameter asks for ${greedy.name}, which this client is not registered for`);
          const acr = request.idToken.get('acr');
          if (acr?.essential === true && acr.values.length > 0 && levelsAmong(acr.values).length === 0) throw new errors.InvalidRequest('claims.id_token.acr has no level that is known here');
        },
      },
    },
    ttl: TTL_S,
  }),
  subject: (pairwiseSecret, service, identityId) => pairwiseSubject(pairwiseSecret, service.sector, identityId),
  lowestLevel: (parameters) => {
    const acr = claimsRequest(parameters).idToken.get('acr');
    const [voluntary, essential] = [levelsAmong(textOf(parameters, 'acr_values').split(' ')), levelsAmong(acr?.values ?? [])];
    return (essential.length === 0 ? voluntary : essential)[0] ?? 'eidas1';
  },
  // Who asks for exactly one of some levels is told one of those, never more than was reached.
  acr: (reached, parameters) => {
    const acr = claimsRequest(parameters).idToken.get('acr');
    return (acr?.essential === true ? levelsAmong(acr.values).findLast((level) => isAtLeast(reached, level)) : undefined) ?? reached;
  },
  askedClaims: (parameters) => askedClaims(textOf(parameters, 'scope'), claimsRequest(parameters)),
  claimValues: (identity, atMs) => Promise.resolve(ok(claimValues(identity, atMs))),
  sourceOf: (claim) => (claim === 'email' || claim === 'email_verified' ? 'confirmedAddress' : 'document'),
  declined: 'the citizen did not agree',
};

function clientMetadata(service: Service): Partial<ClientMetadata> {
  return {
    // A code in a fragment is left to every script of the service's page, and to its browser history.
    response_modes: ['query'],
    scope: scopesWithin(SCOPE_CLAIMS, service.claims).join(' '),
  };
}

/** Lowest first. */
const levelsAmong = (values: readonly string[]): readonly LevelOfAssurance[] => LEVELS_OF_ASSURANCE.filter((level) => values.includes(level));

/** Of a request that was accepted: its form was checked then. */
function claimsRequest(parameters: RequestParameters): ClaimsRequest {
  const request = parseClaimsRequest(parameters);
  if (typeof request === 'string') throw new Error(request);
  return request;
}

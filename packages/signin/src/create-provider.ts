import { findIdentity, type Registry } from '@visavis/registry';
import { type ClientMetadata, type Configuration, interactionPolicy, Provider } from 'oidc-provider';
import { claimValues, SCOPE_CLAIMS } from './claims.ts';
import type { SigninKeys } from './create-signin-keys.ts';
import { pairwiseSubject } from './pairwise-subject.ts';
import { postgresAdapter } from './postgres-adapter.ts';
import type { Service } from './service.ts';

/**
 * Seconds. A code travels one redirect; a token serves one userinfo call; a citizen reads a consent page in minutes.
 * These rows say who used which service when, so none lives longer than it serves: the provider's session carries one
 * redirect, since every sign-in asks for the passkey; a grant outlives a code redeemed in its last second and the token.
 */
const TTL_S = { AuthorizationCode: 60, AccessToken: 60, IdToken: 300, Interaction: 600, Session: 60, Grant: 125 };

/** The page that carries a form across by script is stopped by the site's content policy: it does not exist here. */
class QueryProvider extends Provider {
  override registerResponseMode(name: string, handler: Parameters<Provider['registerResponseMode']>[1]): void {
    if (name !== 'form_post') super.registerResponseMode(name, handler);
  }
}

/**
 * The OpenID Provider: code flow with PKCE and nothing else, pairwise subjects, ES256 id_tokens, and a passkey at
 * every sign-in (there is no provider session to take over on a shared computer).
 * @param o.issuer this provider's exact issuer URL; `interactionUrl` gives the site's page for a sign-in in progress
 * @source OpenID Connect Core 1.0, RFC 7636, RFC 9700
 */
export function createProvider(o: {
  readonly registry: Registry;
  readonly issuer: string;
  readonly keys: SigninKeys;
  readonly services: readonly Service[];
  readonly interactionUrl: (uid: string) => string;
}): Provider {
  const policy = interactionPolicy.base();
  policy.get('login')!.checks.add(
    new interactionPolicy.Check('passkey_each_time', 'every sign-in is proven by passkey', 'login_required', (ctx) =>
      ctx.oidc.result?.login === undefined ? interactionPolicy.Check.REQUEST_PROMPT : interactionPolicy.Check.NO_NEED_TO_PROMPT,
    ),
  );
  const configuration: Configuration = {
    adapter: postgresAdapter(o.registry),
    clients: o.services.map((service) => clientMetadata(service)),
    jwks: o.keys.jwks,
    cookies: {
      keys: [...o.keys.cookieKeys],
      names: { session: 'visavis_oidc', interaction: 'visavis_interaction', resume: 'visavis_resume' },
      long: { httpOnly: true, sameSite: 'lax', signed: true },
      // The page lives at /sign-in, its calls go to /api: the interaction cookie must reach both.
      short: { httpOnly: true, sameSite: 'lax', signed: true, path: '/' },
    },
    acrValues: ['eidas1', 'eidas2', 'eidas3'],
    claims: { openid: ['sub', 'acr', 'amr', 'auth_time'], ...Object.fromEntries(Object.entries(SCOPE_CLAIMS).map(([scope, claims]) => [scope, [...claims]])) },
    scopes: ['openid', ...Object.keys(SCOPE_CLAIMS)],
    responseTypes: ['code'],
    pkce: { required: () => true },
    subjectTypes: ['pairwise'],
    pairwiseIdentifier: (_ctx, accountId, client) => pairwiseSubject(o.keys.pairwiseSecret, String(client['sectorIdentifier']), accountId),
    clientAuthMethods: ['client_secret_basic', 'none'],
    enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      resourceIndicators: { enabled: false },
      claimsParameter: { enabled: false },
    },
    interactions: { policy, url: (_ctx, interaction) => o.interactionUrl(interaction.uid) },
    // A grant is made for one sign-in, from a consent asked for or remembered in the registry; none is found again.
    loadExistingGrant: async (ctx) => {
      const grantId = ctx.oidc.result?.consent?.grantId;
      return grantId === undefined ? undefined : ctx.oidc.provider.Grant.find(grantId);
    },
    findAccount: async (_ctx, identityId) => {
      const identity = await findIdentity(o.registry, identityId);
      return identity && { accountId: identityId, claims: () => Promise.resolve({ sub: identityId, ...claimValues(identity, o.registry.clock()) }) };
    },
    expiresWithSession: () => false,
    clientBasedCORS: () => false,
    ttl: TTL_S,
    renderError: (ctx, out) => {
      ctx.type = 'text/html; charset=utf-8';
      ctx.body = errorPage(out.error, out.error_description ?? '');
    },
  };
  const provider = new QueryProvider(o.issuer, configuration);
  provider.use(async (ctx, next) => {
    await next();
    // Every sign-in asks for the passkey: once the code is made, the provider's session serves nobody. It names the
    // citizen and their services, so it goes at once.
    if (ctx['oidc']?.entities?.AuthorizationCode !== undefined && ctx['oidc'].route !== 'token') await ctx['oidc'].session?.destroy();
    if (ctx['oidc']?.route !== 'discovery') return;
    // The library announces its own list, whatever is registered and whatever a service may use.
    (ctx.body as Record<string, unknown>)['response_modes_supported'] = ['query'];
  });
  return provider;
}

function clientMetadata(service: Service): ClientMetadata {
  const scopes = Object.entries(SCOPE_CLAIMS).filter(([, claims]) => claims.every((claim) => service.claims.includes(claim)));
  return {
    client_id: service.clientId,
    client_name: service.name,
    redirect_uris: [...service.redirectUris],
    response_types: ['code'],
    // A code in a fragment is left to every script of the service's page, and to its browser history.
    response_modes: ['query'],
    grant_types: ['authorization_code'],
    subject_type: 'pairwise',
    id_token_signed_response_alg: 'ES256',
    scope: ['openid', ...scopes.map(([scope]) => scope)].join(' '),
    ...(service.clientSecret === undefined ? { token_endpoint_auth_method: 'none' as const } : { token_endpoint_auth_method: 'client_secret_basic' as const, client_secret: service.clientSecret }),
  };
}

/** For people who come here by a broken or forged link; OAuth's own words, escaped. */
function errorPage(error: string, description: string): string {
  const escape = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Sign-in not possible</title><h1>This sign-in can't continue</h1><p>The service sent you here with a request that is not acceptable. Go back to it and start again.</p><p>${escape(error)}: ${escape(description)}</p></html>`;
}


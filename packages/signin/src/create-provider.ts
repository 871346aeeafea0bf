import { createHash, timingSafeEqual } from 'node:crypto';
import { type ClientMetadata, type Configuration, errors, interactionPolicy, type KoaContextWithOIDC, Provider } from 'oidc-provider';
import { cookieSigning } from './cookie-signing.ts';
import type { SigninKeys } from './create-signin-keys.ts';
import type { Mount, MountedProvider } from './mount.ts';
import type { CallLimits } from './call-limits.ts';
import { grantGiven } from './given-consent.ts';
import { formAsQuery } from './form-as-query.ts';
import { limitCalls } from './limit-calls.ts';
import { outgoingFetch } from './outgoing-fetch.ts';
import { errorPage } from './page.ts';
import type { ProviderStore } from './provider-store.ts';
import { forgetUntoldSession, keepOnlyWhatLogoutNeeds, sessionLifetimeS } from './provider-session.ts';
import { answerLogout, logoutPages } from './rp-initiated-logout.ts';
import type { Service } from './service.ts';
import { type ServiceDirectory, servicesOf } from './service-directory.ts';

/** The page that carries a form across by script is stopped by the site's content policy: it does not exist here. */
class QueryProvider extends Provider {
  override registerResponseMode(name: string, handler: Parameters<Provider['registerResponseMode']>[1]): void {
    if (name !== 'form_post') super.registerResponseMode(name, handler);
  }
}

/** What a provider of any mount is made from. */
export interface ProviderParts {
  readonly store: ProviderStore;
  /** The site's own; with the mount's path it makes the issuer. */
  readonly origin: string;
  readonly keys: SigninKeys;
  /** Of all mounts; a provider knows those of its own. */
  readonly services: ServiceDirectory;
  /** The site's page for a sign-in in progress. */
  readonly interactionUrl: (uid: string) => string;
  /** In the demo only: services on the own machine may be called for their keys and told of a logout. */
  readonly callsOwnMachine: boolean;
  readonly limits: CallLimits;
}

/**
 * The OpenID Provider of one mount. Whatever the mount: records in PostgreSQL under its name, cookies of its own, code
 * flow only, pairwise subjects, and a passkey at every sign-in: a provider session carries no sign-in on, and is kept
 * only for services that are to be told of a logout.
 * @source OpenID Connect Core 1.0, RFC 9700
 */
export function createProvider(mount: Mount, parts: ProviderParts): MountedProvider {
  const { store, keys } = parts;
  const services = servicesOf(parts.services, mount.name);
  const registered = (clientId: string): Service => {
    const service = services.find(clientId);
    if (service === undefined) throw new errors.InvalidClient('client is not registered any more');
    return service;
  };
  const subjectAt = async (clientId: string, identityId: string): Promise<string> => mount.subject(keys.pairwiseSecret, registered(clientId), identityId);
  const policy = interactionPolicy.base();
  policy.get('login')!.checks.add(
    new interactionPolicy.Check('passkey_each_time', 'every sign-in is proven by passkey', 'login_required', (ctx) =>
      ctx.oidc.result?.login === undefined ? interactionPolicy.Check.REQUEST_PROMPT : interactionPolicy.Check.NO_NEED_TO_PROMPT,
    ),
  );
  const shared: Configuration = {
    adapter: store.adapter(mount.name),
    jwks: keys.jwks,
    cookies: {
      keys: cookieSigning(keys.cookieKeys),
      names: { session: `visavis_${mount.name}`, interaction: `visavis_${mount.name}_interaction`, resume: `visavis_${mount.name}_resume` },
      long: { httpOnly: true, sameSite: 'lax', signed: true, path: mount.path },
      // The page lives at /sign-in, its calls go to /api: the interaction cookie must reach both.
      short: { httpOnly: true, sameSite: 'lax', signed: true, path: '/' },
    },
    responseTypes: ['code'],
    subjectTypes: ['pairwise'],
    pairwiseIdentifier: (_ctx, identityId, client) => subjectAt(client.clientId, identityId),
    // Sectors are registered by the operator: nothing is fetched, and the library's own notion of them is not used.
    sectorIdentifierUriValidate: () => false,
    interactions: { policy, url: (_ctx, interaction) => parts.interactionUrl(interaction.uid) },
    // A grant is made for one sign-in, from a consent asked for or remembered in the registry; none is found again.
    loadExistingGrant: grantGiven,
    findAccount: async (ctx, identityId) => {
      const account = await store.findAccount(identityId);
      // The last word: whatever got past an earlier check while the identity was being frozen ends here.
      if (account === undefined || account.isFrozen) return undefined;
      return {
        accountId: identityId,
        async claims(use, scope, asked) {
          // An ID token says who by its subject, and more only where the service asked for it there.
          if (use === 'id_token' && !Object.keys(asked).some((name) => mount.claimNames.includes(name))) return { sub: identityId };
          const identity = await account.open();
          if (identity === undefined) throw new errors.InvalidToken('associated account not found');
          const values = await mount.claimValues(identity, store.clock(), registered(ctx.oidc.client!.clientId), use === 'userinfo' ? scope : '');
          if (!values.ok) throw new errors.TemporarilyUnavailable();
          return { ...values.value, sub: identityId };
        },
      };
    },
    fetch: outgoingFetch(parts.callsOwnMachine),
    expiresWithSession: () => false,
    clientBasedCORS: () => false,
    renderError: (ctx, out) => {
      ctx.type = 'text/html; charset=utf-8';
      ctx.body = errorPage(out.error, out.error_description ?? '');
    },
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: { enabled: true, ...logoutPages },
      backchannelLogout: { enabled: true },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      resourceIndicators: { enabled: false },
      claimsParameter: { enabled: false },
    },
  };
  const own = mount.configuration(services);
  const provider = new QueryProvider(`${parts.origin}${mount.path}`, {
    ...shared,
    ...own,
    features: Object.assign({}, shared.features, own.features),
    ttl: { Session: (_ctx, session) => sessionLifetimeS(services, session), ...own.ttl },
  });
  findClientsIn(provider, services, (service) => Object.assign(clientMetadata(service), mount.clientMetadata(service)));
  const authorization = own.routes?.authorization ?? '/auth';
  limitCalls(provider, parts.limits, authorization);
  provider.use(formAsQuery(provider.issuer, [authorization, own.routes?.end_session ?? '/session/end']));
  provider.on('authorization.success', (ctx) => forgetUntoldSession(services, ctx.oidc.session));
  provider.use(async (ctx, next) => {
    await next();
    const { oidc } = ctx as { readonly oidc?: KoaContextWithOIDC['oidc'] };
    if (oidc?.entities.AuthorizationCode !== undefined && oidc.route !== 'token' && oidc.session !== undefined) await keepOnlyWhatLogoutNeeds(services, oidc.session);
    if (oidc?.route === 'end_session') await answerLogout(provider, subjectAt, ctx as KoaContextWithOIDC);
    if (oidc?.route !== 'discovery') return;
    // The library announces its own list, whatever is registered and whatever a service may use.
    (ctx.body as Record<string, unknown>)['response_modes_supported'] = ['query'];
  });
  mount.extend?.(provider);
  return { mount, provider };
}

/**
 * The library's clients, made of the services that are registered at the moment and kept as long as they stay as they
 * are: it would make most of them anew for every request, and forget which keys they publish.
 */
function findClientsIn(provider: Provider, services: ServiceDirectory, metadata: (service: Service) => ClientMetadata): void {
  // Its constructor's argument is left out of the library's types.
  const Client = provider.Client as unknown as { find: typeof provider.Client.find; new (metadata: ClientMetadata): InstanceType<typeof provider.Client> };
  const made = new WeakMap<Service, InstanceType<typeof Client>>();
  Client.find = (clientId) => {
    const service = services.find(clientId);
    if (service === undefined) return Promise.resolve(undefined);
    const client = made.get(service) ?? Object.assign(new Client(metadata(service)), knowsSecretByHash(service));
    made.set(service, client);
    return Promise.resolve(client);
  };
}

/** A secret of which only the hash is kept is compared as one. */
function knowsSecretByHash({ authentication }: Service): { readonly compareClientSecret?: (sent: string) => boolean } {
  if (!('clientSecretSha256' in authentication)) return {};
  const kept = Buffer.from(authentication.clientSecretSha256, 'base64url');
  return { compareClientSecret: (sent) => timingSafeEqual(createHash('sha256').update(sent).digest(), kept) };
}

function clientMetadata(service: Service): ClientMetadata {
  const { authentication, keys, idTokenEncryption, userinfoEncryption } = service;
  return {
    client_id: service.clientId,
    client_name: service.name,
    redirect_uris: [...service.redirectUris],
    post_logout_redirect_uris: [...service.postLogoutRedirectUris],
    response_types: ['code'],
    grant_types: ['authorization_code'],
    subject_type: 'pairwise',
    sector_identifier_uri: 'https://sector.invalid/',
    token_endpoint_auth_method: authentication.method,
    ...('clientSecret' in authentication ? { client_secret: authentication.clientSecret } : {}),
    // What the library asks for and never compares: see knowsSecretByHash.
    ...('clientSecretSha256' in authentication ? { client_secret: authentication.clientSecretSha256 } : {}),
    ...(keys === undefined ? {} : 'jwks' in keys ? { jwks: { keys: [...keys.jwks.keys] } } : { jwks_uri: keys.jwksUri }),
    id_token_signed_response_alg: service.idTokenSigning,
    ...(idTokenEncryption === undefined ? {} : { id_token_encrypted_response_alg: idTokenEncryption.alg, id_token_encrypted_response_enc: idTokenEncryption.enc }),
    ...(service.userinfoSigning === undefined ? {} : { userinfo_signed_response_alg: service.userinfoSigning }),
    ...(userinfoEncryption === undefined ? {} : { userinfo_encrypted_response_alg: userinfoEncryption.alg, userinfo_encrypted_response_enc: userinfoEncryption.enc }),
    ...(service.backchannelLogoutUri === undefined ? {} : { backchannel_logout_uri: service.backchannelLogoutUri, backchannel_logout_session_required: true }),
  };
}

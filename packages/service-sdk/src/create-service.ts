import { createRemoteJWKSet, importJWK, type JWK, type JWTVerifyGetKey } from 'jose';
import * as openid from 'openid-client';
import { type Claim, readClaims, type ToldClaims } from './claims.ts';
import { refused, type ServiceResult } from './faults.ts';
import { type Level, levelsFrom } from './levels.ts';
import { checkSettings, isLoopback, type ServiceAuthentication, type ServiceSettings } from './settings.ts';
import { toFault } from './to-fault.ts';
import { unsealed } from './unsealed.ts';
import { type EndedSignIn, verifyLogoutToken } from './verify-logout-token.ts';

/** What the service keeps in the browser's own session between going and coming back; plain JSON, good once. */
export interface PendingSignIn {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

/** A person whom the provider identified, now, at a level that the service accepts. */
export interface SignedIn<Asked extends Claim> {
  /** This service's own name for the person: always the same here, and another at every other sector. */
  readonly subject: string;
  readonly levelOfAssurance: Level;
  readonly claims: ToldClaims<Asked>;
  /** For {@link Service.signOutUrl}: signed, and readable to the provider, to whom an encrypted one says nothing. */
  readonly idToken: string;
  /** The sign-in's own id, by which a logout names it, where the provider tells of logouts. */
  readonly sid: string | undefined;
}

export interface Service<Asked extends Claim> {
  /**
   * Asks the provider for a sign-in. The request is pushed: the browser carries nothing but a reference to it.
   * @param loginHint who is expected. The provider ignores it; a mock citizen goes by it
   * @returns where to send the browser (303), and what to keep in its session until it returns
   * @faults SERVICE_PROVIDER_UNREACHABLE, SERVICE_PROVIDER_UNFIT, SERVICE_NOT_ACCEPTED, SERVICE_REQUEST_REFUSED
   */
  beginSignIn(loginHint?: string): Promise<ServiceResult<{ readonly redirectTo: URL; readonly pending: PendingSignIn }>>;
  /**
   * Redeems what the browser brought back, and establishes who it is: state, issuer, code, signature, audience, nonce
   * and level all fit, or nobody is signed in.
   * @param returned the whole address that the browser came to
   * @param pending from this browser's session; forget it before this call
   * @faults SERVICE_SIGN_IN_DECLINED, SERVICE_SIGN_IN_FAILED, SERVICE_RETURN_FOREIGN, SERVICE_CODE_REFUSED, SERVICE_TOKEN_REFUSED, SERVICE_LEVEL_TOO_LOW, SERVICE_CLAIMS_REFUSED and those of beginSignIn
   */
  completeSignIn(returned: URL, pending: PendingSignIn): Promise<ServiceResult<SignedIn<Asked>>>;
  /**
   * Where to send the browser so that the provider's session ends too, once the service has ended its own.
   * @param postLogoutRedirectUri registered; where the browser comes back to
   */
  signOutUrl(idToken: string, postLogoutRedirectUri: string): Promise<ServiceResult<URL>>;
  /**
   * Whose sign-in has ended, of what was posted to the service's `backchannelLogoutUri`. Answer 204, or 400 on a fault.
   * @param sent the form's member `logout_token`
   * @faults SERVICE_LOGOUT_TOKEN_REFUSED and those of discovery
   */
  verifyLogoutToken(sent: string): Promise<ServiceResult<EndedSignIn>>;
}

/**
 * Signs people in to a service. Sessions stay the service's own business.
 * @source OpenID Connect Core 1.0, RFC 7636, RFC 9126, RFC 9207, RFC 9700
 */
export function createService<const Essential extends Claim, const Voluntary extends Claim>(settings: ServiceSettings<Essential, Voluntary>): Service<Essential | Voluntary> {
  checkSettings(settings);
  const { clientId, redirectUri, decryptionKeys } = settings;
  const acceptable = levelsFrom(settings.lowestLevel);
  const asked = [...settings.claims.essential, ...settings.claims.voluntary];
  const wanted = { userinfo: { ...Object.fromEntries(settings.claims.voluntary.map((claim) => [claim, null])), ...Object.fromEntries(settings.claims.essential.map((claim) => [claim, { essential: true }])) } };
  let imported: Promise<OwnKeys> | undefined;
  let found: Promise<Provider> | undefined;

  // Found at the first call and kept; a failure is not kept, so that the next person tries again.
  async function provider(): Promise<ServiceResult<Provider>> {
    // Outside of what is caught: a key that is none is a mistake in the program.
    const own = await (imported ??= importKeys(settings));
    found ??= findProvider(settings, own);
    try {
      return { ok: true, value: await found };
    } catch (error) {
      found = undefined;
      return toFault(error, 'discovery');
    }
  }

  return {
    async beginSignIn(loginHint) {
      const at = await provider();
      if (!at.ok) return at;
      const pending: PendingSignIn = { state: openid.randomState(), nonce: openid.randomNonce(), codeVerifier: openid.randomPKCECodeVerifier() };
      try {
        const redirectTo = await openid.buildAuthorizationUrlWithPAR(at.value.client, {
          redirect_uri: redirectUri,
          scope: 'openid',
          acr_values: acceptable.join(' '),
          ...(asked.length === 0 ? {} : { claims: JSON.stringify(wanted) }),
          ...(loginHint === undefined ? {} : { login_hint: loginHint }),
          state: pending.state,
          nonce: pending.nonce,
          code_challenge: await openid.calculatePKCECodeChallenge(pending.codeVerifier),
          code_challenge_method: 'S256',
        });
        return { ok: true, value: { redirectTo, pending } };
      } catch (error) {
        return toFault(error, 'request');
      }
    },

    async completeSignIn(returned, pending) {
      const at = await provider();
      if (!at.ok) return at;
      const { client } = at.value;
      const brought = returned.searchParams;
      // Before anything else: an address that a stranger made says nothing, not even that somebody declined.
      if (brought.getAll('state').join(' ') !== pending.state || brought.getAll('iss').join(' ') !== settings.issuer) return refused('SERVICE_RETURN_FOREIGN');
      try {
        const address = new URL(redirectUri);
        address.search = returned.search;
        const tokens = await openid.authorizationCodeGrant(client, address, { pkceCodeVerifier: pending.codeVerifier, expectedState: pending.state, expectedNonce: pending.nonce, idTokenExpected: true });
        const idToken = tokens.claims()!;
        const level = acceptable.find((one) => one === idToken['acr']);
        if (level === undefined) return refused('SERVICE_LEVEL_TOO_LOW');
        const told = await tellUserInfo(client, tokens.access_token, idToken.sub);
        if (!told.ok) return told;
        const claims = readClaims(told.value, asked);
        if (claims === undefined) return refused('SERVICE_CLAIMS_REFUSED');
        const { sid } = idToken;
        return { ok: true, value: { subject: idToken.sub, levelOfAssurance: level, claims, idToken: await unsealed(tokens.id_token!, decryptionKeys), sid: typeof sid === 'string' ? sid : undefined } };
      } catch (error) {
        return toFault(error, 'return');
      }
    },

    async signOutUrl(idToken, postLogoutRedirectUri) {
      const at = await provider();
      if (!at.ok) return at;
      try {
        return { ok: true, value: openid.buildEndSessionUrl(at.value.client, { id_token_hint: idToken, post_logout_redirect_uri: postLogoutRedirectUri }) };
      } catch (error) {
        return toFault(error, 'discovery');
      }
    },

    async verifyLogoutToken(sent) {
      const at = await provider();
      if (!at.ok) return at;
      const { keys } = at.value;
      return keys === undefined ? refused('SERVICE_PROVIDER_UNFIT') : verifyLogoutToken(sent, { issuer: settings.issuer, clientId, providerKeys: keys, decryptionKeys });
    },
  };
}

interface OwnKeys {
  readonly authentication: openid.ClientAuth;
  readonly decryption: readonly openid.DecryptionKey[];
}

interface Provider {
  readonly client: openid.Configuration;
  /** Fetched when needed, and again when a signature names one that is not known. */
  readonly keys: JWTVerifyGetKey | undefined;
}

type AnySettings = ServiceSettings<Claim, Claim>;

async function findProvider({ issuer, clientId, userinfo }: AnySettings, own: OwnKeys): Promise<Provider> {
  const address = new URL(issuer);
  const signed = { id_token_signed_response_alg: 'ES256', ...(userinfo === 'signed' ? { userinfo_signed_response_alg: 'ES256' } : {}) };
  // A signature is checked although it came over TLS.
  const execute = [openid.enableNonRepudiationChecks, ...(isLoopback(address) ? [openid.allowInsecureRequests] : [])];
  const client = await openid.discovery(address, clientId, signed, own.authentication, { execute });
  if (own.decryption.length > 0) openid.enableDecryptingResponses(client, ['A256GCM'], ...own.decryption);
  const { jwks_uri: jwksUri } = client.serverMetadata();
  return { client, keys: jwksUri === undefined ? undefined : createRemoteJWKSet(new URL(jwksUri)) };
}

async function importKeys({ authentication, decryptionKeys }: AnySettings): Promise<OwnKeys> {
  return {
    authentication: await clientAuthentication(authentication),
    decryption: await Promise.all(decryptionKeys.map(async (jwk) => ({ key: await privateKey(jwk), kid: jwk.kid!, ...(jwk.alg === undefined ? {} : { alg: jwk.alg }) }))),
  };
}

async function clientAuthentication(authentication: ServiceAuthentication): Promise<openid.ClientAuth> {
  if (authentication.method === 'private_key_jwt') return openid.PrivateKeyJwt({ key: await privateKey(authentication.key), kid: authentication.key.kid! });
  if (authentication.method === 'none') return openid.None();
  const { clientSecret } = authentication;
  return authentication.method === 'client_secret_basic' ? openid.ClientSecretBasic(clientSecret) : openid.ClientSecretPost(clientSecret);
}

async function privateKey(jwk: JWK): Promise<openid.CryptoKey> {
  const key = await importJWK(jwk, jwk.alg ?? 'ES256');
  if (key instanceof Uint8Array) throw new TypeError('a private key is asymmetric');
  return key;
}

async function tellUserInfo(client: openid.Configuration, accessToken: string, subject: string): Promise<ServiceResult<openid.UserInfoResponse>> {
  try {
    return { ok: true, value: await openid.fetchUserInfo(client, accessToken, subject) };
  } catch (error) {
    return toFault(error, 'userinfo');
  }
}

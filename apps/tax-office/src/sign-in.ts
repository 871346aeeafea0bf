import * as openid from 'openid-client';
import type { TaxOfficeConfiguration } from './configuration.ts';
import type { PendingSignIn, Taxpayer } from './sessions.ts';

/** All this service wants to know. */
const SCOPE = 'openid given_name family_name birthdate';

export interface SignIn {
  /** Where to send the browser, and what to remember until it returns. */
  begin(): Promise<{ readonly redirectTo: URL; readonly pending: PendingSignIn }>;
  /** Redeems what the browser brought back. Throws when state, nonce, issuer, signature or code do not fit. */
  complete(returned: URL, pending: PendingSignIn): Promise<Taxpayer>;
}

/** The ordinary authorization code flow with PKCE, by an ordinary library. */
export function createSignIn(configuration: TaxOfficeConfiguration): SignIn {
  let discovered: Promise<openid.Configuration> | undefined;
  // Found at the first sign-in and kept; a failure is not kept, so that the next visitor tries again.
  const provider = (): Promise<openid.Configuration> => {
    discovered ??= discover(configuration).catch((error: unknown) => {
      discovered = undefined;
      throw error;
    });
    return discovered;
  };
  const redirectUri = `${configuration.origin}/callback`;

  return {
    async begin() {
      const client = await provider();
      const pending: PendingSignIn = { state: openid.randomState(), nonce: openid.randomNonce(), codeVerifier: openid.randomPKCECodeVerifier() };
      const redirectTo = openid.buildAuthorizationUrl(client, {
        redirect_uri: redirectUri,
        scope: SCOPE,
        acr_values: 'eidas1 eidas2 eidas3',
        state: pending.state,
        nonce: pending.nonce,
        code_challenge: await openid.calculatePKCECodeChallenge(pending.codeVerifier),
        code_challenge_method: 'S256',
      });
      return { redirectTo, pending };
    },
    async complete(returned, pending) {
      const client = await provider();
      const tokens = await openid.authorizationCodeGrant(client, returned, { pkceCodeVerifier: pending.codeVerifier, expectedState: pending.state, expectedNonce: pending.nonce, idTokenExpected: true });
      const idToken = tokens.claims();
      if (idToken === undefined) throw new Error('no id_token');
      const userInfo = await openid.fetchUserInfo(client, tokens.access_token, idToken.sub);
      return {
        subject: idToken.sub,
        name: [userInfo.given_name, userInfo.family_name].filter((part) => part !== undefined).join(' '),
        birthdate: userInfo.birthdate ?? '',
        levelOfAssurance: typeof idToken['acr'] === 'string' ? idToken['acr'] : '',
      };
    },
  };
}

async function discover(configuration: TaxOfficeConfiguration): Promise<openid.Configuration> {
  const issuer = new URL(configuration.issuer);
  const authentication = configuration.clientSecret === undefined ? openid.None() : openid.ClientSecretBasic(configuration.clientSecret);
  // Plain http is for a demonstration on one machine only.
  const options = issuer.protocol === 'http:' && issuer.hostname === 'localhost' ? { execute: [openid.allowInsecureRequests] } : {};
  return openid.discovery(issuer, configuration.clientId, { id_token_signed_response_alg: 'ES256' }, authentication, options);
}

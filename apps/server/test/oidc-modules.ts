/** A module of the OpenID Foundation's conformance suite, and how it stands here. */
export interface OidcModule {
  readonly name: string;
  /** What it asks for, in our words. */
  readonly asks: string;
  /** Why it can't apply; the test of that name shows what is answered instead. */
  readonly notApplicable?: string;
}

const PASSKEY_EACH_TIME = 'A passkey at every sign-in ([0061](decisions/0061-a-passkey-at-every-sign-in.md)): nothing is signed in silently.';
const SCOPE_NOT_OFFERED = 'The scope is not announced: a passport does not carry it. The suite skips the module then.';
const NO_REQUEST_OBJECTS = 'Request objects are not offered; pushed requests (RFC 9126) do what they were for. The suite skips the module then.';

/** By plan, in the suite's order. The tests beside this file are named after them and are held to this list. */
export const OIDC_PLANS: Readonly<Record<string, readonly OidcModule[]>> = {
  'oidcc-basic-certification-test-plan': [
    { name: 'oidcc-server', asks: 'a whole sign-in, its answers checked member by member' },
    { name: 'oidcc-response-type-missing', asks: 'no response_type: an error, no code' },
    { name: 'oidcc-idtoken-signature', asks: 'the id_token verifies by a published key that its kid names' },
    { name: 'oidcc-idtoken-unsigned', asks: 'an id_token without signature for who registers it', notApplicable: 'No service can be registered for `none`. The suite skips the module then.' },
    { name: 'oidcc-userinfo-get', asks: 'userinfo by GET' },
    { name: 'oidcc-userinfo-post-header', asks: 'userinfo by POST, token in the header' },
    { name: 'oidcc-userinfo-post-body', asks: 'userinfo by POST, token in the body' },
    { name: 'oidcc-ensure-request-without-nonce-succeeds-for-code-flow', asks: 'no nonce: a sign-in, and none in the id_token' },
    { name: 'oidcc-scope-profile', asks: 'scope profile: its claims' },
    { name: 'oidcc-scope-email', asks: 'scope email' },
    { name: 'oidcc-scope-address', asks: 'scope address', notApplicable: SCOPE_NOT_OFFERED },
    { name: 'oidcc-scope-phone', asks: 'scope phone', notApplicable: SCOPE_NOT_OFFERED },
    { name: 'oidcc-scope-all', asks: 'profile, email, address and phone together', notApplicable: SCOPE_NOT_OFFERED },
    { name: 'oidcc-ensure-other-scope-order-succeeds', asks: 'openid as the last scope' },
    { name: 'oidcc-display-page', asks: 'display=page is accepted' },
    { name: 'oidcc-display-popup', asks: 'display=popup is accepted' },
    { name: 'oidcc-prompt-login', asks: 'prompt=login: the citizen proves themselves again, auth_time is later' },
    { name: 'oidcc-prompt-none-not-logged-in', asks: 'prompt=none without a session: login_required' },
    { name: 'oidcc-prompt-none-logged-in', asks: 'prompt=none with a session: a code at once', notApplicable: PASSKEY_EACH_TIME },
    { name: 'oidcc-max-age-1', asks: 'max_age=1 a second later: the citizen proves themselves again' },
    { name: 'oidcc-max-age-10000', asks: 'max_age=10000: nobody is asked, the same auth_time', notApplicable: PASSKEY_EACH_TIME },
    { name: 'oidcc-ensure-request-with-unknown-parameter-succeeds', asks: 'an unknown parameter is ignored' },
    { name: 'oidcc-id-token-hint', asks: 'prompt=none with an id_token_hint: a code at once', notApplicable: PASSKEY_EACH_TIME },
    { name: 'oidcc-login-hint', asks: 'login_hint is accepted' },
    { name: 'oidcc-ui-locales', asks: 'ui_locales is accepted' },
    { name: 'oidcc-claims-locales', asks: 'claims_locales is accepted' },
    { name: 'oidcc-ensure-request-with-acr-values-succeeds', asks: 'acr_values: a sign-in whose acr is one of them' },
    { name: 'oidcc-codereuse', asks: 'a code presented twice: invalid_grant' },
    { name: 'oidcc-codereuse-30seconds', asks: 'a code presented again after 30 seconds: invalid_grant, and the token is dead' },
    { name: 'oidcc-ensure-registered-redirect-uri', asks: 'an unregistered redirect_uri: an error page, no redirect' },
    { name: 'oidcc-ensure-post-request-succeeds', asks: 'the authorization request by POST' },
    { name: 'oidcc-server-client-secret-post', asks: 'oidcc-server with client_secret_post' },
    { name: 'oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported', asks: 'request_uri: request_uri_not_supported' },
    { name: 'oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported', asks: 'request: request_not_supported' },
    { name: 'oidcc-claims-essential', asks: 'an essential claim by the claims parameter' },
    { name: 'oidcc-ensure-request-object-with-redirect-uri', asks: 'the redirect_uri of a request object counts', notApplicable: NO_REQUEST_OBJECTS },
    { name: 'oidcc-refresh-token', asks: 'a refresh token is redeemed, by its own client only', notApplicable: 'No refresh tokens: a service asks the citizen each time. The suite skips the module then.' },
    { name: 'oidcc-ensure-request-with-valid-pkce-succeeds', asks: 'PKCE with S256' },
  ],
  'oidcc-config-certification-test-plan': [{ name: 'oidcc-discovery-endpoint-verification', asks: 'the discovery document is whole and true' }],
  'oidcc-formpost-basic-certification-test-plan': [
    { name: 'the 38 modules above with response_mode=form_post', asks: 'the code by a form that posts itself', notApplicable: 'The page that posts itself needs a script, which the content policy of the site forbids; query is the one response mode announced.' },
  ],
  'oidcc-rp-initiated-logout-certification-test-plan': [
    { name: 'oidcc-rp-initiated-logout-discovery-endpoint-verification', asks: 'discovery announces the end of a session' },
    { name: 'oidcc-rp-initiated-logout', asks: 'logout, and back with the state; signed out after it' },
    { name: 'oidcc-rp-initiated-logout-bad-post-logout-redirect-uri', asks: 'an unregistered address: an error, no redirect' },
    { name: 'oidcc-rp-initiated-logout-bad-id-token-hint', asks: 'a hint that is none: an error, no redirect' },
    { name: 'oidcc-rp-initiated-logout-modified-id-token-hint', asks: 'a hint that was changed: an error, no redirect' },
    { name: 'oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri', asks: 'a query that is not registered: an error, no redirect' },
    { name: 'oidcc-rp-initiated-logout-no-id-token-hint', asks: 'no hint: the citizen is asked, no redirect' },
    { name: 'oidcc-rp-initiated-logout-no-params', asks: 'no parameters: the citizen is signed out, no redirect' },
    { name: 'oidcc-rp-initiated-logout-no-post-logout-redirect-uri', asks: 'no address: signed out, no redirect' },
    { name: 'oidcc-rp-initiated-logout-no-state', asks: 'no state: back without one' },
    { name: 'oidcc-rp-initiated-logout-only-state', asks: 'only a state: the citizen is signed out, no redirect' },
  ],
  'oidcc-backchannel-rp-initiated-logout-certification-test-plan': [
    { name: 'oidcc-backchannel-logout-discovery-endpoint-verification', asks: 'discovery announces back-channel logout' },
    { name: 'oidcc-backchannel-rp-initiated-logout', asks: 'a logout reaches the service by a logout token that is right in every member' },
  ],
};

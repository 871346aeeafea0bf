import { AuthorizationResponseError, ResponseBodyError, WWWAuthenticateChallengeError } from 'openid-client';
import { refused, type ServiceFaultCode, type ServiceResult } from './faults.ts';

/** At which call it happened, and what it means there that an answer can't be believed. */
export type Call = 'discovery' | 'request' | 'return' | 'userinfo';

const UNBELIEVED: Readonly<Record<Call, ServiceFaultCode>> = { discovery: 'SERVICE_PROVIDER_UNFIT', request: 'SERVICE_PROVIDER_UNFIT', return: 'SERVICE_TOKEN_REFUSED', userinfo: 'SERVICE_TOKEN_REFUSED' };

/** OAuth's words (RFC 6749 §4.1.2.1, §5.2; RFC 9126 §2.3; Core §3.1.2.6). */
const BY_OAUTH_ERROR: Readonly<Record<string, ServiceFaultCode>> = {
  access_denied: 'SERVICE_SIGN_IN_DECLINED',
  invalid_client: 'SERVICE_NOT_ACCEPTED',
  unauthorized_client: 'SERVICE_NOT_ACCEPTED',
  invalid_grant: 'SERVICE_CODE_REFUSED',
  invalid_request: 'SERVICE_REQUEST_REFUSED',
  invalid_redirect_uri: 'SERVICE_REQUEST_REFUSED',
  invalid_scope: 'SERVICE_REQUEST_REFUSED',
  server_error: 'SERVICE_PROVIDER_UNREACHABLE',
  temporarily_unavailable: 'SERVICE_PROVIDER_UNREACHABLE',
};

/** An answer that is none of the protocol's: a proxy's page, a redirect, a 502. */
const NOT_THE_PROVIDER = new Set(['OAUTH_RESPONSE_IS_NOT_CONFORM', 'OAUTH_RESPONSE_IS_NOT_JSON', 'OAUTH_PARSE_ERROR', 'OAUTH_TIMEOUT', 'OAUTH_ABORT']);

/** The library's exceptions become faults here, once. */
export function toFault(error: unknown, call: Call): Extract<ServiceResult<never>, { ok: false }> {
  if (error instanceof AuthorizationResponseError || error instanceof ResponseBodyError) {
    const word = /^[a-z_]{1,64}$/.test(error.error) ? error.error : undefined;
    return refused(BY_OAUTH_ERROR[word ?? ''] ?? 'SERVICE_SIGN_IN_FAILED', word);
  }
  if (error instanceof WWWAuthenticateChallengeError) return refused(call === 'request' || call === 'return' ? 'SERVICE_NOT_ACCEPTED' : 'SERVICE_SIGN_IN_FAILED');
  const { code } = error as { readonly code?: unknown };
  // The runtime's own word for a connection that failed is no code of the library's.
  if (typeof code !== 'string' || !code.startsWith('OAUTH_') || NOT_THE_PROVIDER.has(code)) return refused('SERVICE_PROVIDER_UNREACHABLE', typeof code === 'string' ? code : undefined);
  return refused(UNBELIEVED[call], code);
}

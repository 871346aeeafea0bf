import { type JWK, jwtVerify, type JWTVerifyGetKey } from 'jose';
import { refused, type ServiceResult } from './faults.ts';
import { unsealed } from './unsealed.ts';

/** Whose sign-in has ended: end every session of yours that it fits. Told twice, there is nothing left to end. */
export interface EndedSignIn {
  readonly subject: string | undefined;
  /** The sign-in's own id, as `SignedIn.sid`. */
  readonly sid: string | undefined;
}

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
/** A token has under 2 KiB. */
const MAX_TOKEN_LENGTH = 8192;

/**
 * Establishes that the provider says, to this service and now, that a sign-in has ended.
 * @param sent the member `logout_token` of the form; from anybody
 * @faults SERVICE_LOGOUT_TOKEN_REFUSED
 * @source OpenID Connect Back-Channel Logout 1.0 §2.4, §2.6
 */
export async function verifyLogoutToken(sent: string, o: { readonly issuer: string; readonly clientId: string; readonly providerKeys: JWTVerifyGetKey; readonly decryptionKeys: readonly JWK[] }): Promise<ServiceResult<EndedSignIn>> {
  const refusal = refused('SERVICE_LOGOUT_TOKEN_REFUSED');
  if (sent.length > MAX_TOKEN_LENGTH) return refusal;
  try {
    const { payload } = await jwtVerify(await unsealed(sent, o.decryptionKeys), o.providerKeys, { issuer: o.issuer, audience: o.clientId, typ: 'logout+jwt', algorithms: ['ES256'], requiredClaims: ['iat', 'exp', 'jti', 'events'] });
    const { sub, sid, events } = payload;
    const isLogout = typeof events === 'object' && events !== null && EVENT in events && typeof events[EVENT as keyof typeof events] === 'object';
    if (!isLogout || payload['nonce'] !== undefined || (sid !== undefined && typeof sid !== 'string') || (sub === undefined && sid === undefined)) return refusal;
    return { ok: true, value: { subject: sub, sid } };
  } catch {
    return refusal;
  }
}

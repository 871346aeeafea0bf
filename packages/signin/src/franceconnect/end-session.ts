import { errors, type Provider } from 'oidc-provider';
import { parametersOf } from './request-parameters.ts';
import { refusalCode, refusalPage } from './refusals.ts';

const END_SESSION = /^\/session\/end\/?$/i;
const MAX_TOKEN_LENGTH = 8192;

/**
 * A service's logout: the browser comes with the id_token that the service holds and goes back to where the service
 * registered. No session of ours is left to end (every sign-in asks for the passkey), so nothing is asked and nothing is
 * confirmed; establishes that the way back belongs to the service that the id_token was made for.
 * @source OpenID Connect RP-Initiated Logout 1.0 §2
 */
export function endSessions(provider: Provider): void {
  provider.use(async (ctx, next) => {
    if (!END_SESSION.test(ctx.path)) {
      await next();
      return;
    }
    try {
      const way = await wayBack(provider, await parametersOf(ctx.req));
      if (way !== undefined) {
        ctx.status = 303;
        ctx.redirect(way);
        return;
      }
      ctx.status = 200;
      ctx.body = SIGNED_OUT;
    } catch (error) {
      if (!(error instanceof errors.OIDCProviderError)) throw error;
      ctx.status = 400;
      ctx.body = refusalPage(refusalCode(error));
    }
    ctx.type = 'text/html; charset=utf-8';
  });
}

const SIGNED_OUT = '<!doctype html><html lang="en"><meta charset="utf-8"><title>Signed out</title><h1>You are signed out</h1><p>You can close this page.</p></html>';

/** @returns undefined when the service named none */
async function wayBack(provider: Provider, parameters: URLSearchParams | undefined): Promise<string | undefined> {
  if (parameters === undefined) throw new errors.InvalidRequest('no form');
  for (const name of parameters.keys()) if (parameters.getAll(name).length > 1) throw new errors.InvalidRequest(`${name} is sent twice`);
  const [hint, target, state] = ['id_token_hint', 'post_logout_redirect_uri', 'state'].map((name) => parameters.get(name) ?? undefined);
  if (target === undefined) return undefined;
  const clientId = hint === undefined || hint.length > MAX_TOKEN_LENGTH ? undefined : audienceOf(hint);
  const client = clientId === undefined ? undefined : await provider.Client.find(clientId);
  if (hint === undefined || client === undefined) throw new errors.InvalidRequest('id_token_hint names no service');
  try {
    // Also when it has expired: it lives a minute, the service's own session for hours.
    await provider.IdToken.validate(hint, client);
  } catch (cause) {
    throw new errors.InvalidRequest('id_token_hint is not ours', undefined, { cause });
  }
  if (!client.postLogoutRedirectUriAllowed(target)) throw new errors.InvalidRequest('post_logout_redirect_uri is not registered');
  const way = new URL(target);
  if (state !== undefined) way.searchParams.set('state', state);
  return way.href;
}

/** Unverified: it only says whose key to verify with. */
function audienceOf(token: string): string | undefined {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    const audience = typeof claims === 'object' && claims !== null && 'aud' in claims ? claims.aud : undefined;
    return typeof audience === 'string' ? audience : undefined;
  } catch {
    return undefined;
  }
}

import { errors, Provider } from 'oidc-provider';
import type { CallLimits } from './call-limits.ts';
import { page } from './page.ts';

/** Where services call by themselves, each under its name. */
const SERVICE_ROUTES: ReadonlySet<string | undefined> = new Set(['token', 'userinfo', 'pushed_authorization_request', 'introspection', 'revocation']);

const TOO_MANY = { error: 'temporarily_unavailable', error_description: 'too many requests in a short time' } as const;

/** RFC 6585 §4; OAuth has no word of its own for it. */
class TooManyRequests extends errors.CustomOIDCProviderError {
  override statusCode = 429;
  override status = 429;
  constructor() {
    super(TOO_MANY.error, TOO_MANY.error_description);
  }
}

/**
 * Holds a provider's callers to their limits, before it does anything for them. A service's share is counted together
 * with its network: a stranger who claims to be it uses up a share of their own, and its flood takes nothing from others.
 * @param authorization the path of the authorization endpoint below the issuer
 * @source RFC 6585 §4
 */
export function limitCalls(provider: Provider, limits: CallLimits, authorization: string): void {
  const callers = new WeakMap<object, string>();

  provider.use(async (ctx, next) => {
    if (!limits.mayCall(ctx.ip) || (ctx.path === authorization && !limits.mayStart(ctx.ip))) {
      ctx.status = 429;
      ctx.set('retry-after', String(limits.retryAfterS));
      ctx.body = ctx.accepts('json', 'html') === 'html' ? page('Sign-in not possible', 'Too many sign-ins from your network', 'Wait a minute, then reload this page.') : TOO_MANY;
      return;
    }
    try {
      await next();
    } finally {
      const caller = callers.get(ctx);
      if (caller !== undefined) limits.ended(caller, ctx.ip, ctx.status === 400 || ctx.status === 401 ? 'refused' : 'served');
      else if (ctx.status === 429) ctx.set('retry-after', String(limits.retryAfterS));
    }
  });

  // Where the library learns who calls, by whichever way they say it.
  const { Client } = provider;
  const find = Client.find.bind(Client);
  Client.find = async (clientId: string) => {
    const client = await find(clientId);
    const ctx = Provider.ctx;
    if (ctx === undefined || !SERVICE_ROUTES.has(ctx.oidc.route) || callers.has(ctx)) return client;
    // All that are unknown are one: a stranger's words are not kept, and the limit tells nobody which are known.
    const caller = client === undefined ? '' : clientId;
    if (!limits.mayServe(caller, ctx.ip)) throw new TooManyRequests();
    callers.set(ctx, caller);
    return client;
  };
}

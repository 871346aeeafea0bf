import type { IncomingMessage } from 'node:http';
import type { Provider } from 'oidc-provider';
import { faultyParameter } from './check-request.ts';
import { refusalPage } from './refusals.ts';

/** As the library's router reads a path: in any case of letters, with or without a slash at its end. */
const AUTHORIZE = /^\/authorize\/?$/i;

/**
 * Looks at an authorization request before the library does, which then goes on with exactly the parameters that were
 * checked. A form has become a query by now, or it is none of ours.
 * @param mountPath under which the library's addresses are
 */
export function checkAuthorizationRequests(provider: Provider, mountPath: string): void {
  provider.use(async (ctx, next) => {
    if (!AUTHORIZE.test(ctx.path)) {
      await next();
      return;
    }
    const parameters = new URLSearchParams(ctx.querystring);
    if ((ctx.method !== 'GET' && ctx.method !== 'HEAD') || faultyParameter(parameters) !== undefined) {
      ctx.status = 400;
      ctx.type = 'text/html; charset=utf-8';
      ctx.body = refusalPage('Y030007');
      return;
    }
    ctx.url = `/authorize?${parameters.toString()}`;
    (ctx.req as IncomingMessage & { originalUrl?: string }).originalUrl = `${mountPath}${ctx.url}`;
    await next();
  });
}

import type { IncomingMessage } from 'node:http';
import type { Provider } from 'oidc-provider';
import { faultyParameter } from './check-request.ts';
import { parametersOf } from './request-parameters.ts';
import { refusalPage } from './refusals.ts';

/** As the library's router reads a path: in any case of letters, with or without a slash at its end. */
const AUTHORIZE = /^\/authorize\/?$/i;

/**
 * Looks at an authorization request before the library does, read once whether it comes as query or as form: the
 * library goes on with exactly the parameters that were checked.
 * @param mountPath under which the library's addresses are
 */
export function checkAuthorizationRequests(provider: Provider, mountPath: string): void {
  provider.use(async (ctx, next) => {
    if (!AUTHORIZE.test(ctx.path)) {
      await next();
      return;
    }
    const parameters = await parametersOf(ctx.req);
    if (parameters === undefined || faultyParameter(parameters) !== undefined) {
      ctx.status = 400;
      ctx.type = 'text/html; charset=utf-8';
      ctx.body = refusalPage('Y030007');
      return;
    }
    // Both ways ask the same (OpenID Connect Core 1.0 §3.1.2.1).
    ctx.method = 'GET';
    ctx.url = `/authorize?${parameters.toString()}`;
    (ctx.req as IncomingMessage & { originalUrl?: string }).originalUrl = `${mountPath}${ctx.url}`;
    await next();
  });
}

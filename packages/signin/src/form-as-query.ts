import { readBounded } from '@visavis/kernel';
import type { KoaContextWithOIDC } from 'oidc-provider';

/** Octets. A browser's request line and our server take as much; a longer request belongs into a pushed one. */
const MAX_FORM_BYTES = 8 * 1024;

/**
 * Takes a request that a service's page posts by form, and has the browser ask the same by GET. A form of another
 * website comes without our cookies, which are SameSite=Lax, and a sign-in or logout has to know its browser.
 * @param issuer our own address, and `paths` below it where a form is taken
 * @source OpenID Connect Core 1.0 §3.1.2.1, RP-Initiated Logout 1.0 §2
 */
export const formAsQuery =
  (issuer: string, paths: readonly string[]) =>
  async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    if (ctx.method !== 'POST' || !paths.includes(ctx.path)) return next();
    const form = ctx.is('application/x-www-form-urlencoded') === false ? undefined : await readBounded(ctx.req, MAX_FORM_BYTES);
    if (form === undefined) ctx.throw(400);
    ctx.status = 303;
    ctx.redirect(`${issuer}${ctx.path}?${new URLSearchParams(Buffer.from(form).toString('utf8')).toString()}`);
  };

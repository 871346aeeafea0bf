import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import { page } from './page.ts';
import { endProviderSession } from './provider-session.ts';

/**
 * What the library's own two pages become: forms without scripts, which the site's content policy would stop. The
 * answer to a form may lead to the service, so the page may send there.
 */
export const logoutPages = {
  logoutSource: (ctx: KoaContextWithOIDC, form: string): void => {
    const { post_logout_redirect_uri: target } = ctx.oidc.params ?? {};
    const destinations = ["'self'", ...(typeof target === 'string' ? [new URL(target).origin] : [])];
    ctx.set('content-security-policy', `default-src 'none'; form-action ${destinations.join(' ')}; base-uri 'none'; frame-ancestors 'none'`);
    const buttons = '<button name="logout" value="yes">Yes, sign out</button> <button>No, stay signed in</button></form>';
    ctx.body = page('Sign out', 'Do you want to sign out?', 'Services that you signed in to with Visavis in this browser will be told.', form.replace('</form>', buttons));
  },
  postLogoutSuccessSource: (ctx: KoaContextWithOIDC): void => signedOut(ctx),
};

const signedOut = (ctx: KoaContextWithOIDC): void => {
  ctx.status = 200;
  ctx.type = 'text/html; charset=utf-8';
  ctx.body = page('Signed out', 'You are signed out', 'You can close this page.');
};

/**
 * A service that proves by an id_token whom it signed in ends that citizen's session without a question, and the
 * browser goes back to it. The library has checked the request by then (hint signed here and for this client, address
 * registered, exactly); without a hint, or with another person's, the citizen is asked, and nobody is sent anywhere
 * on a stranger's word.
 * @source OpenID Connect RP-Initiated Logout 1.0 §2, §3
 */
export async function answerLogout(provider: Provider, subjectAt: (clientId: string, accountId: string) => Promise<string>, ctx: KoaContextWithOIDC): Promise<void> {
  const { session, client, params } = ctx.oidc;
  const hint = ctx.oidc.entities.IdTokenHint?.payload;
  if (ctx.status !== 200 || session === undefined) return;
  const { accountId } = session;
  const isTheirs = accountId === undefined || (hint !== undefined && client !== undefined && hint['sub'] === (await subjectAt(client.clientId, accountId)));
  if (!isTheirs) return;
  await endProviderSession(provider, session);
  const target = params?.['post_logout_redirect_uri'];
  if (hint === undefined || typeof target !== 'string') return signedOut(ctx);
  const to = new URL(target);
  if (typeof params?.['state'] === 'string') to.searchParams.set('state', params['state']);
  ctx.body = null;
  ctx.status = 303;
  ctx.redirect(to.href);
}

import type { ServiceFault } from '@visavis/service-sdk';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Accounts } from './accounts.ts';
import type { BankConfiguration } from './configuration.ts';
import type { BankKeys } from './keys.ts';
import { accountPage, ICON, landingPage, refusalPage, signedOutPage, STYLE, wordsFor } from './pages.ts';
import type { SessionStore } from './sessions.ts';
import type { BankSignIn } from './sign-in.ts';

/** A name of its own: browsers share cookies between the ports of one host. */
const COOKIE = 'bank_session';
/** A logout token, encrypted, with room to spare. */
const MAX_FORM_BYTES = 16 * 1024;

export interface Bank {
  readonly configuration: BankConfiguration;
  readonly keys: BankKeys;
  readonly signIn: BankSignIn;
  readonly sessions: SessionStore;
  readonly accounts: Accounts;
}

/** The bank's pages, and the two addresses that the identity service calls: `/jwks` and `/logout`. */
export function buildApp({ configuration, keys, signIn, sessions, accounts }: Bank): FastifyInstance {
  const app = Fastify({ bodyLimit: MAX_FORM_BYTES, forceCloseConnections: true });
  const { origin, issuer } = configuration;
  const secure = origin.startsWith('https:') ? '; Secure' : '';
  const setCookie = (reply: FastifyReply, id: string): void => {
    reply.header('set-cookie', `${COOKIE}=${id}; Path=/; HttpOnly; SameSite=Lax${secure}`);
  };
  const clearCookie = (reply: FastifyReply): void => {
    reply.header('set-cookie', `${COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax${secure}`);
  };
  const html = (reply: FastifyReply, body: string, status = 200): FastifyReply => reply.code(status).type('text/html; charset=utf-8').send(body);
  const refuse = (reply: FastifyReply, fault: ServiceFault): FastifyReply => {
    // For whoever runs the bank: what to do. Nothing of a person is in a fault.
    process.stderr.write(`${JSON.stringify({ fault: fault.code, detail: fault.detail, nextStep: fault.nextStep })}\n`);
    return html(reply, refusalPage(wordsFor(fault), fault), fault.retry === 'now' ? 503 : fault.code === 'SERVICE_SIGN_IN_DECLINED' ? 200 : 400);
  };

  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) => done(null, new URLSearchParams(String(body))));
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({
      // The form ends in a redirect to the identity service, which the form policy also rules.
      'content-security-policy': `default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self' ${new URL(issuer).origin}; base-uri 'none'; frame-ancestors 'none'`,
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    });
    const { origin: asks } = request.headers;
    if (request.method === 'POST' && asks !== undefined && asks !== origin) await html(reply, refusalPage('Another website tried to act in your name.'), 403);
  });
  app.setErrorHandler(async (_error, _request, reply) => html(reply, refusalPage('Something went wrong here. Please try again in a minute.'), 500));

  app.get('/style.css', (_request, reply) => reply.type('text/css; charset=utf-8').send(STYLE));

  app.get('/icon.svg', (_request, reply) => reply.type('image/svg+xml').send(ICON));

  app.get('/jwks', (_request, reply) => reply.send(keys.published));

  app.get('/', (request, reply) => {
    const session = sessions.find(sessionId(request));
    return html(reply, session?.kind === 'signedIn' ? accountPage(session.customer, accounts.numberOf(session.customer.subject)) : landingPage());
  });

  app.post('/sign-in', async (request, reply) => {
    const begun = await signIn.beginSignIn();
    if (!begun.ok) return refuse(reply, begun.fault);
    sessions.close(sessionId(request));
    setCookie(reply, sessions.open({ kind: 'pending', signIn: begun.value.pending }));
    return reply.redirect(begun.value.redirectTo.href, 303);
  });

  app.get('/callback', async (request, reply) => {
    const id = sessionId(request);
    const session = sessions.find(id);
    // Good for one return only.
    sessions.close(id);
    if (session?.kind !== 'pending') return html(reply, refusalPage('This sign-in is over or was started in another browser. Please start again.'), 400);
    const signedIn = await signIn.completeSignIn(new URL(request.url, origin), session.signIn);
    if (!signedIn.ok) return refuse(reply, signedIn.fault);
    const { family_name: familyName, birthdate } = signedIn.value.claims;
    // Essential means that the law wants it, not that every document has it.
    if (familyName === undefined || birthdate === undefined) return html(reply, refusalPage('Your document does not say your name or your date of birth. Please come to a branch.'), 400);
    setCookie(reply, sessions.open({ kind: 'signedIn', customer: signedIn.value }));
    return reply.redirect('/', 303);
  });

  app.post('/sign-out', async (request, reply) => {
    const id = sessionId(request);
    const session = sessions.find(id);
    sessions.close(id);
    clearCookie(reply);
    const url = session?.kind === 'signedIn' ? await signIn.signOutUrl(session.customer.idToken, `${origin}/signed-out`) : undefined;
    return reply.redirect(url?.ok === true ? url.value.href : '/signed-out', 303);
  });

  app.get('/signed-out', (_request, reply) => html(reply, signedOutPage()));

  // From server to server: a sign-in that this bank relied on has ended.
  app.post('/logout', async (request, reply) => {
    const sent = request.body instanceof URLSearchParams ? request.body.get('logout_token') : null;
    const ended = await signIn.verifyLogoutToken(sent ?? '');
    if (!ended.ok) return reply.code(ended.fault.retry === 'now' ? 503 : 400).send();
    sessions.closeAll(ended.value);
    return reply.code(204).send();
  });
  return app;
}

const sessionId = (request: FastifyRequest): string | undefined =>
  request.headers.cookie?.split(';').map((pair) => pair.trim()).find((pair) => pair.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1);

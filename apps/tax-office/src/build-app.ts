import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { TaxOfficeConfiguration } from './configuration.ts';
import { accountPage, ICON, landingPage, refusalPage, STYLE } from './pages.ts';
import type { SessionStore } from './sessions.ts';
import type { SignIn } from './sign-in.ts';

/** A name of its own: browsers share cookies between the ports of one host. */
const COOKIE = 'tax_office_session';

/** The service's pages. */
export function buildApp(configuration: TaxOfficeConfiguration, signIn: SignIn, sessions: SessionStore): FastifyInstance {
  const app = Fastify({ bodyLimit: 4096, forceCloseConnections: true });
  const secure = configuration.origin.startsWith('https:') ? '; Secure' : '';
  const setCookie = (reply: FastifyReply, id: string): void => {
    reply.header('set-cookie', `${COOKIE}=${id}; Path=/; HttpOnly; SameSite=Lax${secure}`);
  };
  const html = (reply: FastifyReply, body: string, status = 200): FastifyReply => reply.code(status).type('text/html; charset=utf-8').send(body);

  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, _body, done) => done(null, undefined));
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({
      // The sign-in form ends in a redirect to the identity service, which the form policy also rules.
      'content-security-policy': `default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self' ${new URL(configuration.issuer).origin}; base-uri 'none'; frame-ancestors 'none'`,
      // With `no-referrer` a browser would hide the origin of this site's own forms too.
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    });
    const { origin } = request.headers;
    if (request.method === 'POST' && origin !== undefined && origin !== configuration.origin) await html(reply, refusalPage('Another website tried to act in your name.'), 403);
  });
  app.setErrorHandler(async (_error, _request, reply) => html(reply, refusalPage('Something went wrong here. Please try again in a minute.'), 500));

  app.get('/style.css', (_request, reply) => reply.type('text/css; charset=utf-8').send(STYLE));

  app.get('/icon.svg', (_request, reply) => reply.type('image/svg+xml').send(ICON));

  app.get('/', (request, reply) => {
    const session = sessions.find(sessionId(request));
    return html(reply, session?.kind === 'signedIn' ? accountPage(session.taxpayer) : landingPage());
  });

  app.post('/sign-in', async (request, reply) => {
    try {
      const { redirectTo, pending } = await signIn.begin();
      sessions.close(sessionId(request));
      setCookie(reply, sessions.open({ kind: 'pending', signIn: pending }));
      return await reply.redirect(redirectTo.href, 303);
    } catch {
      return html(reply, refusalPage('The identity service cannot be reached at the moment. Please try again later.'), 503);
    }
  });

  app.get('/callback', async (request, reply) => {
    const id = sessionId(request);
    const session = sessions.find(id);
    // Good for one return only.
    sessions.close(id);
    if (session?.kind !== 'pending') return html(reply, refusalPage('This sign-in is over or was started in another browser. Please start again.'), 400);
    const returned = new URL(request.url, configuration.origin);
    if (returned.searchParams.get('error') === 'access_denied' && returned.searchParams.get('state') === session.signIn.state) {
      return html(reply, refusalPage('You chose not to share your details, so we could not sign you in. Nothing was passed to us.'));
    }
    try {
      const taxpayer = await signIn.complete(returned, session.signIn);
      setCookie(reply, sessions.open({ kind: 'signedIn', taxpayer }));
      return await reply.redirect('/', 303);
    } catch {
      return html(reply, refusalPage('The identity service did not confirm who you are. Please start again.'), 400);
    }
  });

  app.post('/sign-out', (request, reply) => {
    sessions.close(sessionId(request));
    reply.header('set-cookie', `${COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax${secure}`);
    return reply.redirect('/', 303);
  });
  return app;
}

const sessionId = (request: FastifyRequest): string | undefined =>
  request.headers.cookie?.split(';').map((pair) => pair.trim()).find((pair) => pair.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1);

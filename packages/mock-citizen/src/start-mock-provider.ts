import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { err, ok, type Result } from '@visavis/kernel';
import { type CallLimits, createProvider, createSigninKeys, fixedDirectory, parseServices, strictMount } from '@visavis/signin';
import { answerAs } from './answer-as.ts';
import { CITIZENS } from './citizens.ts';
import { choicePage } from './choice-page.ts';
import { memoryAdapter } from './memory-adapter.ts';
import { walkThrough } from './walk-through.ts';

export interface MockProvider {
  readonly issuer: string;
  /**
   * Goes where a service sends its browser, as the citizen of its `login_hint`, and comes back.
   * @returns the address at the service to which the browser would go now
   */
  walk(redirectTo: URL): Promise<URL>;
  stop(): Promise<void>;
}

/** One developer's tests, on their own machine. */
const unlimited: CallLimits = { mayCall: () => true, mayStart: () => true, mayAsk: () => true, mayServe: () => true, ended: () => undefined, maySignIn: () => true, retryAfterS: 0 };

/**
 * An OpenID Provider for services' own tests, on the own machine only: the strict mount itself, by the same code, with
 * made-up citizens instead of a registry and memory instead of PostgreSQL. Whom a request's `login_hint` names answers
 * at once; without one a page asks which citizen to be.
 * @param registrations of services, as in docs/services.md; addresses on the own machine may be used
 * @param port 0 for any that is free
 * @returns or what is wrong with a registration
 */
export async function startMockProvider(registrations: unknown, port: number): Promise<Result<MockProvider, readonly string[]>> {
  const services = parseServices(registrations, [strictMount], true);
  if (!services.ok) return err(services.fault);
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  const clock = (): number => Date.now();
  const identities = new Map(CITIZENS.map((citizen) => [citizen.hint, citizen]));
  const directory = fixedDirectory(services.value);
  const mounted = createProvider(strictMount, {
    store: {
      clock,
      adapter: () => memoryAdapter(() => Math.floor(clock() / 1000)),
      findAccount: (identityId) => {
        const citizen = identities.get(identityId);
        const identity = citizen && {
          identityId,
          person: citizen.person(clock()),
          document: { type: 'passport', issuingState: 'UTO', documentNumber: 'MOCK00001', dateOfExpiry: '2099-12-31' } as const,
          levelOfAssurance: citizen.levelOfAssurance,
          pathway: 'face' as const,
          createdAt: new Date(clock()).toISOString(),
          email: undefined,
          isFrozen: false,
        };
        return Promise.resolve(identity && { isFrozen: false, open: () => Promise.resolve(identity) });
      },
    },
    origin,
    keys: await createSigninKeys((n) => new Uint8Array(randomBytes(n))),
    services: directory,
    interactionUrl: (uid) => `${origin}/sign-in/${uid}`,
    callsOwnMachine: true,
    limits: unlimited,
  });
  const { provider } = mounted;
  const handle = provider.callback();

  const route = async (request: IncomingMessage & { originalUrl?: string }, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', origin);
    if (url.pathname.startsWith(`${strictMount.path}/`)) {
      request.originalUrl = request.url!;
      request.url = request.url!.slice(strictMount.path.length);
      return handle(request, response);
    }
    if (!url.pathname.startsWith('/sign-in/')) return void response.writeHead(404).end();
    const details = await provider.interactionDetails(request, response).catch(() => undefined);
    const service = details && directory.find(String(details.params['client_id']));
    if (details === undefined || service === undefined) return void response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('This sign-in is over, or began in another browser.\n');
    const citizen = identities.get(url.searchParams.get('citizen') ?? String(details.params['login_hint']));
    if (citizen === undefined) return void response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(choicePage(service.name));
    const result = answerAs(citizen, mounted, details, service);
    const returnTo = await provider.interactionResult(request, response, result, { mergeWithLastSubmission: false });
    response.writeHead(303, { location: returnTo }).end();
  };
  server.on('request', (request, response) => {
    route(request, response).catch(() => response.writeHead(500).end());
  });
  return ok({
    issuer: provider.issuer,
    walk: (redirectTo) => walkThrough(origin, redirectTo),
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}

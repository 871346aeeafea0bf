import { createServer } from 'node:http';
import websocket from '@fastify/websocket';
import { parseJson } from '@visavis/kernel';
import Fastify, { type FastifyInstance } from 'fastify';
import { refuse } from './answer.ts';
import { serverFaults, tooManyRequests } from './faults.ts';
import { SignerRefused } from './operator-signer.ts';
import { accountRoutes } from './routes/account.ts';
import { accountServiceRoutes } from './routes/account-services.ts';
import { boothRelayRoutes, MAX_SOCKET_MESSAGE_BYTES } from './routes/booth-relay.ts';
import { configurationRoutes } from './routes/configuration.ts';
import { deskRoutes } from './routes/desk.ts';
import { deviceRoutes } from './routes/devices.ts';
import { emailRoutes } from './routes/email.ts';
import { enrolmentRoutes } from './routes/enrolments.ts';
import { historyRoutes } from './routes/history.ts';
import { logRoutes } from './routes/log.ts';
import { interactionRoutes } from './routes/interactions.ts';
import { noticeRoutes } from './routes/notices.ts';
import { phoneRoutes } from './routes/phone.ts';
import { providersOr } from './routes/provider.ts';
import { recoveryRoutes } from './routes/recoveries.ts';
import { receiptRoutes } from './routes/receipts.ts';
import { sandboxRoutes } from './routes/sandbox.ts';
import { serviceRoutes } from './routes/services.ts';
import { transparencyRoutes } from './routes/transparency.ts';
import { securityTxtRoutes } from './routes/security-txt.ts';
import { sharedProofRoutes } from './routes/shared-proofs.ts';
import { siteRoutes } from './routes/site.ts';
import { securityHeaders } from './security-headers.ts';
import type { Wiring } from './wiring.ts';

/** A verdict, a certificate, a possession proof and a passkey are under 40 KiB together. */
const MAX_BODY_BYTES = 64 * 1024;
/** A citizen's device on a slow line sends such a body well within this. */
const REQUEST_TIMEOUT_MS = 30_000;
/** Longer than a load balancer keeps its idle connections (a minute), so that it is never the server who hangs up. */
const KEEP_ALIVE_MS = 72_000;
/** The longest id in an address has 64 characters. */
const MAX_PARAMETER_LENGTH = 128;

/** The HTTP face of the server: limits and headers first, then the routes. */
export async function buildApp(wiring: Wiring): Promise<FastifyInstance> {
  const headers = Object.entries(securityHeaders(wiring.configuration));
  const app = Fastify({
    bodyLimit: MAX_BODY_BYTES,
    serverFactory: (others) => createServer({ requestTimeout: REQUEST_TIMEOUT_MS, keepAliveTimeout: KEEP_ALIVE_MS }, providersOr(wiring, headers, others)),
    forceCloseConnections: true,
    trustProxy: wiring.configuration.trustedProxies.length === 0 ? false : [...wiring.configuration.trustedProxies],
    routerOptions: { maxParamLength: MAX_PARAMETER_LENGTH },
    // An address that can't be decoded reaches no hook and no error handler.
    frameworkErrors: (_error, _request, reply) => {
      for (const [name, value] of headers) reply.raw.setHeader(name, value);
      void refuse(reply, serverFaults.fault('REQUEST_INVALID'));
    },
  });

  app.addHook('onRequest', async (request, reply) => {
    for (const [name, value] of headers) reply.raw.setHeader(name, value);
    // By the route that was found, not by the address as it was spelt: `/%61pi` and `http://host/api` get there too.
    const isApi = request.routeOptions.url?.startsWith('/api/') === true;
    if (isApi) reply.raw.setHeader('cache-control', 'no-store');
    // Who waits for a sealed room asks often; the queue has limits of its own.
    if (isApi && !request.routeOptions.url.startsWith('/api/enrolments') && !wiring.signinDesk.limits.mayCall(request.ip)) {
      await refuse(reply, tooManyRequests());
      return;
    }
    const { origin } = request.headers;
    const changes = request.method !== 'GET' && request.method !== 'HEAD';
    // A browser names the page that asks; WebSockets obey no same-origin rule but this one.
    if (isApi && origin !== undefined && origin !== wiring.configuration.origin && (changes || request.headers.upgrade !== undefined)) {
      await refuse(reply, serverFaults.fault('REQUEST_CROSS_ORIGIN'));
    }
  });
  app.setErrorHandler(async (error: { statusCode?: number }, _request, reply) => {
    if (error instanceof SignerRefused) {
      wiring.log({ event: 'signer.refused', code: error.fault.code });
      return refuse(reply, error.fault);
    }
    const { statusCode = 500 } = error;
    if (statusCode === 413) return refuse(reply, serverFaults.fault('REQUEST_TOO_LARGE'));
    if (statusCode >= 400 && statusCode < 500) return refuse(reply, serverFaults.fault('REQUEST_INVALID'));
    // An exception's text may quote what it was handling: only that there was one is logged.
    wiring.log({ event: 'server.failed', code: 'SERVER_FAILED' });
    return refuse(reply, serverFaults.fault('SERVER_FAILED'));
  });

  // One reading of every body, whoever reads it: no member twice.
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, parseJson(body.toString()));
    } catch {
      done(Object.assign(new Error('not JSON'), { statusCode: 400 }));
    }
  });

  await app.register(websocket, { options: { maxPayload: MAX_SOCKET_MESSAGE_BYTES } });
  // In a plugin of their own, so that the WebSocket plugin has been loaded when its route is declared.
  await app.register((scope, _options, done) => {
    configurationRoutes(scope, wiring);
    enrolmentRoutes(scope, wiring);
    receiptRoutes(scope, wiring);
    boothRelayRoutes(scope, wiring);
    accountRoutes(scope, wiring);
    accountServiceRoutes(scope, wiring);
    historyRoutes(scope, wiring);
    deviceRoutes(scope, wiring);
    noticeRoutes(scope, wiring);
    recoveryRoutes(scope, wiring);
    emailRoutes(scope, wiring);
    interactionRoutes(scope, wiring);
    phoneRoutes(scope, wiring);
    sharedProofRoutes(scope, wiring);
    deskRoutes(scope, wiring);
    serviceRoutes(scope, wiring);
    if (wiring.configuration.mode === 'demo') sandboxRoutes(scope, wiring);
    transparencyRoutes(scope, wiring);
    done();
  });
  // With hooks of its own.
  await app.register((scope, _options, done) => {
    logRoutes(scope, wiring);
    done();
  });
  securityTxtRoutes(app, wiring);
  await siteRoutes(app, wiring);
  return app;
}

import type { FastifyInstance } from 'fastify';
import { refuse } from '../refuse.ts';

/** How long a browser may remember that it may ask. */
const PREFLIGHT_SECONDS = 600;

/**
 * Lets pages of the given sites call this server (Fetch standard, CORS) and refuses pages of every other one, on
 * WebSockets too, where browsers would not. A caller without an Origin is no page.
 */
export function allowSites(server: FastifyInstance, siteOrigins: readonly string[]): void {
  server.addHook('onRequest', async (request, reply) => {
    const { origin } = request.headers;
    void reply.header('vary', 'origin');
    if (origin === undefined) return undefined;
    if (!siteOrigins.includes(origin)) return refuse(reply, 'SPECIMEN_CROSS_ORIGIN');
    void reply.header('access-control-allow-origin', origin);
    if (request.method !== 'OPTIONS') return undefined;
    return reply
      .header('access-control-allow-methods', 'GET, POST')
      .header('access-control-allow-headers', 'content-type')
      .header('access-control-max-age', String(PREFLIGHT_SECONDS))
      .code(204)
      .send();
  });
}

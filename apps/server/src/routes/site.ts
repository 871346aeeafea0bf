import { existsSync } from 'node:fs';
import path from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { refuse } from '../answer.ts';
import { serverFaults } from '../faults.ts';
import type { Wiring } from '../wiring.ts';

/** The built site. Its pages have addresses of their own, which all get one document; those of the desk get the desk's. */
export async function siteRoutes(app: FastifyInstance, { configuration }: Wiring): Promise<void> {
  const built = existsSync(path.join(configuration.siteDir, 'index.html'));
  if (built) {
    await app.register(fastifyStatic, {
      root: configuration.siteDir,
      cacheControl: false,
      // The bundler puts a hash of the content into every name under assets.
      setHeaders: (response, file) => {
        void response.header('cache-control', file.includes(`${path.sep}assets${path.sep}`) ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    });
  }
  app.setNotFoundHandler((request, reply) => {
    const isPage = (request.method === 'GET' || request.method === 'HEAD') && !/^\/(api|oidc|assets|health|log)(\/|$|\?)/.test(request.url);
    if (built && isPage) return reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').sendFile(/^\/desk(\/|$|\?)/.test(request.url) ? 'desk.html' : 'index.html');
    return refuse(reply, serverFaults.fault('REQUEST_ADDRESS_UNKNOWN'));
  });
}

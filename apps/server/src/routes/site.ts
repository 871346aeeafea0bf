import { existsSync } from 'node:fs';
import path from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { refuse } from '../answer.ts';
import { serverFaults } from '../faults.ts';
import type { Wiring } from '../wiring.ts';

/** Documents of their own: those that need no JavaScript, and one that fetches its code sooner. The desk's pages share one; pages at other addresses get the frame. */
const DOCUMENTS: Readonly<Record<string, string>> = { '/counter': 'counter.html', '/enrol': 'enrol.html', '/help': 'help.html' };
const FRAME = 'page.html';

const documentOf = (address: string): string => DOCUMENTS[address] ?? (/^\/desk(\/|$)/.test(address) ? 'desk.html' : FRAME);

/** The built site: compressed twins where there are, and documents by address. */
export async function siteRoutes(app: FastifyInstance, { configuration }: Wiring): Promise<void> {
  const built = existsSync(path.join(configuration.siteDir, 'index.html'));
  if (built) {
    await app.register(fastifyStatic, {
      root: configuration.siteDir,
      cacheControl: false,
      preCompressed: true,
      // The bundler puts a hash of the content into every name under assets.
      setHeaders: (response, file) => {
        void response.header('cache-control', file.includes(`${path.sep}assets${path.sep}`) ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    });
  }
  // A style sheet, so that every document is the same file in each mode.
  app.get('/mode.css', (_request, reply) => reply.type('text/css; charset=utf-8').header('cache-control', 'no-cache').send(configuration.mode === 'demo' ? '.site .demo-notice { display: block; }' : ''));
  app.setNotFoundHandler((request, reply) => {
    const isPage = (request.method === 'GET' || request.method === 'HEAD') && !/^\/(api|oidc|assets|health|log)(\/|$|\?)/.test(request.url);
    if (built && isPage) return reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').sendFile(documentOf(request.url.split('?')[0]!));
    return refuse(reply, serverFaults.fault('REQUEST_ADDRESS_UNKNOWN'));
  });
}

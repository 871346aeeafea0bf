import type { IncomingMessage, ServerResponse } from 'node:http';
import middie from '@fastify/middie';
import type { FastifyInstance } from 'fastify';
import type { Wiring } from '../wiring.ts';

/**
 * Mounts the OpenID Providers, each at its path. A provider makes its addresses from the request's host: it is told the
 * configured one, whatever a stranger wrote into `Host` or a forwarding header (Keycloak GHSA-2wmj-46rj-qm2w).
 */
export async function providerRoutes(app: FastifyInstance, { configuration, signinDesk }: Wiring): Promise<void> {
  const { host, protocol } = new URL(configuration.origin);
  await app.register(middie);
  for (const { mount, provider } of signinDesk.mounted) {
    provider.proxy = true;
    const handle = provider.callback();
    app.use(mount.path, (request: IncomingMessage, response: ServerResponse) => {
      delete request.headers['x-forwarded-host'];
      // As Fastify found it: from the proxies that are trusted, or the connection.
      request.headers['x-forwarded-for'] = (request as IncomingMessage & { readonly ip: string }).ip;
      request.headers.host = host;
      request.headers['x-forwarded-proto'] = protocol.slice(0, -1);
      response.setHeader('cache-control', 'no-store');
      void handle(request, response);
    });
  }
}

import type { RequestListener } from 'node:http';
import proxyAddr from '@fastify/proxy-addr';
import type { Wiring } from '../wiring.ts';

/**
 * The OpenID Providers, each at its path. They are servers of their own with limits of their own, and stand beside the
 * other routes rather than behind them, which would cost each sign-in a twentieth of its work. A provider makes its
 * addresses from the request's host: it is told the configured one, whatever a stranger wrote into `Host` or a forwarding
 * header (Keycloak GHSA-2wmj-46rj-qm2w).
 * @param headers of every answer
 * @param others whoever is no provider's
 */
export function providersOr({ configuration, signinDesk }: Wiring, headers: readonly (readonly [name: string, value: string])[], others: RequestListener): RequestListener {
  const { host, protocol } = new URL(configuration.origin);
  const trusted = proxyAddr.compile([...configuration.trustedProxies]);
  const providers = signinDesk.mounted.map(({ mount, provider }) => {
    provider.proxy = true;
    return { path: `${mount.path}/`, handle: provider.callback() };
  });
  return (request, response) => {
    const url = request.url ?? '';
    const called = providers.find(({ path }) => url.startsWith(path));
    if (called === undefined) return others(request, response);
    for (const [name, value] of headers) response.setHeader(name, value);
    response.setHeader('cache-control', 'no-store');
    // From the proxies that are trusted, or the connection.
    request.headers['x-forwarded-for'] = proxyAddr(request, trusted);
    delete request.headers['x-forwarded-host'];
    request.headers.host = host;
    request.headers['x-forwarded-proto'] = protocol.slice(0, -1);
    // The library finds its mount's path by what was cut off.
    Object.assign(request, { originalUrl: url, url: url.slice(called.path.length - 1) });
    void called.handle(request, response);
  };
}

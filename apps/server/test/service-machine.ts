import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLocalJWKSet, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose';

/** What a service's own machine was asked by our server. */
export interface Heard {
  readonly path: string;
  readonly contentType: string | undefined;
  readonly body: string;
}

export interface ServiceMachine {
  readonly at: string;
  readonly heard: Heard[];
  /** The logout tokens that came to paths beginning with `/logout`, verified as a service verifies them. */
  logoutTokens(issuer: string): Promise<readonly (JWTPayload & { readonly path: string })[]>;
  stop(): Promise<void>;
}

/** Where services keep their keys and are told of logouts. */
export async function startServiceMachine(routes: Readonly<Record<string, (response: ServerResponse) => void>> = {}): Promise<ServiceMachine> {
  const heard: Heard[] = [];
  const machine = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
    request.on('end', () => {
      const { url = '' } = request;
      heard.push({ path: url, contentType: request.headers['content-type'], body });
      const route = routes[url];
      if (route === undefined) response.end();
      else route(response);
    });
  });
  await new Promise<void>((resolve) => machine.listen(0, 'localhost', resolve));
  return {
    at: `http://localhost:${(machine.address() as AddressInfo).port}`,
    heard,
    async logoutTokens(issuer) {
      const keys = createLocalJWKSet((await (await fetch(`${issuer}/jwks`)).json()) as JSONWebKeySet);
      const told = heard.filter(({ path }) => path.startsWith('/logout'));
      return Promise.all(
        told.map(async ({ path, body }) => {
          const { payload } = await jwtVerify(new URLSearchParams(body).get('logout_token')!, keys, { issuer, typ: 'logout+jwt', algorithms: ['ES256'], requiredClaims: ['iat', 'exp', 'jti', 'aud', 'sid', 'events'] });
          return { path, ...payload };
        }),
      );
    },
    stop: async () => {
      await new Promise((resolve) => machine.close(resolve));
    },
  };
}

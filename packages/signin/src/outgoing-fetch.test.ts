import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outgoingFetch } from './outgoing-fetch.ts';

let requests = 0;
let inside: Server;
let port: number;
beforeAll(async () => {
  inside = createServer((_request, response) => {
    requests += 1;
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [] }));
  });
  await new Promise<void>((resolve) => inside.listen(0, resolve));
  ({ port } = inside.address() as AddressInfo);
});
afterAll(() => new Promise((resolve) => inside.close(resolve)));

/** Tells a service of a logout, as the provider does. */
async function tell(host: string, callsOwnMachine: boolean): Promise<void> {
  const client = { client_id: 'service', redirect_uris: ['https://service.example/cb'], response_types: ['code' as const], grant_types: ['authorization_code'], token_endpoint_auth_method: 'none' as const, backchannel_logout_uri: `http://${host}:${port}/logout`, id_token_signed_response_alg: 'RS256' as const };
  const provider = new Provider('http://localhost/oidc', { clients: [client], features: { backchannelLogout: { enabled: true }, devInteractions: { enabled: false } }, fetch: outgoingFetch(callsOwnMachine) });
  const found = (await provider.Client.find('service')) as unknown as { backchannelLogout(sub: string, sid: string): Promise<void> };
  await found.backchannelLogout('someone', 'session');
}

describe('calls to services', () => {
  it.each(['127.0.0.1', 'localhost', '127.1', '2130706433', '[::1]', '0.0.0.0'])('%s is inside: the connection is closed before anything is sent', async (host) => {
    requests = 0;
    await expect(tell(host, false)).rejects.toMatchObject({ cause: { message: 'hostname resolves to a special-use IP address' } });
    expect(requests).toBe(0);
  });

  it('in the demo the own machine is called', async () => {
    requests = 0;
    await tell('localhost', true);
    expect(requests).toBe(1);
  });

  it('where addresses can not be checked, nothing is called', async () => {
    await expect(outgoingFetch(false)('https://service.example/jwks', {})).rejects.toThrow('can not be checked');
    await expect(outgoingFetch(true)('https://service.example/jwks', {})).rejects.toThrow('can not be checked');
  });
});

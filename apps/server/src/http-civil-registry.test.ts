import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttpCivilRegistry } from './http-civil-registry.ts';

const person = { familyName: 'MUSTER', givenNames: 'ANNA', dateOfBirth: '1990-02-03', sex: 'female' as const, nationality: 'UTO' };
const document = { issuingState: 'UTO', documentNumber: 'X0000001' };
const record = { familyName: 'Muster', givenNames: ['Anna'], dateOfBirth: '1990-02-03', sex: 'female', birthplace: { country: '99217' } };

let server: Server | undefined;
afterEach(() => {
  server?.close();
  server?.closeAllConnections();
});

async function registryThat(answers: RequestListener) {
  server = createServer(answers);
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  return createHttpCivilRegistry(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

describe('a civil registry over HTTP', () => {
  it('is asked in the body, never in the address, and of nothing but what it needs', async () => {
    const heard: unknown[] = [];
    const registry = await registryThat((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
      request.on('end', () => {
        heard.push(request.method, request.url, JSON.parse(body));
        response.end(JSON.stringify({ record }));
      });
    });
    const more = { ...document, type: 'passport' as const, dateOfExpiry: '2033-02-03' };
    expect(await registry.find(person, more)).toEqual({ ok: true, value: record });
    expect(heard).toEqual(['POST', '/civil-records', { person, document }]);
  });

  it('says that it knows nobody', async () => {
    const registry = await registryThat((_request, response) => response.end('{"record":null}'));
    expect(await registry.find(person, document)).toEqual({ ok: true, value: undefined });
  });

  it.each<[string, RequestListener]>([
    ['an error', (_request, response) => response.writeHead(500).end('{"record":null}')],
    ['no JSON', (_request, response) => response.end('<html>')],
    ['no record', (_request, response) => response.end('{}')],
    ['a record with more in it', (_request, response) => response.end(JSON.stringify({ record: { ...record, portrait: '' } }))],
    ['a place that is no code', (_request, response) => response.end(JSON.stringify({ record: { ...record, birthplace: { country: '99100', commune: 'Paris' } } }))],
    ['another address', (_request, response) => response.writeHead(307, { location: 'https://elsewhere.example/' }).end()],
    ['more than an answer', (_request, response) => response.end(JSON.stringify({ record: null, padding: 'x'.repeat(20_000) }))],
    ['nothing', (request) => request.socket.destroy()],
  ])('that answers with %s is unavailable', async (_what, answers) => {
    expect(await (await registryThat(answers)).find(person, document)).toEqual({ ok: false, fault: 'unavailable' });
  });
});

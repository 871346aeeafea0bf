import { randomBytes } from 'node:crypto';
import { type IncomingHttpHeaders, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAX_SOCKET_MESSAGE_BYTES } from '../src/routes/booth-relay.ts';
import { startTestServer, type TestServer } from './start-test-server.ts';
import { consent, createCitizen, type FaultAnswer, newDeviceKey, randomId } from './test-citizen.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server?.stop());

const code = async (response: Response): Promise<string> => ((await response.json()) as FaultAnswer).fault.code;
const post = (path: string, json: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${server.origin}${path}`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(json) });

interface Heard {
  readonly messages: (string | ArrayBuffer)[];
  readonly socket: WebSocket;
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  readonly opened: Promise<void>;
}

function connect(enrolmentId: string): Heard {
  const socket = new WebSocket(`${server.origin.replace('http', 'ws')}/api/enrolments/${enrolmentId}/booth`);
  socket.binaryType = 'arraybuffer';
  const messages: (string | ArrayBuffer)[] = [];
  socket.addEventListener('message', ({ data }) => messages.push(data as string | ArrayBuffer));
  return {
    messages,
    socket,
    closed: new Promise((resolve) => {
      socket.addEventListener('close', ({ code, reason }) => resolve({ code, reason }));
    }),
    opened: new Promise((resolve) => {
      socket.addEventListener('open', () => resolve());
    }),
  };
}

const until = async (condition: () => boolean): Promise<void> => {
  for (let i = 0; i < 500 && !condition(); i++) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(condition()).toBe(true);
};

describe('starting an enrolment', () => {
  it('the same request gets the same answer and opens one booth, also twice at once; another device gets none', async () => {
    const key = await newDeviceKey();
    const request = { requestId: randomId(), clientKey: key.publicKey, consent };
    const booths = server.booths.size;
    const answers = await Promise.all([post('/api/enrolments', request), post('/api/enrolments', request)]);
    answers.push(await post('/api/enrolments', request));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(new Set(await Promise.all(answers.map((answer) => answer.text()))).size).toBe(1);
    expect(server.booths.size).toBe(booths + 1);
    expect(await code(await post('/api/enrolments', { ...request, clientKey: (await newDeviceKey()).publicKey }))).toBe('ENROLMENT_REQUEST_REUSED');
  });

  it('no enrolment without both consents, for an outdated text, with a private key, with more than was asked', async () => {
    const { publicKey } = await newDeviceKey();
    const request = { requestId: randomId(), clientKey: publicKey, consent };
    expect(await code(await post('/api/enrolments', { ...request, consent: { ...consent, faceProcessing: false } }))).toBe('REQUEST_INVALID');
    expect(await code(await post('/api/enrolments', { ...request, consent: { ...consent, textVersion: 'old' } }))).toBe('CONSENT_TEXT_OUTDATED');
    expect(await code(await post('/api/enrolments', { ...request, clientKey: { ...publicKey, d: publicKey.x } }))).toBe('REQUEST_INVALID');
    expect(await code(await post('/api/enrolments', { ...request, portrait: 'AAAA' }))).toBe('REQUEST_INVALID');
    expect((await post('/api/enrolments', request)).status).toBe(201);
  });

  it('another website, a large body and a wrong address are refused by code', async () => {
    expect(await code(await post('/api/enrolments', {}, { origin: 'https://evil.example' }))).toBe('REQUEST_CROSS_ORIGIN');
    const large = await post('/api/enrolments', { filler: 'x'.repeat(70_000) });
    expect([large.status, await code(large)]).toEqual([413, 'REQUEST_TOO_LARGE']);
    expect(await code(await fetch(`${server.origin}/api/nothing`))).toBe('REQUEST_ADDRESS_UNKNOWN');
    expect(await code(await fetch(`${server.origin}/api/account`))).toBe('SIGN_IN_NEEDED');
  });

  it('another website is refused however it spells the address, and an address that can not be read says nothing back', async () => {
    const ask = (address: string, headers: Record<string, string> = {}): Promise<{ status: number; text: string; headers: IncomingHttpHeaders }> =>
      new Promise((resolve, reject) => {
        const { hostname, port } = new URL(server.origin);
        // By hand: fetch would tidy the address up.
        const asked = request({ hostname, port, path: address, method: 'POST', headers: { 'content-type': 'application/json', ...headers } }, (answer) => {
          let text = '';
          answer.setEncoding('utf8').on('data', (part: string) => (text += part));
          answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text, headers: answer.headers }));
        });
        asked.on('error', reject);
        asked.end('{}');
      });
    for (const address of ['/api/session/options', '/%61pi/session/options', `${server.origin}/api/session/options`]) {
      const honest = await ask(address, { origin: server.origin });
      expect([address, honest.status, honest.headers['cache-control']]).toEqual([address, 200, 'no-store']);
      const attack = await ask(address, { origin: 'https://evil.example' });
      expect([address, attack.status, attack.text]).toEqual([address, 403, expect.stringContaining('REQUEST_CROSS_ORIGIN')]);
    }
    const unreadable = await ask('/%zz-planted');
    expect([unreadable.status, unreadable.text]).toEqual([400, expect.stringContaining('REQUEST_INVALID')]);
    expect(unreadable.text).not.toContain('planted');
    expect(unreadable.headers['x-content-type-options']).toBe('nosniff');
    const long = await ask(`/api/enrolments/${'planted'.repeat(100)}/withdraw`);
    expect([long.status, long.text.includes('planted')]).toEqual([400, false]);
  });

  it('enrolment rows hold no personal data: every column is an id, a key, a time, a state or a text version', async () => {
    const { rows } = await server.database.query<{ column_name: string }>(`SELECT column_name FROM information_schema.columns WHERE table_name = 'enrolments' ORDER BY 1`);
    expect(rows.map(({ column_name }) => column_name)).toEqual([
      'bind_fingerprint',
      'booth_certificate',
      'booth_logged',
      'client_key_thumbprint',
      'consent_id',
      'consent_language',
      'consent_text_version',
      'created_at',
      'enrolment_id',
      'expires_at',
      'identity_id',
      'pathway',
      'receipt',
      'request_id',
      'state',
    ]);
  });
});

describe('the relay', () => {
  it('carries text and bytes both ways unchanged, and closes when the booth ends', async () => {
    const { enrolmentId } = await createCitizen(server).begin();
    const booth = server.booths.get(enrolmentId)!;
    const line = connect(enrolmentId);
    await line.opened;
    const sealed = randomBytes(MAX_SOCKET_MESSAGE_BYTES);
    line.socket.send('hello as text');
    line.socket.send(sealed);
    await until(() => booth.received.length === 2);
    expect(booth.received[0]).toBe('hello as text');
    expect(sealed.equals(booth.received[1] as Uint8Array)).toBe(true);
    void booth.send(sealed);
    await until(() => line.messages.length === 1);
    expect(sealed.equals(new Uint8Array(line.messages[0] as ArrayBuffer))).toBe(true);
    booth.end('accept', []);
    expect(await line.closed).toEqual({ code: 1000, reason: '' });
  });

  it('a message over the limit ends the connection and the booth', async () => {
    const { enrolmentId } = await createCitizen(server).begin();
    const line = connect(enrolmentId);
    await line.opened;
    line.socket.send(randomBytes(MAX_SOCKET_MESSAGE_BYTES + 1));
    expect((await line.closed).code).toBe(1009);
    await until(() => server.booths.get(enrolmentId)!.closed.length === 1);
  });

  it('a cut connection closes the booth for good; a verdict that was sent before stands', async () => {
    const enrolment = await createCitizen(server).begin();
    const line = connect(enrolment.enrolmentId);
    await line.opened;
    await until(() => server.booths.has(enrolment.enrolmentId));
    line.socket.close();
    await until(() => server.booths.get(enrolment.enrolmentId)!.closed[0] === 'BOOTH_DISCONNECTED');
    await until(() => server.events.some(({ event }) => event === 'booth.ended'));
    const again = connect(enrolment.enrolmentId);
    expect(await again.closed).toEqual({ code: 4410, reason: 'ENROLMENT_BOOTH_GONE' });
    const body = { possession: await enrolment.possession('bind'), boothCertificate: enrolment.boothCertificate, passkey: await enrolment.passkey() };
    expect(await code(await enrolment.bind({ ...body, verdict: enrolment.boothCertificate }))).toBe('VERDICT_INVALID');
    expect((await enrolment.bind({ ...body, verdict: await enrolment.verdict() })).status).toBe(201);
  });

  it('a booth that decided against it ends the enrolment', async () => {
    const enrolment = await createCitizen(server).begin();
    server.booths.get(enrolment.enrolmentId)!.end('reject', ['FACE_NO_MATCH']);
    await until(() => server.events.some(({ outcome }) => outcome === 'reject'));
    await expect.poll(() => enrolment.passkey().catch((error: Error) => error.message)).toContain('ENROLMENT_OVER');
  });

  it('a second connection and an unknown enrolment are refused by code; the first goes on', async () => {
    const { enrolmentId } = await createCitizen(server).begin();
    const first = connect(enrolmentId);
    await first.opened;
    first.socket.send('a');
    await until(() => server.booths.get(enrolmentId)!.received.length === 1);
    expect(await connect(enrolmentId).closed).toEqual({ code: 4409, reason: 'ENROLMENT_BOOTH_IN_USE' });
    expect(await connect(randomId()).closed).toEqual({ code: 4404, reason: 'ENROLMENT_UNKNOWN' });
    first.socket.send('b');
    await until(() => server.booths.get(enrolmentId)!.received.length === 2);
  });
});

describe('the end of an enrolment', () => {
  it('withdrawn by its device only: the booth closes and no identity can follow', async () => {
    const enrolment = await createCitizen(server).begin();
    const path = `/api/enrolments/${enrolment.enrolmentId}/withdraw`;
    const stranger = await newDeviceKey();
    expect(await code(await post(path, { possession: await enrolment.possession('withdraw', stranger) }))).toBe('CLIENT_KEY_NOT_PROVEN');
    expect((await post(path, { possession: await enrolment.possession('withdraw') })).status).toBe(204);
    expect((await post(path, { possession: await enrolment.possession('withdraw') })).status).toBe(204);
    expect(server.booths.get(enrolment.enrolmentId)!.closed).toEqual(['BOOTH_DISCONNECTED']);
    const refused = await enrolment.bind({ possession: await enrolment.possession('bind'), verdict: await enrolment.verdict(), boothCertificate: enrolment.boothCertificate, passkey: {} });
    expect([refused.status, await code(refused)]).toEqual([410, 'ENROLMENT_OVER']);
  });

  it('a restarted server tells a client in the middle that its booth is gone, and sessions and keys go on', async () => {
    const citizen = createCitizen(server);
    await citizen.enrol();
    const { operatorKey } = (await (await fetch(`${server.origin}/api/configuration`)).json()) as { operatorKey: object };
    const { enrolmentId } = await createCitizen(server).begin();
    const line = connect(enrolmentId);
    await line.opened;
    await server.restart();
    await line.closed;
    expect((await connect(enrolmentId).closed).reason).toBe('ENROLMENT_BOOTH_GONE');
    expect(await (await fetch(`${server.origin}/api/configuration`)).json()).toMatchObject({ operatorKey });
    expect((await citizen.browser.fetch(`${server.origin}/api/account`)).status).toBe(200);
  });
});

describe('the limit per network address', () => {
  const startFrom = async (limited: TestServer, address: string): Promise<number> =>
    (
      await fetch(`${limited.origin}/api/enrolments`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
        body: JSON.stringify({ requestId: randomId(), clientKey: (await newDeviceKey()).publicKey, consent }),
      })
    ).status;

  it('a stranger can not choose their address', async () => {
    const limited = await startTestServer({ VISAVIS_ENROLMENTS_PER_MINUTE: '1' });
    try {
      expect([await startFrom(limited, '192.0.2.1'), await startFrom(limited, '192.0.2.2')]).toEqual([201, 429]);
    } finally {
      await limited.stop();
    }
  });

  it('behind a trusted proxy citizens are counted apart, and what they themselves say they forwarded is not believed', async () => {
    const limited = await startTestServer({ VISAVIS_ENROLMENTS_PER_MINUTE: '1', VISAVIS_TRUSTED_PROXIES: '127.0.0.1' });
    try {
      expect([await startFrom(limited, '192.0.2.1'), await startFrom(limited, '192.0.2.2'), await startFrom(limited, '192.0.2.1')]).toEqual([201, 201, 429]);
      expect(await startFrom(limited, '198.51.100.7, 192.0.2.1')).toBe(429);
    } finally {
      await limited.stop();
    }
  });
});

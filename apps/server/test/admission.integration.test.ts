import { randomBytes } from 'node:crypto';
import { Agent, request as httpRequest } from 'node:http';
import { connect as connectTcp } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { admitDocument, createListedDocumentRegister, DOCUMENT_TRIES_PER_DAY } from '@visavis/registry';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from './start-test-server.ts';
import { consent, createCitizen, type FaultAnswer, newDeviceKey, randomId } from './test-citizen.ts';

/** Rooms, places and shares small enough to be filled by a test; callers choose their address, as behind a proxy. */
const ROOMS = 4;
const PLACES = 50;
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ VISAVIS_TRUSTED_PROXIES: '127.0.0.1', VISAVIS_QUEUE_PLACES: String(PLACES), VISAVIS_ENROLMENTS_PER_MINUTE: '30', VISAVIS_BOOTHS_PER_ADDRESS: '2' }, ROOMS);
});
afterAll(() => server?.stop());

interface Told {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly body: Partial<FaultAnswer> & { readonly enrolmentId?: string; readonly queued?: { readonly place: number; readonly estimateMs: number; readonly askAgainAfterMs: number }; readonly fault?: { readonly code: string; readonly nextStep?: string } };
}

async function ask(body: object, address: string): Promise<Told> {
  const answer = await fetch(`${server.origin}/api/enrolments`, { method: 'POST', headers: { 'content-type': 'application/json', 'x-forwarded-for': address }, body: JSON.stringify(body) });
  return { status: answer.status, retryAfter: answer.headers.get('retry-after'), body: (await answer.json()) as Told['body'] };
}

const newRequest = async () => ({ requestId: randomId(), clientKey: (await newDeviceKey()).publicKey, consent });
const health = async () => (await (await fetch(`${server.origin}/health`)).json()) as { readonly status: string; readonly booths: { readonly free: number; readonly inUse: number; readonly most: number; readonly waiting: number } };
const endAll = (): void => {
  for (const booth of server.booths.values()) booth.end('failed', ['BOOTH_DEVICE_SILENT']);
};
const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
  await expect.poll(condition, { timeout: 10_000, interval: 10 }).toBe(true);
};

describe('the queue', () => {
  it('202 with place and estimate when all rooms are in use, 201 when it is one’s turn; health counts', async () => {
    expect((await health()).booths).toEqual({ free: ROOMS, inUse: 0, most: ROOMS, waiting: 0 });
    for (let i = 0; i < ROOMS; i++) expect((await ask(await newRequest(), `192.0.2.${i}`)).status).toBe(201);
    const [first, second] = [await newRequest(), await newRequest()];
    const [told1, told2] = [await ask(first, '192.0.2.10'), await ask(second, '192.0.2.11')];
    expect([told1.status, told1.body, told2.body.queued?.place]).toEqual([202, { queued: { place: 1, estimateMs: 1000, askAgainAfterMs: 1000 } }, 2]);
    // The second call takes the place; in the order of the first ones.
    expect([(await ask(second, '192.0.2.11')).status, (await ask(first, '192.0.2.10')).body.queued?.place, (await ask(second, '192.0.2.11')).body.queued?.place]).toEqual([202, 1, 2]);
    expect((await health()).booths).toEqual({ free: 0, inUse: ROOMS, most: ROOMS, waiting: 2 });
    [...server.booths.values()][0]!.end('failed', ['BOOTH_DEVICE_SILENT']);
    await until(async () => (await health()).booths.free === 1);
    expect((await ask(second, '192.0.2.11')).status).toBe(202);
    expect((await ask(first, '192.0.2.10')).status).toBe(201);
    // A lost answer is asked for again and needs no second room.
    expect((await ask(first, '192.0.2.10')).status).toBe(201);
    endAll();
    await until(async () => (await health()).booths.free >= 1);
    expect((await ask(second, '192.0.2.11')).status).toBe(201);
    endAll();
  });

  it('while the database is gone who asks for a room is told so by code, keeps the place, and gets the room when it is back', async () => {
    const waiting = await newRequest();
    endAll();
    await until(async () => (await health()).booths.free === ROOMS);
    for (let i = 0; i < ROOMS; i++) expect((await ask(await newRequest(), `192.0.2.${30 + i}`)).status).toBe(201);
    for (const call of ['first', 'second']) expect([call, (await ask(waiting, '192.0.2.40')).status]).toEqual([call, 202]);
    const enrolmentsBefore = (await server.database.query('SELECT count(*) FROM enrolments')).rows[0] as object;
    server.killDatabase();
    endAll();
    await until(async () => (await health()).status === 'databaseUnavailable');
    const refused = await ask(waiting, '192.0.2.40');
    expect([refused.status, refused.body.fault?.code]).toEqual([500, 'SERVER_FAILED']);
    await until(async () => (await health()).status === 'ok');
    // Nothing half-made: no enrolment, and no room held by one.
    expect([(await health()).booths.inUse, (await server.database.query('SELECT count(*) FROM enrolments')).rows[0]]).toEqual([0, enrolmentsBefore]);
    expect((await ask(waiting, '192.0.2.40')).status).toBe(201);
    endAll();
  });
});

describe('the tries of a document', () => {
  const DAY_MS = 24 * 60 * 60 * 1000;
  const number = 'TRIED0001';
  const registryAt = (nowMs: number) => ({ pool: server.database, clock: () => nowMs, documentTagKey: new Uint8Array(32).fill(7), documentRegister: createListedDocumentRegister([{ issuingState: 'UTO', documentNumber: 'LOST0001' }]) });
  const tryAt = (nowMs: number, documentNumber = number) => admitDocument(registryAt(nowMs), { issuingState: 'UTO', documentNumber });
  const startMs = Date.now();

  it('are counted for a day from the first: a stolen passport is not tried on face after face; the next day, and another document, go on', async () => {
    const told = [];
    for (let i = 0; i < DOCUMENT_TRIES_PER_DAY + 2; i++) told.push(await tryAt(startMs + i * 1000));
    expect(told).toEqual([...Array.from({ length: DOCUMENT_TRIES_PER_DAY }, () => 'notReported'), 'triesExhausted', 'triesExhausted']);
    expect([await tryAt(startMs, 'TRIED0002'), await tryAt(startMs, 'LOST0001')]).toEqual(['notReported', 'lostOrStolen']);
    expect([await tryAt(startMs + DAY_MS - 1), await tryAt(startMs + DAY_MS)]).toEqual(['triesExhausted', 'notReported']);
  });

  it('are counted one by one at the same moment', async () => {
    const told = await Promise.all(Array.from({ length: 20 }, () => tryAt(startMs, 'TRIED0003')));
    expect(told.filter((status) => status === 'notReported').length).toBe(DOCUMENT_TRIES_PER_DAY);
  });

  it('say nothing about anybody: no number in clear, no tag that another table has', async () => {
    const { rows } = await server.database.query<{ try_tag: Buffer }>('SELECT * FROM document_tries');
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toContain(number);
    const columns = await server.database.query<{ column_name: string }>(`SELECT column_name FROM information_schema.columns WHERE table_name = 'document_tries' ORDER BY 1`);
    expect(columns.rows.map((row) => row.column_name)).toEqual(['expires_at', 'tries', 'try_tag']);
  });
});

describe('who is behind', () => {
  const open = async () => {
    await until(async () => (await health()).booths.free === ROOMS);
    const enrolment = await createCitizen(server).begin();
    return { enrolment, booth: server.booths.get(enrolment.enrolmentId)!, url: `${server.origin.replace('http', 'ws')}/api/enrolments/${enrolment.enrolmentId}/booth` };
  };

  it('a device that floods a booth which does not read is not read either: its bytes wait in the device, and arrive in order afterwards', async () => {
    const { booth, url } = await open();
    const socket = new WebSocket(url);
    await new Promise((resolve) => socket.addEventListener('open', resolve));
    const readOn = booth.stopReading();
    const flood = Array.from({ length: 100 }, (_, i) => Buffer.alloc(256 * 1024, i));
    for (const message of flood) socket.send(message);
    await delay(500);
    // What is on its way in kernel and parser, and nothing of the other 25 MiB.
    const before = booth.received.length;
    expect(before).toBeLessThan(20);
    expect(socket.bufferedAmount).toBeGreaterThan(10 * 1024 * 1024);
    readOn();
    await until(() => booth.received.length === flood.length);
    expect(booth.received.every((message, i) => flood[i]!.equals(message as Uint8Array))).toBe(true);
    socket.close();
    await until(() => booth.closed.length === 1);
  });

  it('a device that does not read has its booth told to wait; one that reads on gets everything in order', async () => {
    const { booth, url } = await open();
    const { hostname, port, pathname } = new URL(url);
    const device = connectTcp({ host: hostname, port: Number(port) });
    device.write(`GET ${pathname} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\nSec-WebSocket-Version: 13\r\n\r\n`);
    await new Promise((resolve) => device.once('data', resolve));
    // A masked text message of one letter: when it has arrived, both ways are open.
    device.write(Buffer.from([0x81, 0x81, 0, 0, 0, 0, 0x68]));
    await until(() => booth.received.length === 1);
    device.pause();
    let said = 0;
    let behind: Promise<void> | undefined;
    // As a booth does: it says nothing more once it was told to wait.
    while (behind === undefined && said < 1000) {
      behind = booth.send(Buffer.alloc(64 * 1024, said));
      said += 1;
      await delay(0);
    }
    expect([behind instanceof Promise, said < 200]).toEqual([true, true]);
    expect(await Promise.race([behind!.then(() => 'read'), delay(200, 'waits')])).toBe('waits');
    const chunks: Buffer[] = [];
    device.on('data', (chunk: Buffer) => chunks.push(chunk)).resume();
    await behind;
    // Each message has ten bytes before it.
    const whole = (10 + 64 * 1024) * said;
    await until(() => chunks.reduce((sum, chunk) => sum + chunk.length, 0) >= whole);
    const got = Buffer.concat(chunks);
    expect(Array.from({ length: said }, (_, i) => got[i * (10 + 64 * 1024) + 10])).toEqual(Array.from({ length: said }, (_, i) => i));
    device.destroy();
    await until(() => booth.closed.length === 1);
  });
});

describe('ten thousand opened and abandoned attempts', () => {
  const FLOOD = 10_000;
  const AT_ONCE = 40;
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  afterAll(() => agent.destroy());

  const post = (body: string, address: string): Promise<{ status: number; enrolmentId: string | undefined }> =>
    new Promise((resolve, reject) => {
      const { hostname, port } = new URL(server.origin);
      const asked = httpRequest({ agent, hostname, port, method: 'POST', path: '/api/enrolments', headers: { 'content-type': 'application/json', 'content-length': body.length, 'x-forwarded-for': address } }, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (part: string) => (text += part));
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, enrolmentId: (JSON.parse(text) as { enrolmentId?: string }).enrolmentId }));
      });
      asked.on('error', reject).end(body);
    });

  /** Opens a connection to a booth, or to none, and drops it without a word. */
  const knock = (enrolmentId: string, patienceMs: number): Promise<string> =>
    new Promise((resolve) => {
      const { hostname, port } = new URL(server.origin);
      const socket = connectTcp({ host: hostname, port: Number(port) });
      let heard = '';
      socket.on('data', (chunk) => (heard += chunk.toString('latin1')));
      // The first bytes after the upgrade are the close frame with its reason, or nothing from a booth.
      setTimeout(() => socket.destroy(), patienceMs).unref();
      socket.on('error', () => resolve('cut')).on('close', () => resolve(/[A-Z]+_[A-Z_]+/.exec(heard)?.[0] ?? 'silent'));
      socket.on('data', () => /[A-Z]+_[A-Z_]+/.test(heard) && socket.destroy());
      socket.write(`GET /api/enrolments/${enrolmentId}/booth HTTP/1.1\r\nHost: ${hostname}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n`);
    });

  it('rooms, places and memory stay bounded, every answer is coded, and an honest citizen gets through the queue meanwhile', async () => {
    endAll();
    await until(async () => (await health()).booths.free === ROOMS);
    // What abandoned rooms do by themselves, only sooner: they hear nobody and end.
    const swept = new Set<string>();
    const sweeper = setInterval(() => {
      for (const [id, booth] of server.booths) {
        if (swept.has(id)) continue;
        swept.add(id);
        setTimeout(() => id !== honestId && booth.end('failed', ['BOOTH_DEVICE_SILENT']), 100).unref();
      }
    }, 20);
    let honestId = '';
    const statuses = new Map<number, number>();
    let [worstInUse, worstWaiting] = [0, 0];
    const publicKey = { kty: 'EC', crv: 'P-256', x: 'A'.repeat(43), y: 'A'.repeat(43) };
    let next = 0;
    const stranger = async (): Promise<void> => {
      while (next < FLOOD) {
        const i = next++;
        const { status, enrolmentId } = await post(JSON.stringify({ requestId: randomId(), clientKey: publicKey, consent }), `10.${i & 255}.${(i >> 8) & 255}.1`);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        if (enrolmentId !== undefined) void knock(enrolmentId, 2000);
        else if (i % 10 === 0) expect(await knock(randomId(), 30_000)).toBe('ENROLMENT_UNKNOWN');
        if (i % 250 === 0) {
          const { booths } = await health();
          worstInUse = Math.max(worstInUse, booths.inUse);
          worstWaiting = Math.max(worstWaiting, booths.waiting);
        }
      }
    };
    const heapBefore = process.memoryUsage().heapUsed;
    const strangers = Promise.all(Array.from({ length: AT_ONCE }, stranger));
    await delay(500);
    const honest = await newRequest();
    const startedMs = performance.now();
    let asked = 0;
    for (let told = await ask(honest, '192.0.2.99'); ; told = await ask(honest, '192.0.2.99')) {
      asked += 1;
      // A queue that is full of silent places makes room within ten seconds.
      expect([201, 202, 503]).toContain(told.status);
      honestId = told.body.enrolmentId ?? '';
      if (told.status === 201) break;
      await delay(told.body.queued?.askAgainAfterMs ?? 1000);
    }
    const waitedMs = performance.now() - startedMs;
    expect(next, `got through after ${Math.round(waitedMs)} ms and ${asked} calls`).toBeLessThan(FLOOD);
    await strangers;
    clearInterval(sweeper);
    console.info(`flood: ${JSON.stringify(Object.fromEntries(statuses))}, honest citizen in after ${Math.round(waitedMs)} ms, heap +${Math.round((process.memoryUsage().heapUsed - heapBefore) / 1048576)} MiB`);
    expect([...statuses.keys()].every((status) => [201, 202, 503].includes(status))).toBe(true);
    expect([...statuses.values()].reduce((sum, n) => sum + n, 0)).toBe(FLOOD);
    expect(worstInUse).toBeLessThanOrEqual(ROOMS);
    expect(worstWaiting).toBeLessThanOrEqual(PLACES);
    expect(process.memoryUsage().heapUsed - heapBefore).toBeLessThan(150 * 1024 * 1024);
  }, 120_000);
});

describe('at last', () => {
  it('a full queue says when to come again: BOOTH_QUEUE_FULL', async () => {
    endAll();
    await until(async () => (await health()).booths.free === ROOMS);
    for (let i = 0; i < ROOMS + PLACES; i++) {
      const request = await newRequest();
      for (const call of ['first', 'second']) expect([call, 201, 202]).toContain((await ask(request, `198.18.0.${i}`)).status);
    }
    const refused = await ask(await newRequest(), '192.0.2.20');
    expect([refused.status, refused.body.fault?.code, refused.retryAfter]).toEqual([503, 'BOOTH_QUEUE_FULL', '300']);
    expect(refused.body.fault?.nextStep).toContain('5 minutes');
    endAll();
  });
});

import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { type CardAnswers, type CardBatch, cardAnswers, civilRecordAnswer, faultBody, mintedPassport, trustAnchors } from '@visavis/contract';
import type { FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { createSpecimenServer, type SpecimenServerOptions } from './specimen-server.ts';
import { testPhotograph } from './test-photograph.ts';

const site = 'http://localhost:8080';
const order = { portrait: testPhotograph, familyName: 'MUSTER', givenNames: 'ANNA', dateOfBirth: '1990-02-03', dateOfExpiry: '2033-02-03', sex: 'female' };

const running: FastifyInstance[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map(async (server) => server.close()));
});

async function start(options: Partial<SpecimenServerOptions> = {}): Promise<FastifyInstance> {
  const server = await createSpecimenServer({ siteOrigins: [site], seed: 'test', maxPassports: 5, passportLifetimeMs: 60_000, clock: Date.now, random: (n) => randomBytes(n), ...options });
  running.push(server);
  return server;
}

const mint = async (server: FastifyInstance, body: Record<string, unknown> = order) => server.inject({ method: 'POST', url: '/passports', payload: body });
const codeOf = (body: string): string => faultBody.parse(JSON.parse(body)).fault.code;

/** One presence: sends what it is given, one at a time; a close before an answer is a rejection with its code. */
async function openPresence(server: FastifyInstance, chipId: string) {
  if (!server.server.listening) await server.listen({ host: '127.0.0.1', port: 0 });
  const socket = new WebSocket(`ws://127.0.0.1:${(server.server.address() as AddressInfo).port}/chips/${chipId}`);
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve);
    socket.addEventListener('error', () => reject(new Error('not opened')));
  });
  const sendText = async (text: string): Promise<CardAnswers> =>
    new Promise((resolve, reject) => {
      socket.addEventListener('message', (event) => resolve(cardAnswers.parse(JSON.parse(String(event.data)))), { once: true });
      socket.addEventListener('close', (event) => reject(new Error(`closed ${event.code}`)), { once: true });
      socket.send(text);
    });
  return { sendText, send: async (batch: CardBatch) => sendText(JSON.stringify(batch)), close: () => socket.close() };
}

const selectApplication = { apdu: '00a4040c07a0000002471001', accept: ['9000'] };
const readDg1 = { apdu: '00b0810000', accept: ['9000'] };
const getChallenge = { apdu: '0084000008', accept: ['90'] };

describe('specimen state', () => {
  it('publishes one trust anchor and one CRL, the same for the same seed and day', async () => {
    const answers = await Promise.all([start({ clock: () => 1_800_000_000_000 }), start({ clock: () => 1_800_000_000_000 })]).then(async (servers) => Promise.all(servers.map(async (s) => s.inject('/trust-anchors'))));
    const [first, second] = answers.map((a) => trustAnchors.parse(a.json()));
    expect(first).toEqual(second);
    expect([first!.specimen, first!.cscaCertificates.length, first!.crls.length]).toEqual([true, 1, 1]);
  });

  it('its civil registry knows its own people, always alike, and nobody else', async () => {
    const server = await start();
    const asked = { person: { familyName: "D'ARC-MUSTER", givenNames: 'ANNA LENA', dateOfBirth: '1990-02-03', sex: 'female', nationality: 'UTO' }, document: { issuingState: 'UTO', documentNumber: 'X0000001' } };
    const ask = async (payload: object) => server.inject({ method: 'POST', url: '/civil-records', payload });
    const { record } = civilRecordAnswer.parse((await ask(asked)).json());
    expect(record).toMatchObject({ familyName: "D'Arc-Muster", givenNames: ['Anna', 'Lena'], dateOfBirth: '1990-02-03', sex: 'female' });
    expect((await ask(asked)).json()).toEqual({ record });
    const places = await Promise.all(Array.from({ length: 20 }, async (_, n) => civilRecordAnswer.parse((await ask({ ...asked, document: { issuingState: 'UTO', documentNumber: `X${n}` } })).json()).record?.birthplace.country));
    expect(new Set(places)).toEqual(new Set(['99100', '99217']));
    expect((await ask({ ...asked, document: { issuingState: 'FRA', documentNumber: 'X0000001' } })).json()).toEqual({ record: null });
    const { sex: _told, ...untold } = record!;
    expect((await ask({ ...asked, person: { ...asked.person, sex: 'unspecified' } })).json()).toEqual({ record: untold });
    expect(codeOf((await ask({ ...asked, portrait: '' })).body)).toBe('SPECIMEN_REQUEST_INVALID');
  });

  it('mints a passport whose chip answers batches and stops at the first status that is not accepted', async () => {
    const server = await start();
    const answered = await mint(server);
    expect(answered.statusCode).toBe(201);
    const minted = mintedPassport.parse(answered.json());
    expect(minted.mrz[0]).toBe('P<UTOMUSTER<<ANNA<<<<<<<<<<<<<<<<<<<<<<<<<<<');
    const presence = await openPresence(server, minted.chipId);
    const stopped = await presence.send({ batch: 7, commands: [selectApplication, readDg1, getChallenge] });
    expect(stopped).toEqual({ batch: 7, answers: ['9000', '6982'], ended: 'statusMismatch' });
    const complete = await presence.send({ batch: 8, commands: [{ ...readDg1, accept: [] }, getChallenge] });
    expect(complete.ended).toBe('complete');
    expect(complete.answers[1]).toMatch(/^[0-9a-f]{16}9000$/);
    presence.close();
  });

  it('tampers when asked: one chip has its EF.CardAccess, the other lost it', async () => {
    const server = await start();
    for (const [tampering, bytes] of [['none', 1], ['cardAccessRemoved', 0]] as const) {
      const { chipId } = mintedPassport.parse((await mint(server, { ...order, tampering })).json());
      const presence = await openPresence(server, chipId);
      const { answers } = await presence.send({ batch: 0, commands: [{ apdu: '00b09c0001', accept: [] }] });
      expect(answers[0]!.length / 2 - 2).toBe(bytes);
      presence.close();
    }
  });

  it('forgets everything between two presences', async () => {
    const server = await start();
    const { chipId } = mintedPassport.parse((await mint(server)).json());
    const first = await openPresence(server, chipId);
    await first.send({ batch: 0, commands: [selectApplication] });
    first.close();
    const second = await openPresence(server, chipId);
    // Not in the application any more, so there is nothing to give a challenge.
    expect((await second.send({ batch: 0, commands: [getChallenge] })).answers).toEqual(['6985']);
    second.close();
  });

  it('refuses unusable orders, each by its code', async () => {
    const server = await start();
    for (const [body, code] of [
      [{ ...order, portrait: Buffer.from('not a picture').toString('base64') }, 'SPECIMEN_PORTRAIT_UNUSABLE'],
      [{ ...order, familyName: 'muster' }, 'SPECIMEN_REQUEST_INVALID'],
      [{ ...order, familyName: ' - ' }, 'SPECIMEN_REQUEST_INVALID'],
      [{ ...order, nickname: 'A' }, 'SPECIMEN_REQUEST_INVALID'],
      [{ ...order, access: 'bac', tampering: 'paceRefused' }, 'SPECIMEN_REQUEST_INVALID'],
      [{ ...order, dateOfBirth: '1990-02-30' }, 'SPECIMEN_REQUEST_INVALID'],
      [{ ...order, portrait: 'A'.repeat(3_100_000) }, 'SPECIMEN_REQUEST_INVALID'],
    ] as const) {
      expect(codeOf((await mint(server, body)).body)).toBe(code);
    }
  });

  it('holds so many passports for so long', async () => {
    let nowMs = 1_800_000_000_000;
    const server = await start({ maxPassports: 1, clock: () => nowMs });
    const { chipId } = mintedPassport.parse((await mint(server)).json());
    expect(codeOf((await mint(server)).body)).toBe('SPECIMEN_BUSY');
    nowMs += 60_000;
    await expect(openPresence(server, chipId)).rejects.toThrow('not opened');
    expect((await mint(server)).statusCode).toBe(201);
  });

  it('ends a presence that sends anything but batches', async () => {
    const server = await start();
    const { chipId } = mintedPassport.parse((await mint(server)).json());
    for (const bad of ['{', '{}', JSON.stringify({ batch: 0, commands: [] }), JSON.stringify({ batch: 0, commands: [{ apdu: 'xyz', accept: [] }] })]) {
      const presence = await openPresence(server, chipId);
      await expect(presence.sendText(bad)).rejects.toThrow('closed 1008');
    }
    await expect(openPresence(server, 'AAAAAAAAAAAAAAAAAAAAAA')).rejects.toThrow('not opened');
  });

  it('draws citizens, who can be given a passport', async () => {
    const server = await start();
    const [portrait, frame] = await Promise.all(['/citizens/1/portrait.jpg', '/citizens/1/frame.jpg?yawDeg=20&smile=1'].map(async (url) => server.inject(url)));
    expect([portrait!.headers['content-type'], frame!.headers['content-type']]).toEqual(['image/jpeg', 'image/jpeg']);
    expect(frame!.rawPayload.equals((await server.inject('/citizens/1/frame.jpg')).rawPayload)).toBe(false);
    expect((await mint(server, { ...order, portrait: portrait!.rawPayload.toString('base64') })).statusCode).toBe(201);
    for (const url of ['/citizens/x/portrait.jpg', '/citizens/1/frame.jpg?yawDeg=90', '/citizens/1/frame.jpg?grin=1']) expect(codeOf((await server.inject(url)).body)).toBe('SPECIMEN_REQUEST_INVALID');
  });

  it('answers pages of its sites only', async () => {
    const server = await start();
    const preflight = await server.inject({ method: 'OPTIONS', url: '/passports', headers: { origin: site, 'access-control-request-method': 'POST' } });
    expect([preflight.statusCode, preflight.headers['access-control-allow-origin']]).toEqual([204, site]);
    const own = await server.inject({ url: '/trust-anchors', headers: { origin: site } });
    expect([own.statusCode, own.headers['access-control-allow-origin']]).toEqual([200, site]);
    const other = await server.inject({ url: '/trust-anchors', headers: { origin: 'https://elsewhere.example' } });
    expect([codeOf(other.body), other.headers['access-control-allow-origin']]).toEqual(['SPECIMEN_CROSS_ORIGIN', undefined]);
  });
});

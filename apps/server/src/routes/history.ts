import { addHistoryWrap as addHistoryWrapBody, type PasskeyAnswer, randomId, switchHistoryOn as switchHistoryOnBody } from '@visavis/contract';
import { err, ok, type Result } from '@visavis/kernel';
import { addHistoryWrap, findDevice, historyFaults, readHistoryKeys, readHistoryPage, switchHistoryOff, switchHistoryOn } from '@visavis/registry';
import { passkeyChallenge, verifyPasskeyAnswer } from '@visavis/signin';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { parse, refuse } from '../answer.ts';
import { serverFaults } from '../faults.ts';
import { whoAsks } from '../who-asks.ts';
import type { Wiring } from '../wiring.ts';

const pageQuery = z.strictObject({ after: randomId.optional() });

/** The citizen's sealed history, as `contract/history-api.ts` lists it. */
export function historyRoutes(app: FastifyInstance, wiring: Wiring): void {
  const { registry, relyingParty } = wiring;

  app.get('/api/account/history', async (request, reply) => {
    const asks = await whoAsks(wiring, request);
    return asks.ok ? reply.send(await readHistoryKeys(registry, asks.value)) : refuse(reply, asks.fault);
  });

  app.get('/api/account/history/entries', async (request, reply) => {
    const asks = await whoAsks(wiring, request);
    if (!asks.ok) return refuse(reply, asks.fault);
    const query = parse(pageQuery, request.query);
    return query.ok ? reply.send(await readHistoryPage(registry, asks.value, query.value.after ?? '')) : refuse(reply, query.fault);
  });

  app.post('/api/account/history/options', async (request, reply) => {
    const asks = await whoAsks(wiring, request);
    if (!asks.ok) return refuse(reply, asks.fault);
    const body = parse(z.strictObject({}), request.body);
    return body.ok ? reply.send(await passkeyChallenge(registry, relyingParty, 'session', challengeSubject(asks.value))) : refuse(reply, body.fault);
  });

  app.post('/api/account/history', async (request, reply) => {
    const asks = await whoAsks(wiring, request);
    if (!asks.ok) return refuse(reply, asks.fault);
    const body = parse(switchHistoryOnBody, request.body);
    if (!body.ok) return refuse(reply, body.fault);
    if (!(await isPublicKey(body.value.publicKey))) return refuse(reply, serverFaults.fault('REQUEST_INVALID'));
    const device = await freshPasskey(wiring, asks.value, body.value.answer);
    if (!device.ok) return refuse(reply, device.fault);
    const on = await switchHistoryOn(registry, asks.value, device.value, body.value);
    return on.ok ? reply.code(204).send() : refuse(reply, on.fault);
  });

  app.post('/api/account/history/wraps', async (request, reply) => {
    const asks = await whoAsks(wiring, request);
    if (!asks.ok) return refuse(reply, asks.fault);
    const body = parse(addHistoryWrapBody, request.body);
    if (!body.ok) return refuse(reply, body.fault);
    const device = await freshPasskey(wiring, asks.value, body.value.answer);
    if (!device.ok) return refuse(reply, device.fault);
    const added = await addHistoryWrap(registry, asks.value, device.value, body.value);
    return added.ok ? reply.code(204).send() : refuse(reply, added.fault);
  });

  app.delete('/api/account/history', async (request, reply) => {
    const asks = await whoAsks(wiring, request);
    if (!asks.ok) return refuse(reply, asks.fault);
    await switchHistoryOff(registry, asks.value);
    return reply.code(204).send();
  });
}

/** Whether an entry can be sealed to it: 65 bytes that are no point of P-256 would stop every sign-in of this citizen. */
async function isPublicKey(publicKey: string): Promise<boolean> {
  return crypto.subtle.importKey('raw', Buffer.from(publicKey, 'base64url'), { name: 'ECDH', namedCurve: 'P-256' }, false, []).then(
    () => true,
    () => false,
  );
}

/** A challenge for this is none for a session, and another citizen's is none for this one. */
const challengeSubject = (identityId: string): string => `history ${identityId}`;

/**
 * A stolen session alone can't put another key under the history.
 * @returns id of the device that answered
 * @faults HISTORY_PASSKEY_OF_ANOTHER, and those of {@link verifyPasskeyAnswer}
 */
async function freshPasskey({ registry, relyingParty }: Wiring, identityId: string, answer: PasskeyAnswer): Promise<Result<string>> {
  const answered = await verifyPasskeyAnswer(registry, relyingParty, 'session', challengeSubject(identityId), answer);
  if (!answered.ok) return answered;
  const device = await findDevice(registry, identityId, String(answer.passkey['id']));
  return answered.value.identityId === identityId && device !== undefined ? ok(device.deviceId) : err(historyFaults.fault('HISTORY_PASSKEY_OF_ANOTHER'));
}

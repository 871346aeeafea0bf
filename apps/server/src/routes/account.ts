import { type Account, type AccountLog, passkeyAnswer } from '@visavis/contract';
import { err, ok, type Result } from '@visavis/kernel';
import { type ActiveIdentity, endSession, eraseIdentity, findIdentity, listDevices, listIdentityLog, startSession } from '@visavis/registry';
import { endSessionsOf, passkeyChallenge, signinFaults, verifyPasskeyAnswer, verifyPasskeyHolder } from '@visavis/signin';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { parse, refuse } from '../answer.ts';
import { serverFaults } from '../faults.ts';
import { createRateLimiter } from '../rate-limiter.ts';
import { clearSessionCookie, sessionToken, setSessionCookie } from '../session-cookie.ts';
import { whoAsks } from '../who-asks.ts';
import type { Wiring } from '../wiring.ts';

/**
 * Challenges that strangers of one network may ask for: each is a row for five minutes, and no proof comes before it.
 * Ten people a second sign in from behind one address.
 */
const CHALLENGES_PER_MINUTE = 600;

/** The citizen's own pages: session and account, as `contract/account-api.ts` lists them. */
export function accountRoutes(app: FastifyInstance, wiring: Wiring): void {
  const { registry, relyingParty, configuration, signinDesk, signer, log } = wiring;
  const mayAsk = createRateLimiter(registry.clock, CHALLENGES_PER_MINUTE);

  app.post('/api/session/options', async (request, reply) => {
    if (!mayAsk(request.ip)) return refuse(reply, serverFaults.fault('REQUEST_TOO_MANY'));
    const body = parse(z.strictObject({}), request.body);
    return body.ok ? reply.send(await passkeyChallenge(registry, relyingParty, 'session', '')) : refuse(reply, body.fault);
  });

  app.post('/api/session', async (request, reply) => {
    const answer = parse(passkeyAnswer, request.body);
    if (!answer.ok) return refuse(reply, answer.fault);
    const identity = await verifyPasskeyAnswer(registry, relyingParty, 'session', '', answer.value);
    if (!identity.ok) return refuse(reply, identity.fault);
    // A new token at each sign-in: one planted before is worth nothing after.
    const earlier = sessionToken(request, configuration.origin);
    if (earlier !== undefined) await endSession(registry, earlier);
    setSessionCookie(reply, configuration.origin, await startSession(registry, identity.value.identityId));
    return reply.code(204).send();
  });

  app.delete('/api/session', async (request, reply) => {
    const token = sessionToken(request, configuration.origin);
    if (token !== undefined) await endSession(registry, token);
    clearSessionCookie(reply, configuration.origin);
    return reply.code(204).send();
  });

  app.get('/api/account', async (request, reply) => {
    const signedIn = await whoseAccount(wiring, request);
    if (!signedIn.ok) return refuse(reply, signedIn.fault);
    const { identityId, person, document, levelOfAssurance, pathway, createdAt } = signedIn.value;
    const devices = await listDevices(registry, identityId);
    return reply.send({
      person,
      document,
      levelOfAssurance,
      pathway,
      createdAt,
      devices: [...devices],
    } satisfies Account);
  });

  app.get('/api/account/log', async (request, reply) => {
    const signedIn = await whoseAccount(wiring, request);
    if (!signedIn.ok) return refuse(reply, signedIn.fault);
    const entries: AccountLog = [];
    for (const opening of await listIdentityLog(registry, signedIn.value.identityId)) {
      const logged = await registry.log.prove(opening);
      if (logged === undefined) throw new Error('a committed entry is not in the log');
      entries.push(logged);
    }
    return reply.send(entries);
  });

  app.post('/api/account/erasure/options', async (request, reply) => {
    if (!mayAsk(request.ip)) return refuse(reply, serverFaults.fault('REQUEST_TOO_MANY'));
    const body = parse(z.strictObject({}), request.body);
    return body.ok ? reply.send(await passkeyChallenge(registry, relyingParty, 'erasure', '')) : refuse(reply, body.fault);
  });

  // A passkey made for this, at this moment: a session that somebody left open erases nothing. No session is needed, so
  // that who can't sign in any more (an expired or lost document) can still erase.
  app.post('/api/account/erasure', async (request, reply) => {
    const answer = parse(passkeyAnswer, request.body);
    if (!answer.ok) return refuse(reply, answer.fault);
    const identity = await verifyPasskeyHolder(registry, relyingParty, 'erasure', '', answer.value);
    if (!identity.ok) return refuse(reply, identity.fault);
    // Two people use one browser: the account on the screen and the passkey that answered must be the same one's.
    const shown = await whoseAccount(wiring, request);
    if (shown.ok && shown.value.identityId !== identity.value.identityId) return refuse(reply, signinFaults.fault('SIGN_IN_OF_ANOTHER_PERSON'));
    await endSessionsOf(registry, signinDesk.mounted, identity.value.identityId);
    const erased = await eraseIdentity(registry, identity.value.identityId, 'citizen', (claims) => signer.signReceipt(claims));
    clearSessionCookie(reply, configuration.origin);
    if (!erased.ok) return refuse(reply, erased.fault);
    log({ event: 'identity.erased' });
    return reply.send(erased.value);
  });
}

/** @faults SIGN_IN_NEEDED */
async function whoseAccount(wiring: Wiring, request: FastifyRequest): Promise<Result<ActiveIdentity>> {
  const asks = await whoAsks(wiring, request);
  const identity = asks.ok ? await findIdentity(wiring.registry, asks.value) : undefined;
  return identity === undefined ? err(signinFaults.fault('SIGN_IN_NEEDED')) : ok(identity);
}

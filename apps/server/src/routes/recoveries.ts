import { type AccountRecovery, completeRecovery as completeRecoveryBody, keptDevices, passkeyAnswer, provenVerdict, randomId, recoverIdentity, type RecoveryState } from '@visavis/contract';
import { completeRecovery, findWaitingRecovery, readRecovery, recoveryOptions, recoverySubject, startRecovery, startSession } from '@visavis/registry';
import { endSessionsOf, passkeyChallenge } from '@visavis/signin';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { parse, refuse } from '../answer.ts';
import { serverFaults } from '../faults.ts';
import { createRateLimiter } from '../rate-limiter.ts';
import { setSessionCookie } from '../session-cookie.ts';
import { whoAsks } from '../who-asks.ts';
import type { Wiring } from '../wiring.ts';

/** Challenges that strangers of one network may ask for: nobody completes more than one recovery. */
const CHALLENGES_PER_MINUTE = 60;

type ById = { Params: { id: string } };

/** Back into an identity after its devices were lost, as `contract/recovery-api.ts` lists it. */
export function recoveryRoutes(app: FastifyInstance, wiring: Wiring): void {
  const { registry, relyingParty, signer, signinDesk, configuration, log } = wiring;
  const trusted = { operatorKey: signer.publicKey, relyingParty };
  const mayAsk = createRateLimiter(registry.clock, CHALLENGES_PER_MINUTE);

  app.post<ById>('/api/enrolments/:id/recovery-options', async (request, reply) => {
    const [id, body] = [parse(randomId, request.params.id), parse(provenVerdict, request.body)];
    if (!id.ok || !body.ok) return refuse(reply, serverFaults.fault('REQUEST_INVALID'));
    const options = await recoveryOptions(registry, trusted, { ...body.value, enrolmentId: id.value });
    return options.ok ? reply.send(options.value) : refuse(reply, options.fault);
  });

  app.post<ById>('/api/enrolments/:id/recovery', async (request, reply) => {
    const [id, body] = [parse(randomId, request.params.id), parse(recoverIdentity, request.body)];
    if (!id.ok || !body.ok) return refuse(reply, serverFaults.fault('REQUEST_INVALID'));
    const started = await startRecovery(registry, trusted, { ...body.value, enrolmentId: id.value });
    if (!started.ok) return refuse(reply, started.fault);
    log({ event: 'recovery.started' });
    return reply.code(201).send(started.value);
  });

  app.get('/api/account/recovery', async (request, reply) => {
    const asks = await whoAsks(wiring, request);
    if (!asks.ok) return refuse(reply, asks.fault);
    const waiting = await findWaitingRecovery(registry, asks.value);
    return reply.send({ ...(waiting !== undefined && { waiting }) } satisfies AccountRecovery);
  });

  app.post('/api/recoveries/state/options', async (request, reply) => {
    if (!mayAsk(request.ip)) return refuse(reply, serverFaults.fault('REQUEST_TOO_MANY'));
    const body = parse(z.strictObject({}), request.body);
    return body.ok ? reply.send(await passkeyChallenge(registry, relyingParty, 'recoveryState', '')) : refuse(reply, body.fault);
  });

  app.post('/api/recoveries/state', async (request, reply) => {
    const answer = parse(passkeyAnswer, request.body);
    if (!answer.ok) return refuse(reply, answer.fault);
    const state = await readRecovery(registry, relyingParty, answer.value);
    if (!state.ok) return refuse(reply, state.fault);
    const { readyAt, devices } = state.value;
    const listed = devices?.map(({ deviceId, name, addedAt }) => ({ deviceId, addedAt, ...(name !== undefined && { name }) }));
    return reply.send({ readyAt, ...(listed !== undefined && { devices: listed }) } satisfies RecoveryState);
  });

  app.post('/api/recoveries/completion/options', async (request, reply) => {
    if (!mayAsk(request.ip)) return refuse(reply, serverFaults.fault('REQUEST_TOO_MANY'));
    const body = parse(z.strictObject({ keep: keptDevices }), request.body);
    return body.ok ? reply.send(await passkeyChallenge(registry, relyingParty, 'recovery', recoverySubject(body.value.keep))) : refuse(reply, body.fault);
  });

  app.post('/api/recoveries/completion', async (request, reply) => {
    const body = parse(completeRecoveryBody, request.body);
    if (!body.ok) return refuse(reply, body.fault);
    const completed = await completeRecovery(registry, relyingParty, body.value);
    if (!completed.ok) return refuse(reply, completed.fault);
    const { identityId, deviceId } = completed.value;
    await endSessionsOf(registry, signinDesk.mounted, identityId);
    log({ event: 'recovery.completed' });
    setSessionCookie(reply, configuration.origin, await startSession(registry, identityId, deviceId));
    return reply.code(204).send();
  });
}

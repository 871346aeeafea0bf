import { agreedClaims, passkeyAnswer } from '@visavis/contract';
import { ok, type Result } from '@visavis/kernel';
import { blockAccountService, changeAccountConsent, listAccountServices, passkeyChallenge, revokeAccountConsent, signinFaults, unblockAccountService, verifyPasskeyAnswer } from '@visavis/signin';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { parse, refuse } from '../answer.ts';
import { whoAsks } from '../who-asks.ts';
import type { Wiring } from '../wiring.ts';

type ByClient = { Params: { clientId: string } };

const nothing = z.strictObject({});
const clientIdParameter = z.string().regex(/^[a-z0-9-]{3,64}$/);

/** What the citizen lets services know, and whom they shut out, as `contract/consent-api.ts` lists it. */
export function accountServiceRoutes(app: FastifyInstance, wiring: Wiring): void {
  const { registry, relyingParty, signinDesk, log } = wiring;

  app.get('/api/account/services', async (request, reply) => {
    const asks = await whoAsks(wiring, request);
    return asks.ok ? reply.send(await listAccountServices(signinDesk, asks.value)) : refuse(reply, asks.fault);
  });

  app.put<ByClient>('/api/account/services/:clientId/claims', async (request, reply) => {
    const asks = await aboutService(wiring, request, agreedClaims);
    if (!asks.ok) return refuse(reply, asks.fault);
    const { identityId, clientId, body } = asks.value;
    const changed = await changeAccountConsent(signinDesk, identityId, clientId, body.claims);
    return changed.ok ? reply.code(204).send() : refuse(reply, changed.fault);
  });

  app.delete<ByClient>('/api/account/services/:clientId', async (request, reply) => {
    const asks = await aboutService(wiring, request, z.unknown());
    if (!asks.ok) return refuse(reply, asks.fault);
    await revokeAccountConsent(signinDesk, asks.value.identityId, asks.value.clientId);
    return reply.code(204).send();
  });

  app.post<ByClient>('/api/account/services/:clientId/block', async (request, reply) => {
    const asks = await aboutService(wiring, request, nothing);
    if (!asks.ok) return refuse(reply, asks.fault);
    const blocked = await blockAccountService(signinDesk, asks.value.identityId, asks.value.clientId);
    if (!blocked.ok) return refuse(reply, blocked.fault);
    log({ event: 'account.serviceBlocked' });
    return reply.send(blocked.value);
  });

  app.post<ByClient>('/api/account/services/:clientId/unblock/options', async (request, reply) => {
    const asks = await aboutService(wiring, request, nothing);
    return asks.ok ? reply.send(await passkeyChallenge(registry, relyingParty, 'unblock', challengeSubject(asks.value))) : refuse(reply, asks.fault);
  });

  // A passkey made for this, at this moment: who found a session open lets nobody in.
  app.post<ByClient>('/api/account/services/:clientId/unblock', async (request, reply) => {
    const asks = await aboutService(wiring, request, passkeyAnswer);
    if (!asks.ok) return refuse(reply, asks.fault);
    const { identityId, clientId, body } = asks.value;
    const identity = await verifyPasskeyAnswer(registry, relyingParty, 'unblock', challengeSubject(asks.value), body);
    if (!identity.ok) return refuse(reply, identity.fault);
    if (identity.value.identityId !== identityId) return refuse(reply, signinFaults.fault('SIGN_IN_OF_ANOTHER_PERSON'));
    const unblocked = await unblockAccountService(signinDesk, identityId, clientId);
    return unblocked.ok ? reply.code(204).send() : refuse(reply, unblocked.fault);
  });
}

interface AboutService<Body> {
  readonly identityId: string;
  readonly clientId: string;
  readonly body: Body;
}

/** A challenge for one service of one citizen is none for another. */
const challengeSubject = ({ identityId, clientId }: AboutService<unknown>): string => `${identityId} ${clientId}`;

/** @faults SIGN_IN_NEEDED, REQUEST_INVALID */
async function aboutService<S extends z.ZodType>(wiring: Wiring, request: FastifyRequest<ByClient>, schema: S): Promise<Result<AboutService<z.output<S>>>> {
  const asks = await whoAsks(wiring, request);
  if (!asks.ok) return asks;
  const [clientId, body] = [parse(clientIdParameter, request.params.clientId), parse(schema, request.body)];
  if (!clientId.ok) return clientId;
  return body.ok ? ok({ identityId: asks.value, clientId: clientId.value, body: body.value }) : body;
}

import { type Account, passkeyAnswer } from '@visavis/contract';
import { err, ok, type Result } from '@visavis/kernel';
import { type ActiveIdentity, endSession, findIdentity, listDevices, listServiceConsents, readSession, revokeServiceConsent, startSession } from '@visavis/registry';
import { passkeyChallenge, signinFaults, verifyPasskeyAnswer } from '@visavis/signin';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { parse, refuse } from '../answer.ts';
import { clearSessionCookie, sessionToken, setSessionCookie } from '../session-cookie.ts';
import type { Wiring } from '../wiring.ts';

const clientIdParameter = z.string().regex(/^[a-z0-9-]{3,64}$/);

/** The citizen's own pages: session and account, as `contract/account-api.ts` lists them. */
export function accountRoutes(app: FastifyInstance, wiring: Wiring): void {
  const { registry, relyingParty, configuration, signinDesk } = wiring;

  app.post('/api/session/options', async (request, reply) => {
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
    const signedIn = await whoAsks(wiring, request);
    if (!signedIn.ok) return refuse(reply, signedIn.fault);
    const { identityId, person, document, levelOfAssurance, pathway, createdAt } = signedIn.value;
    const consents = await listServiceConsents(registry, identityId);
    const serviceName = (clientId: string): string => signinDesk.services.find((service) => service.clientId === clientId)?.name ?? clientId;
    const devices = await listDevices(registry, identityId);
    return reply.send({
      person,
      document,
      levelOfAssurance,
      pathway,
      createdAt,
      devices: [...devices],
      consents: consents.map(({ clientId, claims, givenAt }) => ({ clientId, serviceName: serviceName(clientId), claims: [...claims], givenAt })),
    } satisfies Account);
  });

  app.delete<{ Params: { clientId: string } }>('/api/account/consents/:clientId', async (request, reply) => {
    const signedIn = await whoAsks(wiring, request);
    if (!signedIn.ok) return refuse(reply, signedIn.fault);
    const clientId = parse(clientIdParameter, request.params.clientId);
    if (!clientId.ok) return refuse(reply, clientId.fault);
    await revokeServiceConsent(registry, signedIn.value.identityId, clientId.value);
    return reply.code(204).send();
  });
}

/** @faults SIGN_IN_NEEDED */
async function whoAsks({ registry, configuration }: Wiring, request: FastifyRequest): Promise<Result<ActiveIdentity>> {
  const token = sessionToken(request, configuration.origin);
  const identityId = token === undefined ? undefined : await readSession(registry, token);
  const identity = identityId === undefined ? undefined : await findIdentity(registry.pool, identityId);
  return identity === undefined ? err(signinFaults.fault('SIGN_IN_NEEDED')) : ok(identity);
}

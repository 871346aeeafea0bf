import { passkeyAnswer, phoneNumber, phoneScan, randomId } from '@visavis/contract';
import { err, ok, type Result, toBase64Url } from '@visavis/kernel';
import { PHONE_LIMITS } from '@visavis/registry';
import { approveByPhone, beginByPhone, chooseByPhone, endByPhone, type PhoneExchange, refuseByPhone, scanByPhone, showByPhone, signinFaults } from '@visavis/signin';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { parse, refuse } from '../answer.ts';
import { tooManyRequests } from '../faults.ts';
import { networkOf } from '../network-of.ts';
import { tokenCookie } from '../token-cookie.ts';
import type { Wiring } from '../wiring.ts';
import { exchangeOf } from './interactions.ts';

type ByUid = { Params: { uid: string } };
type ById = { Params: { id: string } };

const TOKEN_BYTES = 32;
/** Longer than a phone's pause, which is counted by this cookie. */
const COOKIE_S = (2 * PHONE_LIMITS.pauseMs) / 1000;
const nothing = z.strictObject({});

/** A phone that approves a sign-in on a computer, as `contract/phone-approval-api.ts` lists it. */
export function phoneRoutes(app: FastifyInstance, { signinDesk, configuration, registry, log }: Wiring): void {
  const cookie = tokenCookie(configuration.origin, 'visavis_phone', COOKIE_S);
  const phoneOf = (request: FastifyRequest<ById>): Result<PhoneExchange> => {
    const id = parse(randomId, request.params.id);
    if (!id.ok) return id;
    const phoneToken = cookie.read(request);
    return phoneToken === undefined ? err(signinFaults.fault('SIGN_IN_PHONE_OVER')) : ok({ approvalId: id.value, phoneToken });
  };

  app.post<ByUid>('/api/interactions/:uid/phone', async (request, reply) => {
    const exchange = exchangeOf(request, reply);
    if (exchange === undefined) return refuse(reply, signinFaults.fault('SIGN_IN_INTERACTION_UNKNOWN'));
    if (!signinDesk.limits.mayAsk(request.ip)) return refuse(reply, tooManyRequests());
    const body = parse(nothing, request.body);
    if (!body.ok) return refuse(reply, body.fault);
    const begun = await beginByPhone(signinDesk, exchange, networkOf(request.ip));
    return begun.ok ? reply.send(begun.value) : refuse(reply, begun.fault);
  });

  app.get<ByUid>('/api/interactions/:uid/phone', async (request, reply) => {
    const exchange = exchangeOf(request, reply);
    if (exchange === undefined) return refuse(reply, signinFaults.fault('SIGN_IN_INTERACTION_UNKNOWN'));
    const now = await showByPhone(signinDesk, exchange);
    return now.ok ? reply.send(now.value) : refuse(reply, now.fault);
  });

  app.delete<ByUid>('/api/interactions/:uid/phone', async (request, reply) => {
    const exchange = exchangeOf(request, reply);
    if (exchange === undefined) return refuse(reply, signinFaults.fault('SIGN_IN_INTERACTION_UNKNOWN'));
    const ended = await endByPhone(signinDesk, exchange);
    return ended.ok ? reply.code(204).send() : refuse(reply, ended.fault);
  });

  app.post('/api/phone/scan', async (request, reply) => {
    const body = parse(phoneScan, request.body);
    if (!body.ok) return refuse(reply, body.fault);
    const phoneToken = cookie.read(request) ?? toBase64Url(registry.random(TOKEN_BYTES));
    const scanned = await scanByPhone(signinDesk, { secret: body.value.secret, phoneToken, network: networkOf(request.ip) });
    if (!scanned.ok) {
      log({ event: 'signIn.refused', code: scanned.fault.code });
      return refuse(reply, scanned.fault);
    }
    cookie.set(reply, phoneToken);
    return reply.send(scanned.value);
  });

  app.post<ById>('/api/phone/:id/number', async (request, reply) => {
    const phone = phoneOf(request);
    if (!phone.ok) return refuse(reply, phone.fault);
    const body = parse(phoneNumber, request.body);
    if (!body.ok) return refuse(reply, body.fault);
    const chosen = await chooseByPhone(signinDesk, phone.value, body.value.number);
    if (!chosen.ok) log({ event: 'signIn.refused', code: chosen.fault.code });
    return chosen.ok ? reply.send(chosen.value) : refuse(reply, chosen.fault);
  });

  app.post<ById>('/api/phone/:id/passkey', async (request, reply) => {
    const phone = phoneOf(request);
    if (!phone.ok) return refuse(reply, phone.fault);
    const answer = parse(passkeyAnswer, request.body);
    if (!answer.ok) return refuse(reply, answer.fault);
    const approved = await approveByPhone(signinDesk, phone.value, answer.value);
    if (!approved.ok) log({ event: 'signIn.refused', code: approved.fault.code });
    return approved.ok ? reply.code(204).send() : refuse(reply, approved.fault);
  });

  app.post<ById>('/api/phone/:id/refusal', async (request, reply) => {
    const phone = phoneOf(request);
    if (!phone.ok) return refuse(reply, phone.fault);
    const body = parse(nothing, request.body);
    if (!body.ok) return refuse(reply, body.fault);
    await refuseByPhone(signinDesk, phone.value);
    return reply.code(204).send();
  });
}

import { createHash } from 'node:crypto';
import { type AccountAct, accountAct, accountActRequest, canonicalJson, deviceName, type DeviceOverview, type LockState, type LockTarget, openTicket, randomId, ticketClaimed, ticketPasskey } from '@visavis/contract';
import { err, ok, type Result } from '@visavis/kernel';
import {
  addTicketDevice, deviceFaults, deviceOfSession, endDeviceTicket, findIdentity, freezeIdentity, listDevices, listMethodLocks, lock, type Lockable, LOCKABLE_METHODS, type LockEnd, makeTicketPasskey,
  openDeviceTicket, readDeviceTicket, readTicketClaim, removeDevice, renameDevice, startDeviceTicket, unfreezeIdentity, startEmail, removeEmail, unlock, vetoRecovery, shareProof,
} from '@visavis/registry';
import { endSessionsOf, passkeyChallenge, signinFaults, verifyPasskeyHolder } from '@visavis/signin';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { parse, refuse } from '../answer.ts';
import { serverFaults } from '../faults.ts';
import { codeMail } from '../mail/mailer.ts';
import { createRateLimiter } from '../rate-limiter.ts';
import { sessionToken } from '../session-cookie.ts';
import { attributesOf } from '../shown-attributes.ts';
import { whoAsks } from '../who-asks.ts';
import type { Wiring } from '../wiring.ts';

/** Codes tried from one network: far more than a family types, and of 2^60 nothing. */
const CODES_PER_MINUTE = 120;
/** A new device asks every two seconds how far its ticket is. */
const QUESTIONS_PER_MINUTE = 600;

/** The citizen's devices, locks and freeze, as `contract/devices-api.ts` lists them. */
export function deviceRoutes(app: FastifyInstance, wiring: Wiring): void {
  const { registry, relyingParty, configuration, log } = wiring;
  const mayTryCode = createRateLimiter(registry.clock, CODES_PER_MINUTE);
  const mayAsk = createRateLimiter(registry.clock, QUESTIONS_PER_MINUTE);

  app.get('/api/account/devices', async (request, reply) => {
    const asks = await whoAsks(wiring, request);
    if (!asks.ok) return refuse(reply, asks.fault);
    const inUse = await deviceOfSession(registry, sessionToken(request, configuration.origin) ?? '');
    const overview = await overviewOf(wiring, asks.value, inUse);
    return overview.ok ? reply.send(overview.value) : refuse(reply, overview.fault);
  });

  app.post<{ Params: { deviceId: string } }>('/api/account/devices/:deviceId/name', async (request, reply) => {
    const asks = await whoAsks(wiring, request);
    if (!asks.ok) return refuse(reply, asks.fault);
    const deviceId = parse(randomId, request.params.deviceId);
    const body = parse(z.strictObject({ name: deviceName }), request.body);
    if (!deviceId.ok || !body.ok) return refuse(reply, serverFaults.fault('REQUEST_INVALID'));
    const renamed = await renameDevice(registry, asks.value, deviceId.value, body.value.name);
    return renamed.ok ? reply.code(204).send() : refuse(reply, renamed.fault);
  });

  app.delete('/api/account/device-ticket', async (request, reply) => {
    const asks = await whoAsks(wiring, request);
    if (!asks.ok) return refuse(reply, asks.fault);
    await endDeviceTicket(registry, asks.value);
    return reply.code(204).send();
  });

  app.post('/api/account/acts/options', async (request, reply) => {
    const asks = await whoAsks(wiring, request);
    if (!asks.ok) return refuse(reply, asks.fault);
    if (!mayAsk(request.ip)) return refuse(reply, serverFaults.fault('REQUEST_TOO_MANY'));
    const act = parse(accountAct, request.body);
    return act.ok ? reply.send(await passkeyChallenge(registry, relyingParty, 'accountAct', challengeSubject(asks.value, act.value))) : refuse(reply, act.fault);
  });

  app.post('/api/account/acts', async (request, reply) => {
    const asks = await whoAsks(wiring, request);
    if (!asks.ok) return refuse(reply, asks.fault);
    const body = parse(accountActRequest, request.body);
    if (!body.ok) return refuse(reply, body.fault);
    const { act, answer, handover } = body.value;
    const holder = await verifyPasskeyHolder(registry, relyingParty, 'accountAct', challengeSubject(asks.value, act), answer);
    if (!holder.ok) return refuse(reply, holder.fault);
    if (holder.value.identityId !== asks.value) return refuse(reply, deviceFaults.fault('DEVICE_PASSKEY_OF_ANOTHER'));
    const done = await carryOut(wiring, asks.value, { act, handover, session: sessionToken(request, configuration.origin) });
    if (!done.ok) return refuse(reply, done.fault);
    log({ event: 'account.act', code: act.kind });
    return reply.send(done.value);
  });

  app.post('/api/device-tickets/open', async (request, reply) => {
    if (!mayTryCode(request.ip)) return refuse(reply, serverFaults.fault('REQUEST_TOO_MANY'));
    const body = parse(openTicket, request.body);
    if (!body.ok) return refuse(reply, body.fault);
    const opened = await openDeviceTicket(registry, relyingParty, body.value.code);
    return opened.ok ? reply.send(opened.value) : refuse(reply, opened.fault);
  });

  app.post('/api/device-tickets/passkey', async (request, reply) => {
    if (!mayAsk(request.ip)) return refuse(reply, serverFaults.fault('REQUEST_TOO_MANY'));
    const body = parse(ticketPasskey, request.body);
    if (!body.ok) return refuse(reply, body.fault);
    const { claim, passkey, handoverKey } = body.value;
    const made = await makeTicketPasskey(registry, relyingParty, { claim, passkey, handoverKey });
    return made.ok ? reply.send(made.value) : refuse(reply, made.fault);
  });

  app.post('/api/device-tickets/state', async (request, reply) => {
    if (!mayAsk(request.ip)) return refuse(reply, serverFaults.fault('REQUEST_TOO_MANY'));
    const body = parse(ticketClaimed, request.body);
    if (!body.ok) return refuse(reply, body.fault);
    const state = await readTicketClaim(registry, body.value.claim);
    return state.ok ? reply.send(state.value) : refuse(reply, state.fault);
  });
}

/** An answer counts for one account and one act, word for word: another device's removal is another act. Hashed: an act may name an address. */
const challengeSubject = (identityId: string, act: AccountAct): string => createHash('sha256').update(`${identityId}\n${canonicalJson(act)}`).digest('base64url');

/** What a passkey has just confirmed. @faults those of what is carried out */
async function carryOut({ registry, signinDesk, relyingParty, mailer }: Wiring, identityId: string, { act, handover, session }: { readonly act: AccountAct; readonly handover: string | undefined; readonly session: string | undefined }): Promise<Result<{ readonly code?: string }>> {
  const plainly = (done: Result<undefined>): Result<{ readonly code?: string }> => (done.ok ? ok({}) : done);
  switch (act.kind) {
    case 'startDeviceTicket':
      return startDeviceTicket(registry, identityId);
    case 'addDevice':
      return plainly(await addTicketDevice(registry, identityId, { ticketId: act.ticketId, handover }));
    case 'removeDevice': {
      const removed = await removeDevice(registry, identityId, act.deviceId);
      if (removed.ok) await endSessionsOf(registry, signinDesk.mounted, identityId);
      return plainly(removed);
    }
    case 'lock': {
      const locked = await lock(registry, identityId, lockable(act.target), act.until === undefined ? 'infinity' : new Date(act.until));
      if (locked.ok && act.target !== 'recovery') await endSessionsOf(registry, signinDesk.mounted, identityId);
      return plainly(locked);
    }
    case 'unlock':
      await unlock(registry, identityId, lockable(act.target));
      return ok({});
    case 'freeze':
      if (!(await freezeIdentity(registry, identityId, session))) return err(signinFaults.fault('SIGN_IN_NEEDED'));
      await endSessionsOf(registry, signinDesk.mounted, identityId);
      return ok({});
    case 'setEmail': {
      if (mailer === undefined) return err(serverFaults.fault('EMAIL_NOT_OFFERED'));
      const code = await startEmail(registry, identityId, act.address);
      if (!code.ok) return code;
      return (await mailer.send({ to: act.address, ...codeMail(relyingParty.rpName, code.value) })) ? ok({}) : err(serverFaults.fault('EMAIL_NOT_SENT'));
    }
    case 'removeEmail': {
      const removed = await removeEmail(registry, identityId);
      return removed.ok ? ok({}) : removed;
    }
    case 'vetoRecovery':
      return plainly(await vetoRecovery(registry, identityId, act.recoveryId));
    case 'shareProof': {
      const attributes = await attributesOf(registry, identityId, act.attributes);
      return attributes.ok ? plainly(await shareProof(registry, identityId, act, attributes.value)) : attributes;
    }
    case 'unfreeze':
      return (await unfreezeIdentity(registry, identityId)) ? ok({}) : err(signinFaults.fault('SIGN_IN_NEEDED'));
    default:
      throw new TypeError(`no such act: ${JSON.stringify(act satisfies never)}`);
  }
}

const lockable = (target: LockTarget): Lockable => (target === 'phoneApproval' || target === 'recovery' ? { method: target } : { deviceId: target });

/** @faults SIGN_IN_NEEDED when the identity is no more */
async function overviewOf({ registry }: Wiring, identityId: string, inUse: string | undefined): Promise<Result<DeviceOverview>> {
  const identity = await findIdentity(registry, identityId);
  if (identity === undefined) return err(signinFaults.fault('SIGN_IN_NEEDED'));
  const [devices, locks, ticket] = [await listDevices(registry, identityId), await listMethodLocks(registry, identityId), await readDeviceTicket(registry, identityId)];
  return ok({
    isFrozen: identity.isFrozen,
    devices: devices.map(({ deviceId, name, addedAt, lastUsedOn, lockedUntil }) => ({
      deviceId,
      addedAt,
      isInUse: deviceId === inUse,
      ...(name !== undefined && { name }),
      ...(lastUsedOn !== undefined && { lastUsedOn }),
      ...(lockedUntil !== undefined && { lock: lockState(lockedUntil) }),
    })),
    methods: LOCKABLE_METHODS.map((method) => {
      const end = locks.get(method);
      return { method, ...(end !== undefined && { lock: lockState(end) }) };
    }),
    ...(ticket !== undefined && {
      ticket: { ticketId: ticket.ticketId, state: ticket.state, expiresAt: ticket.expiresAt, ...(ticket.number !== undefined && { number: ticket.number }), ...(ticket.handoverKey !== undefined && { handoverKey: ticket.handoverKey }) },
    }),
  });
}

const lockState = (end: LockEnd): LockState => (end === 'infinity' ? {} : { until: end.toISOString() });

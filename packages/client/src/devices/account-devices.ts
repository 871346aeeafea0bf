import { type AccountAct, accountActDone, type DeviceOverview, deviceOverview, passkeyChallenge, type PasskeyAnswer } from '@visavis/contract';
import { err, ok, type PublicFault, type Result } from '@visavis/kernel';
import { z } from 'zod';
import { clientFault } from '../faults.ts';
import { fetchHistory, openAny } from '../history/history.ts';
import type { HistorySecret } from '../history/history-key.ts';
import { proveWithPrf } from '../history/prove-with-prf.ts';
import type { Passkeys, ServerPort } from '../ports.ts';
import { callServer } from '../server/call-server.ts';
import { answerChallenge } from '../sign-in/session.ts';

/** Devices, locks, freeze, and a device on its way in. Needs a session, as all below. */
export function fetchDevices(server: ServerPort): Promise<Result<DeviceOverview, PublicFault>> {
  return callServer(server, { method: 'GET', path: '/api/account/devices', answer: deviceOverview });
}

export function nameDevice(server: ServerPort, deviceId: string, name: string): Promise<Result<undefined, PublicFault>> {
  return callServer(server, { method: 'POST', path: `/api/account/devices/${encodeURIComponent(deviceId)}/name`, body: { name }, answer: z.undefined() });
}

/** Turns a device on its way in away. */
export function endDeviceTicket(server: ServerPort): Promise<Result<undefined, PublicFault>> {
  return callServer(server, { method: 'DELETE', path: '/api/account/device-ticket', answer: z.undefined() });
}

/** Has the citizen confirm this act, and no other, by passkey; then it is done. @faults PASSKEY_NOT_USED, and those of the act */
export async function confirmAct(server: ServerPort, passkeys: Passkeys, act: AccountAct): Promise<Result<undefined, PublicFault>> {
  const challenge = await challengeFor(server, act);
  const answer = challenge.ok ? await answerChallenge(passkeys, challenge.value) : challenge;
  if (!answer.ok) return answer;
  const done = await carryOut(server, { act, answer: answer.value });
  return done.ok ? ok(undefined) : done;
}

/** @returns the code for the new device, which is told this once */
export async function startDeviceTicket(server: ServerPort, passkeys: Passkeys): Promise<Result<string, PublicFault>> {
  const act: AccountAct = { kind: 'startDeviceTicket' };
  const challenge = await challengeFor(server, act);
  const answer = challenge.ok ? await answerChallenge(passkeys, challenge.value) : challenge;
  if (!answer.ok) return answer;
  const done = await carryOut(server, { act, answer: answer.value });
  if (!done.ok) return done;
  return done.value.code === undefined ? err(clientFault('SERVER_ANSWER_INVALID')) : ok(done.value.code);
}

/**
 * Lets the new device in. Where this device's passkey opens the history, the history's key goes with it, sealed to the
 * new device: the server carries it and can't open it.
 */
export async function addDevice(server: ServerPort, passkeys: Passkeys, ticket: NonNullable<DeviceOverview['ticket']>): Promise<Result<undefined, PublicFault>> {
  const act: AccountAct = { kind: 'addDevice', ticketId: ticket.ticketId };
  const challenge = await challengeFor(server, act);
  const proven = challenge.ok ? await proveWithPrf(passkeys, challenge.value) : challenge;
  if (!proven.ok) return proven;
  const { answer, secret } = proven.value;
  const handover = secret === undefined || ticket.handoverKey === undefined ? undefined : await sealHistory(server, secret, ticket.handoverKey);
  const done = await carryOut(server, { act, answer, ...(handover !== undefined && { handover }) });
  return done.ok ? ok(undefined) : done;
}

/** Undefined where there is no history, or this device does not open it: the new device is let in all the same. */
async function sealHistory(server: ServerPort, secret: HistorySecret, handoverKey: string): Promise<string | undefined> {
  const history = await fetchHistory(server);
  if (!history.ok || history.value.key === undefined) return undefined;
  return (await openAny(history.value.identityId, history.value.key, secret))?.sealTo(handoverKey);
}

const challengeFor = (server: ServerPort, act: AccountAct) => callServer(server, { method: 'POST', path: '/api/account/acts/options', body: act, answer: passkeyChallenge });

const carryOut = (server: ServerPort, body: { readonly act: AccountAct; readonly answer: PasskeyAnswer; readonly handover?: string }) => callServer(server, { method: 'POST', path: '/api/account/acts', body, answer: accountActDone });

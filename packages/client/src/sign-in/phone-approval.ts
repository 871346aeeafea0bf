import { passkeyChallenge, type PhoneApproval, phoneApproval, type ScannedApproval, scannedApproval } from '@visavis/contract';
import type { PublicFault, Result } from '@visavis/kernel';
import { z } from 'zod';
import type { Passkeys, ServerPort } from '../ports.ts';
import { callServer } from '../server/call-server.ts';
import { answerChallenge, type Challenge } from './session.ts';

const ofComputer = (uid: string) => `/api/interactions/${encodeURIComponent(uid)}/phone`;
const ofPhone = (id: string, what: string) => `/api/phone/${encodeURIComponent(id)}/${what}`;

/** On the computer: asks for a phone, which ends an earlier attempt. */
export function beginPhoneApproval(server: ServerPort, uid: string): Promise<Result<PhoneApproval, PublicFault>> {
  return callServer(server, { method: 'POST', path: ofComputer(uid), body: {}, answer: phoneApproval });
}

/** On the computer: what to show now. */
export function readPhoneApproval(server: ServerPort, uid: string, signal: AbortSignal): Promise<Result<PhoneApproval, PublicFault>> {
  return callServer(server, { method: 'GET', path: ofComputer(uid), answer: phoneApproval, signal });
}

/** On the computer: gives it up. */
export function endPhoneApproval(server: ServerPort, uid: string): Promise<Result<undefined, PublicFault>> {
  return callServer(server, { method: 'DELETE', path: ofComputer(uid), answer: z.undefined() });
}

/** On the phone: brings what its camera read; the server answers by a cookie that makes the attempt this phone's. */
export function scanPhoneCode(server: ServerPort, secret: string): Promise<Result<ScannedApproval, PublicFault>> {
  return callServer(server, { method: 'POST', path: '/api/phone/scan', body: { secret }, answer: scannedApproval });
}

/** On the phone: the one answer there is. @returns what the passkey has to answer next */
export function choosePhoneNumber(server: ServerPort, id: string, number: number): Promise<Result<Challenge, PublicFault>> {
  return callServer(server, { method: 'POST', path: ofPhone(id, 'number'), body: { number }, answer: passkeyChallenge });
}

/** On the phone: proves who the citizen is, for the computer. */
export async function approveOnPhone(server: ServerPort, passkeys: Passkeys, id: string, challenge: Challenge): Promise<Result<undefined, PublicFault>> {
  const body = await answerChallenge(passkeys, challenge);
  if (!body.ok) return body;
  return callServer(server, { method: 'POST', path: ofPhone(id, 'passkey'), body: body.value, answer: z.undefined() });
}

/** On the phone: this was not me, or not what I want. */
export function refuseOnPhone(server: ServerPort, id: string): Promise<Result<undefined, PublicFault>> {
  return callServer(server, { method: 'POST', path: ofPhone(id, 'refusal'), body: {}, answer: z.undefined() });
}

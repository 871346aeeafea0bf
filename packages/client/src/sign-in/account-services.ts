import { type AccountCase, accountCase, type AccountServices, accountServices, passkeyChallenge } from '@visavis/contract';
import type { PublicFault, Result } from '@visavis/kernel';
import { z } from 'zod';
import type { Passkeys, ServerPort } from '../ports.ts';
import { callServer } from '../server/call-server.ts';
import { answerChallenge } from './session.ts';

const PATH = '/api/account/services';
const pathOf = (clientId: string): string => `${PATH}/${encodeURIComponent(clientId)}`;

/** The services that the citizen decided about, and what they reported. Needs a session, as all below. */
export function fetchAccountServices(server: ServerPort): Promise<Result<AccountServices, PublicFault>> {
  return callServer(server, { method: 'GET', path: PATH, answer: accountServices });
}

/** @param claims every claim that the service may be told from now on, the essential ones too */
export function agreeToClaims(server: ServerPort, clientId: string, claims: readonly string[]): Promise<Result<undefined, PublicFault>> {
  return callServer(server, { method: 'PUT', path: `${pathOf(clientId)}/claims`, body: { claims }, answer: z.undefined() });
}

/** That service is asked about again at its next sign-in. */
export function revokeConsent(server: ServerPort, clientId: string): Promise<Result<undefined, PublicFault>> {
  return callServer(server, { method: 'DELETE', path: pathOf(clientId), answer: z.undefined() });
}

/** "This wasn't me": the service's sign-ins are ended, and it signs nobody in as this citizen any more. */
export function blockService(server: ServerPort, clientId: string): Promise<Result<AccountCase, PublicFault>> {
  return callServer(server, { method: 'POST', path: `${pathOf(clientId)}/block`, body: {}, answer: accountCase });
}

/** Lets a service in again; needs a fresh answer of the passkey. */
export async function unblockService(server: ServerPort, passkeys: Passkeys, clientId: string): Promise<Result<undefined, PublicFault>> {
  const challenge = await callServer(server, { method: 'POST', path: `${pathOf(clientId)}/unblock/options`, body: {}, answer: passkeyChallenge });
  if (!challenge.ok) return challenge;
  const body = await answerChallenge(passkeys, challenge.value);
  return body.ok ? callServer(server, { method: 'POST', path: `${pathOf(clientId)}/unblock`, body: body.value, answer: z.undefined() }) : body;
}

import { type DeskAgent, deskAgent, passkeyChallenge } from '@visavis/contract';
import { err, type PublicFault, type Result } from '@visavis/kernel';
import { z } from 'zod';
import { clientFault } from '../faults.ts';
import type { Passkeys, ServerPort } from '../ports.ts';
import { callServer } from '../server/call-server.ts';
import { answerChallenge } from '../sign-in/session.ts';

/** Who is signed in at this desk. @faults DESK_SIGN_IN_NEEDED */
export function fetchDeskSession(server: ServerPort): Promise<Result<DeskAgent, PublicFault>> {
  return callServer(server, { method: 'GET', path: '/api/desk/session', answer: deskAgent });
}

/** Signs an agent in with their passkey; the server sets the desk's cookie. @faults PASSKEY_NOT_USED, DESK_CHALLENGE_EXPIRED, DESK_PASSKEY_REFUSED */
export async function openDeskSession(server: ServerPort, passkeys: Pick<Passkeys, 'get'>): Promise<Result<undefined, PublicFault>> {
  const challenge = await callServer(server, { method: 'POST', path: '/api/desk/session/options', body: {}, answer: passkeyChallenge });
  if (!challenge.ok) return challenge;
  const body = await answerChallenge(passkeys, challenge.value);
  return body.ok ? callServer(server, { method: 'POST', path: '/api/desk/session', body: body.value, answer: z.undefined() }) : body;
}

export function closeDeskSession(server: ServerPort): Promise<Result<undefined, PublicFault>> {
  return callServer(server, { method: 'DELETE', path: '/api/desk/session', answer: z.undefined() });
}

/** Makes the passkey of somebody who was invited to a desk. @faults DESK_INVITATION_REFUSED, DESK_CHALLENGE_EXPIRED, PASSKEY_NOT_CREATED, PASSKEY_NOT_ACCEPTED */
export async function registerForDesk(server: ServerPort, passkeys: Pick<Passkeys, 'create'>, invitation: string): Promise<Result<undefined, PublicFault>> {
  const options = await callServer(server, { method: 'POST', path: '/api/desk/invitation/options', body: { invitation }, answer: z.record(z.string(), z.unknown()) });
  if (!options.ok) return options;
  let passkey: object;
  try {
    passkey = await passkeys.create(options.value);
  } catch {
    return err(clientFault('PASSKEY_NOT_CREATED'));
  }
  return callServer(server, { method: 'POST', path: '/api/desk/invitation', body: { invitation, passkey }, answer: z.undefined() });
}

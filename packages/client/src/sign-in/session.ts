import { interaction, type PasskeyAnswer } from '@visavis/contract';
import { err, type PublicFault, type Result } from '@visavis/kernel';
import { z } from 'zod';
import { clientFault } from '../faults.ts';
import type { Passkeys, ServerPort } from '../ports.ts';
import { callServer } from '../server/call-server.ts';

/** A server's challenge, to be answered by a passkey. */
export type Challenge = NonNullable<z.output<typeof interaction>['challenge']>;

/** Has the device answer a challenge with a passkey. @faults PASSKEY_NOT_USED */
export async function answerChallenge(passkeys: Pick<Passkeys, 'get'>, challenge: Challenge): Promise<Result<PasskeyAnswer, PublicFault>> {
  try {
    return { ok: true, value: { challengeId: challenge.challengeId, passkey: { ...(await passkeys.get(challenge.options)) } } };
  } catch {
    return err(clientFault('PASSKEY_NOT_USED'));
  }
}

/** Opens the citizen's own pages with a passkey; the server sets the session cookie. */
export async function openSession(server: ServerPort, passkeys: Pick<Passkeys, 'get'>): Promise<Result<undefined, PublicFault>> {
  const challenge = await callServer(server, { method: 'POST', path: '/api/session/options', body: {}, answer: interaction.shape.challenge.unwrap() });
  if (!challenge.ok) return challenge;
  const body = await answerChallenge(passkeys, challenge.value);
  if (!body.ok) return body;
  return callServer(server, { method: 'POST', path: '/api/session', body: body.value, answer: z.undefined() });
}

export function closeSession(server: ServerPort): Promise<Result<undefined, PublicFault>> {
  return callServer(server, { method: 'DELETE', path: '/api/session', answer: z.undefined() });
}

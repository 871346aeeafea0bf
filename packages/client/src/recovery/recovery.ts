import { type AccountRecovery, accountRecovery, passkeyChallenge, type RecoveryState, recoveryState } from '@visavis/contract';
import type { PublicFault, Result } from '@visavis/kernel';
import { z } from 'zod';
import type { Passkeys, ServerPort } from '../ports.ts';
import { callServer } from '../server/call-server.ts';
import { answerChallenge } from '../sign-in/session.ts';

/** Whether somebody is about to recover the identity; needs a session. */
export function fetchAccountRecovery(server: ServerPort): Promise<Result<AccountRecovery, PublicFault>> {
  return callServer(server, { method: 'GET', path: '/api/account/recovery', answer: accountRecovery });
}

/** How far a recovery is, told to who holds its new passkey. */
export async function fetchRecoveryState(server: ServerPort, passkeys: Pick<Passkeys, 'get'>): Promise<Result<RecoveryState, PublicFault>> {
  const challenge = await callServer(server, { method: 'POST', path: '/api/recoveries/state/options', body: {}, answer: passkeyChallenge });
  if (!challenge.ok) return challenge;
  const answer = await answerChallenge(passkeys, challenge.value);
  return answer.ok ? callServer(server, { method: 'POST', path: '/api/recoveries/state', body: answer.value, answer: recoveryState }) : answer;
}

/** Takes the place of the old devices, but of those that are kept; the server opens the account for this one. */
export async function completeRecovery(server: ServerPort, passkeys: Pick<Passkeys, 'get'>, keep: readonly string[]): Promise<Result<undefined, PublicFault>> {
  const challenge = await callServer(server, { method: 'POST', path: '/api/recoveries/completion/options', body: { keep }, answer: passkeyChallenge });
  if (!challenge.ok) return challenge;
  const answer = await answerChallenge(passkeys, challenge.value);
  return answer.ok ? callServer(server, { method: 'POST', path: '/api/recoveries/completion', body: { keep, answer: answer.value }, answer: z.undefined() }) : answer;
}

import { passkeyChallenge, type ReceiptFile, receiptFile } from '@visavis/contract';
import type { PublicFault, Result } from '@visavis/kernel';
import type { Passkeys, ServerPort } from '../ports.ts';
import { callServer } from '../server/call-server.ts';
import { answerChallenge } from './session.ts';

/**
 * Erases the identity that the passkey belongs to, at once and for good. Needs a fresh answer of the passkey; a session
 * is neither needed nor enough.
 * @returns the receipt: the last thing the service has to say about this identity, and kept nowhere else with its salt
 */
export async function eraseIdentity(server: ServerPort, passkeys: Passkeys): Promise<Result<ReceiptFile, PublicFault>> {
  const challenge = await callServer(server, { method: 'POST', path: '/api/account/erasure/options', body: {}, answer: passkeyChallenge });
  if (!challenge.ok) return challenge;
  const body = await answerChallenge(passkeys, challenge.value);
  if (!body.ok) return body;
  return callServer(server, { method: 'POST', path: '/api/account/erasure', body: body.value, answer: receiptFile });
}

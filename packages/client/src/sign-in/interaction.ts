import { type ConsentAnswer, type Interaction, interaction } from '@visavis/contract';
import { err, type PublicFault, type Result } from '@visavis/kernel';
import { clientFault } from '../faults.ts';
import type { Passkeys, ServerPort } from '../ports.ts';
import { callServer } from '../server/call-server.ts';
import { answerChallenge } from './session.ts';

const pathOf = (uid: string) => `/api/interactions/${encodeURIComponent(uid)}`;

/** A service's sign-in in progress, as the consent screen shows it. */
export function fetchInteraction(server: ServerPort, uid: string): Promise<Result<Interaction, PublicFault>> {
  return callServer(server, { method: 'GET', path: pathOf(uid), answer: interaction });
}

/** At step `passkey`: proves who the citizen is; the answer then shows the values the service would get. */
export async function proveInInteraction(server: ServerPort, passkeys: Passkeys, current: Interaction): Promise<Result<Interaction, PublicFault>> {
  if (current.challenge === undefined) return err(clientFault('SERVER_ANSWER_INVALID'));
  const body = await answerChallenge(passkeys, current.challenge);
  if (!body.ok) return body;
  return callServer(server, { method: 'POST', path: `${pathOf(current.uid)}/passkey`, body: body.value, answer: interaction });
}

/** At step `consent`: agrees, naming every claim that may be told, or not; either way the answer leads the browser back to the service. */
export function consentInInteraction(server: ServerPort, uid: string, answer: ConsentAnswer): Promise<Result<{ readonly returnTo: string }, PublicFault>> {
  return callServer(server, { method: 'POST', path: `${pathOf(uid)}/consent`, body: answer, answer: interaction.pick({ returnTo: true }).required() });
}

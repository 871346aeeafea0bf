import { type ProofContent, proofSeen, type ShareProof, type SharedProofs, sharedProofs } from '@visavis/contract';
import { err, ok, type PublicFault, type Result, toBase64Url } from '@visavis/kernel';
import { z } from 'zod';
import { confirmAct } from '../devices/account-devices.ts';
import { clientFault } from '../faults.ts';
import type { Passkeys, ServerPort } from '../ports.ts';
import { callServer } from '../server/call-server.ts';
import { newProofSecret, proofLinkOf } from './proof-link.ts';

const LOOK_ID_BYTES = 16;

/** The citizen's proofs and what they can show; needs a session, as the next two. */
export function fetchSharedProofs(server: ServerPort): Promise<Result<SharedProofs, PublicFault>> {
  return callServer(server, { method: 'GET', path: '/api/account/shared-proofs', answer: sharedProofs });
}

/** @returns the secret of the link, which this device alone has seen. @faults PASSKEY_NOT_USED, and those of the act */
export async function shareProof(server: ServerPort, passkeys: Passkeys, asked: Omit<ShareProof, 'kind' | 'tokenHash' | 'publicKey'>): Promise<Result<string, PublicFault>> {
  const secret = newProofSecret();
  const { tokenHash, publicKey } = (await proofLinkOf(secret))!;
  const shared = await confirmAct(server, passkeys, { kind: 'shareProof', ...asked, tokenHash, publicKey });
  return shared.ok ? ok(secret) : shared;
}

/** Takes a proof back. */
export function revokeSharedProof(server: ServerPort, proofId: string): Promise<Result<undefined, PublicFault>> {
  return callServer(server, { method: 'DELETE', path: `/api/account/shared-proofs/${encodeURIComponent(proofId)}`, answer: z.undefined() });
}

/** What a link showed, at one look. */
export interface SeenProof {
  readonly content: ProofContent;
  readonly viewsLeft: number;
}

/** Of one press; to ask again after a lost answer, bring the same. */
export const newLookId = (): string => toBase64Url(crypto.getRandomValues(new Uint8Array(LOOK_ID_BYTES)));

/**
 * Looks at a proof, which counts; for whoever has its link.
 * @param secret from behind the `#` of the address
 * @faults SHARED_PROOF_LINK_BROKEN, and those of the server
 */
export async function lookAtProof(server: ServerPort, secret: string, lookId: string): Promise<Result<SeenProof, PublicFault>> {
  const link = await proofLinkOf(secret);
  if (link === undefined) return err(clientFault('SHARED_PROOF_LINK_BROKEN'));
  const seen = await callServer(server, { method: 'POST', path: '/api/shared-proofs/look', body: { token: link.token, lookId }, answer: proofSeen });
  if (!seen.ok) return seen;
  const content = await link.open(seen.value.box);
  return content === undefined ? err(clientFault('SERVER_ANSWER_INVALID')) : ok({ content, viewsLeft: seen.value.viewsLeft });
}

import type { DeskRole, PasskeyAnswer } from '@visavis/contract';
import { err, fromBase64Url, ok, type Result } from '@visavis/kernel';
import { type ChallengePurpose, consumeChallenge, findChallenge, issueChallenge } from '../challenges.ts';
import { inTransaction } from '../in-transaction.ts';
import { newPasskeyOptions, type PasskeyCreationOptions } from '../passkey-options.ts';
import type { Registry } from '../registry.ts';
import type { RelyingParty } from '../relying-party.ts';
import { verifyAssertionOf } from '../verify-passkey-assertion.ts';
import { verifyNewPasskey } from '../verify-new-passkey.ts';
import { type Agent, hashOfInvitation } from './agents.ts';
import { deskFaults } from './faults.ts';
import { recordDeskAct } from './record-desk-act.ts';

const INVITED = 'SELECT agent_id, name FROM agents WHERE invitation_hash = $1 AND invitation_expires_at > $2 AND NOT withdrawn';

async function findInvited({ pool, clock }: Registry, invitation: string): Promise<{ readonly agentId: string; readonly name: string } | undefined> {
  const { rows } = await pool.query<{ agent_id: string; name: string }>(INVITED, [hashOfInvitation(invitation), new Date(clock())]);
  return rows[0] && { agentId: rows[0].agent_id, name: rows[0].name };
}

/** @faults DESK_INVITATION_REFUSED */
export async function agentPasskeyOptions(registry: Registry, relyingParty: RelyingParty, invitation: string): Promise<Result<PasskeyCreationOptions>> {
  const invited = await findInvited(registry, invitation);
  if (invited === undefined) return err(deskFaults.fault('DESK_INVITATION_REFUSED'));
  const { challenge } = await issueChallenge(registry, 'agentRegistration', invited.agentId);
  return ok(await newPasskeyOptions(relyingParty, { userId: invited.agentId, challenge, userName: `${invited.name} (${relyingParty.rpName} desk)` }));
}

/**
 * Lets the passkey in that an invited agent made: once per invitation, whoever else tries at the same moment.
 * @param passkey comes from a stranger; nothing in it is trusted
 * @faults DESK_INVITATION_REFUSED, DESK_CHALLENGE_EXPIRED, PASSKEY_NOT_ACCEPTED
 */
export async function registerAgentPasskey(registry: Registry, relyingParty: RelyingParty, invitation: string, passkey: Readonly<Record<string, unknown>>): Promise<Result<Agent['agentId']>> {
  const atMs = registry.clock();
  const invited = await findInvited(registry, invitation);
  if (invited === undefined) return err(deskFaults.fault('DESK_INVITATION_REFUSED'));
  const { agentId } = invited;
  const challenge = await findChallenge(registry, 'agentRegistration', agentId);
  if (challenge === undefined) return err(deskFaults.fault('DESK_CHALLENGE_EXPIRED'));
  const made = await verifyNewPasskey(relyingParty, challenge.challenge, passkey, atMs);
  if (!made.ok) return made;
  return inTransaction(registry.pool, async (client) => {
    const { rowCount } = await client.query(
      `UPDATE agents SET credential_id = $3, public_key = $4, sign_count = $5, invitation_hash = NULL, invitation_expires_at = NULL
        WHERE invitation_hash = $1 AND invitation_expires_at > $2 AND NOT withdrawn`,
      [hashOfInvitation(invitation), new Date(atMs), made.value.content.credentialId, Buffer.from(fromBase64Url(made.value.content.publicKey)), made.value.signCount],
    );
    if (rowCount !== 1) return err(deskFaults.fault('DESK_INVITATION_REFUSED'));
    await consumeChallenge(client, { challengeId: challenge.challengeId, purpose: 'agentRegistration', subject: agentId, atMs });
    await recordDeskAct(client, registry, { agentId, act: 'agentRegistered', subject: agentId });
    return ok(agentId);
  });
}

interface Row {
  name: string;
  roles: DeskRole[];
  public_key: Buffer;
  sign_count: string;
}

/**
 * Establishes that the passkey of an agent at work, unlocked by its user on this site, answered this challenge, once.
 * The challenge is spent whatever the outcome.
 * @param answer comes from the browser; nothing in it is trusted
 * @faults DESK_CHALLENGE_EXPIRED, DESK_PASSKEY_REFUSED: also for one that is not known, so that nobody learns who works here
 */
export async function verifyAgent(registry: Registry, relyingParty: RelyingParty, purpose: Extract<ChallengePurpose, 'deskSignIn' | 'deskAct'>, subject: string, answer: PasskeyAnswer): Promise<Result<Agent>> {
  const challenge = await consumeChallenge(registry.pool, { challengeId: answer.challengeId, purpose, subject, atMs: registry.clock() });
  if (challenge === undefined) return err(deskFaults.fault('DESK_CHALLENGE_EXPIRED'));
  const verified = await verifyAssertionOf(
    async (agentId, credentialId) => {
      const { rows } = await registry.pool.query<Row>('SELECT name, roles, public_key, sign_count FROM agents WHERE agent_id = $1 AND credential_id = $2 AND NOT withdrawn', [agentId, credentialId]);
      return rows[0] && { identityId: agentId, deviceId: agentId, credentialId, publicKey: new Uint8Array(rows[0].public_key), signCount: Number(rows[0].sign_count), agent: { agentId, name: rows[0].name, roles: rows[0].roles } };
    },
    relyingParty,
    challenge,
    answer.passkey,
  );
  if (!verified.ok) return err(deskFaults.fault('DESK_PASSKEY_REFUSED'));
  const { agent } = verified.value.device;
  // As for citizens' passkeys: a counter that did not grow was shown before (WebAuthn §6.1.1); 0 is none.
  const { rowCount } = await registry.pool.query('UPDATE agents SET sign_count = $2 WHERE agent_id = $1 AND NOT withdrawn AND (sign_count < $2 OR $2::bigint = 0)', [agent.agentId, verified.value.signCount]);
  return rowCount === 1 ? ok(agent) : err(deskFaults.fault('DESK_PASSKEY_REFUSED'));
}

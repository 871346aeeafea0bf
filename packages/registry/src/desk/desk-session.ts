import type { DeskAgent, DeskRole, PasskeyAnswer } from '@visavis/contract';
import { err, ok, type Result, toBase64Url } from '@visavis/kernel';
import { inTransaction } from '../in-transaction.ts';
import type { Registry } from '../registry.ts';
import type { RelyingParty } from '../relying-party.ts';
import { hashOfSession } from '../sessions.ts';
import { verifyAgent } from './agent-passkey.ts';
import { deskFaults } from './faults.ts';
import { recordDeskAct } from './record-desk-act.ts';

const TOKEN_BYTES = 32;
/** Half a working day. Whatever has consequences asks for the passkey again. */
export const DESK_SESSION_LIFETIME_MS = 4 * 60 * 60_000;
/** One challenge is anybody's who is about to sign in. */
export const DESK_SIGN_IN_SUBJECT = 'desk';

/**
 * Signs an agent in at a desk.
 * @returns the token for the cookie; only its hash is stored
 * @faults DESK_CHALLENGE_EXPIRED, DESK_PASSKEY_REFUSED
 */
export async function startDeskSession(registry: Registry, relyingParty: RelyingParty, answer: PasskeyAnswer): Promise<Result<string>> {
  const agent = await verifyAgent(registry, relyingParty, 'deskSignIn', DESK_SIGN_IN_SUBJECT, answer);
  if (!agent.ok) return agent;
  const { agentId } = agent.value;
  const token = toBase64Url(registry.random(TOKEN_BYTES));
  await inTransaction(registry.pool, async (client) => {
    await client.query('INSERT INTO desk_sessions (token_hash, agent_id, expires_at) VALUES ($1, $2, $3)', [hashOfSession(token), agentId, new Date(registry.clock() + DESK_SESSION_LIFETIME_MS)]);
    await recordDeskAct(client, registry, { agentId, act: 'sessionStarted', subject: agentId });
  });
  return ok(token);
}

/**
 * Who is signed in at a desk, with a role for what they are about to do.
 * @param role undefined where any will do
 * @faults DESK_SIGN_IN_NEEDED, DESK_ROLE_MISSING
 */
export async function readDeskSession({ pool, clock }: Pick<Registry, 'pool' | 'clock'>, token: string | undefined, role: DeskRole | undefined): Promise<Result<DeskAgent>> {
  const { rows } = await pool.query<{ agent_id: string; name: string; roles: DeskRole[]; expires_at: Date }>(
    'SELECT agent_id, name, roles, expires_at FROM desk_sessions JOIN agents USING (agent_id) WHERE token_hash = $1 AND expires_at > $2 AND NOT withdrawn',
    [hashOfSession(token ?? ''), new Date(clock())],
  );
  const [row] = rows;
  if (row === undefined) return err(deskFaults.fault('DESK_SIGN_IN_NEEDED'));
  if (role !== undefined && !row.roles.includes(role)) return err(deskFaults.fault('DESK_ROLE_MISSING'));
  return ok({ agentId: row.agent_id, name: row.name, roles: row.roles, expiresAt: row.expires_at.toISOString() });
}

export async function endDeskSession({ pool }: Pick<Registry, 'pool'>, token: string): Promise<void> {
  await pool.query('DELETE FROM desk_sessions WHERE token_hash = $1', [hashOfSession(token)]);
}

import { createHash } from 'node:crypto';
import type { DeskRole } from '@visavis/contract';
import { toBase64Url } from '@visavis/kernel';
import { inTransaction } from '../in-transaction.ts';
import { newRandomId } from '../new-random-id.ts';
import type { Registry } from '../registry.ts';
import { recordDeskAct } from './record-desk-act.ts';

/** Somebody who works at a counter. */
export interface Agent {
  readonly agentId: string;
  readonly name: string;
  readonly roles: readonly DeskRole[];
}

const INVITATION_BYTES = 32;
/** The operator hands it over in person or on a telephone; it is no password. */
const INVITATION_LIFETIME_MS = 24 * 60 * 60_000;

export const hashOfInvitation = (invitation: string): Buffer => createHash('sha256').update(invitation).digest();

/**
 * Registers somebody for the counter; with their own passkey, which the invitation lets in once, they begin.
 * @returns the invitation, kept here as a hash only
 */
export async function inviteAgent(registry: Pick<Registry, 'pool' | 'clock' | 'random'>, invited: { readonly name: string; readonly roles: readonly DeskRole[] }): Promise<{ readonly agentId: string; readonly invitation: string }> {
  const [agentId, invitation] = [newRandomId(registry.random), toBase64Url(registry.random(INVITATION_BYTES))];
  await inTransaction(registry.pool, async (client) => {
    await client.query('INSERT INTO agents (agent_id, name, roles, invitation_hash, invitation_expires_at) VALUES ($1, $2, $3, $4, $5)', [agentId, invited.name, [...new Set(invited.roles)], hashOfInvitation(invitation), new Date(registry.clock() + INVITATION_LIFETIME_MS)]);
    await recordDeskAct(client, registry, { agentId, act: 'agentInvited', subject: agentId });
  });
  return { agentId, invitation };
}

/** Ends what an agent may do, at once. @returns false when there is no such agent at work */
export async function withdrawAgent(registry: Pick<Registry, 'pool' | 'clock' | 'random'>, agentId: string): Promise<boolean> {
  return inTransaction(registry.pool, async (client) => {
    const { rowCount } = await client.query('UPDATE agents SET withdrawn = true, invitation_hash = NULL, invitation_expires_at = NULL WHERE agent_id = $1 AND NOT withdrawn', [agentId]);
    if (rowCount !== 1) return false;
    await client.query('DELETE FROM desk_sessions WHERE agent_id = $1', [agentId]);
    await recordDeskAct(client, registry, { agentId, act: 'agentWithdrawn', subject: agentId });
    return true;
  });
}

/** Everybody at work, also who was only invited. */
export async function listAgents({ pool }: Pick<Registry, 'pool'>): Promise<readonly (Agent & { readonly hasPasskey: boolean })[]> {
  const { rows } = await pool.query<{ agent_id: string; name: string; roles: DeskRole[]; has_passkey: boolean }>('SELECT agent_id, name, roles, credential_id IS NOT NULL AS has_passkey FROM agents WHERE NOT withdrawn ORDER BY name, agent_id');
  return rows.map((row) => ({ agentId: row.agent_id, name: row.name, roles: row.roles, hasPasskey: row.has_passkey }));
}

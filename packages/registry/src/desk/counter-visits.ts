import { createHmac } from 'node:crypto';
import { COUNTER_CHECKS, COUNTER_CODE_LENGTH, type CounterVisit, counterVisit, type DeskAct, type VisitCreated } from '@visavis/contract';
import { err, ok, type Result } from '@visavis/kernel';
import type pg from 'pg';
import { inTransaction } from '../in-transaction.ts';
import { newRandomId } from '../new-random-id.ts';
import { newTypedCode } from '../new-typed-code.ts';
import type { Registry } from '../registry.ts';
import { deskFaults } from './faults.ts';
import { recordDeskAct } from './record-desk-act.ts';

/** A week is time for an appointment. */
const VISIT_LIFETIME_MS = 7 * 24 * 60 * 60_000;
/** Visits that live at once. A code guessed at random then meets one in 2^40 / 2^16 tries, each by a signed-in agent. */
const MOST_VISITS = 65_536;

interface Row {
  visit_id: string;
  state: string;
  opened_by: string | null;
  enrolment_id: string | null;
  checks: string[];
  expires_at: Date;
}

const toVisit = (row: Row): CounterVisit =>
  counterVisit.parse({ visitId: row.visit_id, state: row.state, openedBy: row.opened_by, ...(row.enrolment_id === null ? {} : { enrolmentId: row.enrolment_id }), checks: row.checks, expiresAt: row.expires_at.toISOString() });

/** Keyed: 40 bits could be guessed from a plain hash. */
const codeTag = ({ documentTagKey }: Registry, code: string): Buffer => createHmac('sha256', documentTagKey).update(`visavis counter code v1\n${code}`).digest();

/**
 * Records that a device's holder wants to go to a counter, and agreed to it.
 * @returns the code that opens the visit, once; kept here as a keyed hash only
 * @faults COUNTER_FULL
 */
export async function createVisit(registry: Registry, asked: { readonly clientKeyThumbprint: string; readonly consent: { readonly textVersion: string; readonly language: string } }): Promise<Result<VisitCreated>> {
  const atMs = registry.clock();
  const [visitId, code, expiresAt] = [newRandomId(registry.random), newTypedCode(registry.random, COUNTER_CODE_LENGTH), new Date(atMs + VISIT_LIFETIME_MS)];
  const { rowCount } = await registry.pool.query(
    `INSERT INTO counter_visits (visit_id, code_tag, client_key_thumbprint, consent_id, consent_text_version, consent_language, state, created_at, expires_at)
     SELECT $1, $2, $3, $4, $5, $6, 'waiting', $7, $8 WHERE (SELECT count(*) FROM counter_visits WHERE expires_at > $7) < $9 ON CONFLICT DO NOTHING`,
    [visitId, codeTag(registry, code), asked.clientKeyThumbprint, newRandomId(registry.random), asked.consent.textVersion, asked.consent.language, new Date(atMs), expiresAt, MOST_VISITS],
  );
  return rowCount === 1 ? ok({ visitId, code, expiresAt: expiresAt.toISOString() }) : err(deskFaults.fault('COUNTER_FULL'));
}

/**
 * Opens a visit at a desk by the code that the citizen shows: a code opens once.
 * @param agentId with the role `agent`
 * @faults COUNTER_CODE_UNKNOWN
 */
export async function openVisit(registry: Registry, agentId: string, code: string): Promise<Result<CounterVisit>> {
  return inTransaction(registry.pool, async (client) => {
    const { rows } = await client.query<Row>(`UPDATE counter_visits SET state = 'opened', opened_by = $2 WHERE code_tag = $1 AND state = 'waiting' AND expires_at > $3 RETURNING *`, [codeTag(registry, code), agentId, new Date(registry.clock())]);
    const [row] = rows;
    if (row === undefined) return err(deskFaults.fault('COUNTER_CODE_UNKNOWN'));
    await recordDeskAct(client, registry, { agentId, act: 'visitOpened', subject: row.visit_id });
    return ok(toVisit(row));
  });
}

/** A visit that was opened, for those who work at counters. @faults COUNTER_VISIT_UNKNOWN */
export async function findVisit(registry: Pick<Registry, 'pool' | 'clock'>, visitId: string, queryable: Pick<pg.PoolClient, 'query'> = registry.pool): Promise<Result<CounterVisit>> {
  const { rows } = await queryable.query<Row>(`SELECT * FROM counter_visits WHERE visit_id = $1 AND state <> 'waiting' AND expires_at > $2`, [visitId, new Date(registry.clock())]);
  return rows[0] ? ok(toVisit(rows[0])) : err(deskFaults.fault('COUNTER_VISIT_UNKNOWN'));
}

const LOGGED = { attest: 'visitAttested', confirm: 'visitConfirmed', refuse: 'visitRefused' } as const;

/**
 * Does what an agent decided about a visit. Who opened it says what they saw, of one reading of the document for the
 * citizen's own device; **another** agent confirms exactly that; each of both may refuse until then. One statement
 * decides: of any number at once one succeeds.
 * @param agentId with the role `agent`, whose passkey answered for exactly this act
 * @faults COUNTER_VISIT_UNKNOWN, COUNTER_CHECKS_INCOMPLETE, COUNTER_READING_UNKNOWN, COUNTER_OTHER_AGENT_NEEDED, COUNTER_NOT_READY
 */
export async function actOnVisit(registry: Registry, agentId: string, act: DeskAct): Promise<Result<CounterVisit>> {
  if (act.act === 'attest' && !COUNTER_CHECKS.every((check) => act.checks.includes(check))) return err(deskFaults.fault('COUNTER_CHECKS_INCOMPLETE'));
  return inTransaction(registry.pool, async (client) => {
    const row = await write(client, registry, agentId, act);
    if (row === undefined) return err(await whyNot(client, registry, agentId, act));
    await recordDeskAct(client, registry, { agentId, act: LOGGED[act.act], subject: act.visitId });
    return ok(toVisit(row));
  });
}

async function write(client: pg.PoolClient, registry: Registry, agentId: string, act: DeskAct): Promise<Row | undefined> {
  const now = new Date(registry.clock());
  if (act.act === 'attest') {
    const { rows } = await client.query<Row>(
      `UPDATE counter_visits v SET state = 'attested', enrolment_id = $4, checks = $5 FROM enrolments e
        WHERE v.visit_id = $1 AND v.state = 'opened' AND v.opened_by = $2 AND v.expires_at > $3
          AND e.enrolment_id = $4 AND e.state = 'open' AND e.pathway = 'counter' AND e.expires_at > $3
          AND e.client_key_thumbprint = v.client_key_thumbprint AND e.consent_id = v.consent_id
        RETURNING v.*`,
      [act.visitId, agentId, now, act.enrolmentId, [...COUNTER_CHECKS]],
    );
    return rows[0];
  }
  if (act.act === 'confirm') {
    const { rows } = await client.query<Row>(`UPDATE counter_visits SET state = 'confirmed', confirmed_by = $2 WHERE visit_id = $1 AND state = 'attested' AND opened_by <> $2 AND enrolment_id = $4 AND expires_at > $3 RETURNING *`, [act.visitId, agentId, now, act.enrolmentId]);
    return rows[0];
  }
  const { rows } = await client.query<Row>(`UPDATE counter_visits SET state = 'refused', refusal = $4 WHERE visit_id = $1 AND (state = 'attested' OR state = 'opened' AND opened_by = $2) AND expires_at > $3 RETURNING *`, [act.visitId, agentId, now, act.reason]);
  return rows[0];
}

async function whyNot(client: pg.PoolClient, registry: Registry, agentId: string, act: DeskAct) {
  const visit = await findVisit(registry, act.visitId, client);
  if (!visit.ok) return visit.fault;
  const { state, openedBy, enrolmentId } = visit.value;
  if (act.act === 'attest' && state === 'opened' && openedBy === agentId) return deskFaults.fault('COUNTER_READING_UNKNOWN');
  if (act.act === 'confirm' && state === 'attested') return deskFaults.fault(openedBy === agentId ? 'COUNTER_OTHER_AGENT_NEEDED' : enrolmentId === act.enrolmentId ? 'COUNTER_NOT_READY' : 'COUNTER_READING_UNKNOWN');
  return deskFaults.fault('COUNTER_NOT_READY');
}

/** Whether two agents confirmed the reading of this enrolment. */
export async function isConfirmedByAgents({ pool }: Pick<Registry, 'pool'>, enrolmentId: string): Promise<boolean> {
  const { rowCount } = await pool.query(`SELECT 1 FROM counter_visits WHERE enrolment_id = $1 AND state = 'confirmed' AND confirmed_by <> opened_by`, [enrolmentId]);
  return rowCount === 1;
}

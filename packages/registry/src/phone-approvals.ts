import { createHash, createHmac } from 'node:crypto';
import type { LevelOfAssurance, PhoneApproval, ScannedApproval } from '@visavis/contract';
import { err, ok, type RandomBytes, type Result } from '@visavis/kernel';
import type pg from 'pg';
import { isMethodLocked } from './devices/method-locks.ts';
import { inTransaction } from './in-transaction.ts';
import { recordInteractionProof } from './interaction-proofs.ts';
import { newRandomId } from './new-random-id.ts';
import type { Registry } from './registry.ts';

/** How the moving picture moves, and how often it may be tried. The reasons are in docs/decisions/0172. */
export const PHONE_LIMITS = {
  /** A new code is shown this often: time to open a camera and hold it still. */
  codeEveryMs: 5000,
  /** And a replaced one is still taken this long: for a phone whose page opens slowly. A picture that was sent on is older. */
  codeGraceMs: 10_000,
  /** A phone is fetched from the next room. */
  shownForMs: 2 * 60_000,
  /** To read what the service asks, find the number and unlock the phone. */
  decidedWithinMs: 3 * 60_000,
  /** Attempts of one sign-in: for a code that was not read in time, a phone put away. */
  attemptsPerSignIn: 5,
  /** The citizen picks out of so many: what still is easy to find on a small screen. */
  numbers: 9,
  /** So many wrong numbers from one phone's browser within the pause, and it is paused: one slip is human, two are guesses. */
  wrongNumbersPerPhone: 2,
  pauseMs: 15 * 60_000,
  /** How an attempt ended is told this long. */
  toldForMs: 60_000,
} as const;

/** What the computer's page shows, frozen: the phone shows the same, and its proof counts for nothing else. */
export interface AskedOnScreen extends Pick<ScannedApproval, 'service' | 'claims'> {
  readonly levelOfAssurance: LevelOfAssurance;
}

/** The browser that scanned, by its cookie. */
interface OfPhone {
  readonly approvalId: string;
  readonly phoneToken: string;
}

type State = PhoneApproval['state'] | 'numberRight';

const LIVING: readonly State[] = ['showing', 'scanned', 'numberRight'];
/** A sign-in where a service speaks FranceConnect; nowhere is one longer. */
const LONGEST_SIGN_IN_MS = 30 * 60_000;

type Queryable = Pick<pg.PoolClient, 'query'>;

/**
 * Begins an attempt at a sign-in, which ends an earlier one.
 * @param asked.network of the computer; only a keyed hash of it is kept, for one comparison
 */
export async function beginPhoneApproval(registry: Registry, asked: { readonly interactionUid: string; readonly asked: AskedOnScreen; readonly network: string }): Promise<Result<PhoneApproval, 'tooMany'>> {
  const atMs = registry.clock();
  const approvalId = newRandomId(registry.random);
  const numbers = twoDigitNumbers(registry.random, PHONE_LIMITS.numbers);
  const number = numbers[randomBelow(registry.random, numbers.length)]!;
  return inTransaction(registry.pool, async (client) => {
    const attempt = await countTry(registry, client, signInTag(registry, asked.interactionUid), PHONE_LIMITS.attemptsPerSignIn, LONGEST_SIGN_IN_MS);
    if (attempt > PHONE_LIMITS.attemptsPerSignIn) return err('tooMany');
    await end(registry, client, asked.interactionUid);
    await client.query(
      `INSERT INTO phone_approvals (approval_id, interaction_uid, attempt, asked, number, numbers, state, network_tag, code_made_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, 'showing', $7, $8, $9)`,
      [approvalId, asked.interactionUid, attempt, JSON.stringify(asked.asked), number, numbers.toSorted((a, b) => a - b), networkTag(registry, approvalId, asked.network), new Date(atMs), new Date(atMs + PHONE_LIMITS.shownForMs)],
    );
    return ok({ state: 'showing', number, secret: await newCode(registry, client, approvalId, atMs) });
  });
}

/** What the computer shows of the newest attempt; a new code when it is time for one. */
export async function showPhoneApproval(registry: Registry, interactionUid: string): Promise<PhoneApproval> {
  const atMs = registry.clock();
  const { rows } = await registry.pool.query<{ approval_id: string; state: State; number: number; expires_at: Date }>(
    'SELECT approval_id, state, number, expires_at FROM phone_approvals WHERE interaction_uid = $1 ORDER BY attempt DESC LIMIT 1',
    [interactionUid],
  );
  const newest = rows[0];
  if (newest === undefined || (LIVING.includes(newest.state) && newest.expires_at.getTime() <= atMs)) return { state: 'over' };
  const { state, number } = newest;
  if (state === 'numberRight') return { state: 'scanned', number };
  if (state !== 'showing') return LIVING.includes(state) ? { state, number } : { state };
  const { rowCount } = await registry.pool.query(`UPDATE phone_approvals SET code_made_at = $2 WHERE approval_id = $1 AND state = 'showing' AND code_made_at <= $3`, [
    newest.approval_id,
    new Date(atMs),
    new Date(atMs - PHONE_LIMITS.codeEveryMs),
  ]);
  return rowCount === 1 ? { state, number, secret: await newCode(registry, registry.pool, newest.approval_id, atMs) } : { state, number };
}

/** The computer's citizen gives it up. */
export async function endPhoneApproval(registry: Registry, interactionUid: string): Promise<void> {
  await end(registry, registry.pool, interactionUid);
}

/**
 * Takes a code for one browser: of any number that bring it, or another code of the same attempt, the first. A second
 * one means that somebody else sees the picture, and ends the attempt whoever was first.
 * @param scan.secret, scan.phoneToken from a stranger
 */
export async function scanPhoneCode(
  registry: Registry,
  scan: { readonly secret: string; readonly phoneToken: string; readonly network: string },
): Promise<Result<ScannedApproval, { readonly why: 'stale' | 'scannedTwice' } | { readonly why: 'paused'; readonly leftMs: number }>> {
  const atMs = registry.clock();
  const phoneHash = sha256(scan.phoneToken);
  const leftMs = await pauseLeft(registry, scan.phoneToken);
  if (leftMs > 0) return err({ why: 'paused', leftMs });
  const { rows } = await registry.pool.query<{ approval_id: string }>('SELECT approval_id FROM phone_codes WHERE code_hash = $1 AND expires_at > $2', [sha256(scan.secret), new Date(atMs)]);
  const approvalId = rows[0]?.approval_id;
  if (approvalId === undefined) return err({ why: 'stale' });
  const taken = await registry.pool.query<{ asked: AskedOnScreen; numbers: number[]; network_tag: Buffer }>(
    `UPDATE phone_approvals SET state = 'scanned', phone_hash = $2, expires_at = $4 WHERE approval_id = $1 AND state = 'showing' AND expires_at > $3 RETURNING asked, numbers, network_tag`,
    [approvalId, phoneHash, new Date(atMs), new Date(atMs + PHONE_LIMITS.decidedWithinMs)],
  );
  if (taken.rows[0] !== undefined) {
    const { asked, numbers, network_tag } = taken.rows[0];
    return ok({ id: approvalId, service: asked.service, claims: asked.claims, numbers, isOtherNetwork: !network_tag.equals(networkTag(registry, approvalId, scan.network)) });
  }
  const { rowCount } = await registry.pool.query(`UPDATE phone_approvals SET state = 'scannedTwice', expires_at = $3 WHERE approval_id = $1 AND phone_hash <> $2 AND state IN ('scanned', 'numberRight', 'scannedTwice')`, [
    approvalId,
    phoneHash,
    toldUntil(registry),
  ]);
  return err({ why: rowCount === 1 ? 'scannedTwice' : 'stale' });
}

/** Takes the one answer that there is to what the computer shows. */
export async function choosePhoneNumber(registry: Registry, chosen: OfPhone & { readonly number: number }): Promise<Exclude<State, 'showing' | 'scanned'>> {
  const state = await inTransaction(registry.pool, async (client) => {
    const { rows } = await client.query<{ state: 'numberRight' | 'numberWrong' }>(
      `UPDATE phone_approvals SET state = CASE WHEN number = $3 THEN 'numberRight' ELSE 'numberWrong' END, expires_at = CASE WHEN number = $3 THEN expires_at ELSE $5 END
       WHERE approval_id = $1 AND phone_hash = $2 AND state = 'scanned' AND expires_at > $4 RETURNING state`,
      [chosen.approvalId, sha256(chosen.phoneToken), chosen.number, new Date(registry.clock()), toldUntil(registry)],
    );
    if (rows[0]?.state === 'numberWrong') await countTry(registry, client, phoneTag(registry, chosen.phoneToken), PHONE_LIMITS.wrongNumbersPerPhone, PHONE_LIMITS.pauseMs);
    return rows[0]?.state;
  });
  return state ?? whyOver(registry, chosen);
}

/** What a phone whose number was right proves itself for. */
export async function findChosenApproval(registry: Registry, of: OfPhone): Promise<{ readonly interactionUid: string; readonly asked: AskedOnScreen } | undefined> {
  const { rows } = await registry.pool.query<{ interaction_uid: string; asked: AskedOnScreen }>(
    `SELECT interaction_uid, asked FROM phone_approvals WHERE approval_id = $1 AND phone_hash = $2 AND state = 'numberRight' AND expires_at > $3`,
    [of.approvalId, sha256(of.phoneToken), new Date(registry.clock())],
  );
  return rows[0] && { interactionUid: rows[0].interaction_uid, asked: rows[0].asked };
}

/** Records, together, that the attempt is approved and who is proven by it. */
export async function approvePhone(registry: Registry, of: OfPhone & { readonly identityId: string; readonly lifetimeMs: number }): Promise<'approved' | 'over' | 'locked' | 'anotherPerson'> {
  return inTransaction(registry.pool, async (client) => {
    const { rows } = await client.query<{ interaction_uid: string }>(
      `UPDATE phone_approvals SET state = 'approved', expires_at = $4 WHERE approval_id = $1 AND phone_hash = $2 AND state = 'numberRight' AND expires_at > $3 RETURNING interaction_uid`,
      [of.approvalId, sha256(of.phoneToken), new Date(registry.clock()), toldUntil(registry)],
    );
    if (rows[0] === undefined) return 'over';
    const isLocked = await isMethodLocked(registry, of.identityId, 'phoneApproval', client);
    if (!isLocked && (await recordInteractionProof(registry, rows[0].interaction_uid, of.identityId, of.lifetimeMs, client))) return 'approved';
    await client.query(`UPDATE phone_approvals SET state = 'refused' WHERE approval_id = $1`, [of.approvalId]);
    return isLocked ? 'locked' : 'anotherPerson';
  });
}

/** The phone's citizen says no, or could not prove themselves. */
export async function refusePhoneApproval(registry: Registry, of: OfPhone): Promise<void> {
  await registry.pool.query(`UPDATE phone_approvals SET state = 'refused', expires_at = $4 WHERE approval_id = $1 AND phone_hash = $2 AND state IN ('scanned', 'numberRight') AND expires_at > $3`, [
    of.approvalId,
    sha256(of.phoneToken),
    new Date(registry.clock()),
    toldUntil(registry),
  ]);
}

/** Why a phone can't go on; another phone's attempt is none of its own. */
export async function whyOver(registry: Registry, of: OfPhone): Promise<'numberWrong' | 'scannedTwice' | 'refused' | 'over'> {
  const { rows } = await registry.pool.query<{ state: State }>('SELECT state FROM phone_approvals WHERE approval_id = $1 AND phone_hash = $2', [of.approvalId, sha256(of.phoneToken)]);
  const state = rows[0]?.state;
  return state === 'numberWrong' || state === 'scannedTwice' || state === 'refused' ? state : 'over';
}

/** Counted by the phone's own cookie: nobody else can pause it, and who deletes it only harms themselves. */
async function pauseLeft(registry: Registry, phoneToken: string): Promise<number> {
  const { rows } = await registry.pool.query<{ expires_at: Date }>('SELECT expires_at FROM phone_tries WHERE try_tag = $1 AND tries >= $2', [phoneTag(registry, phoneToken), PHONE_LIMITS.wrongNumbersPerPhone]);
  return rows[0] === undefined ? 0 : rows[0].expires_at.getTime() - registry.clock();
}

/** @returns how many with this one, up to one more than there may be; they are forgotten when none came for so long */
async function countTry(registry: Registry, queryable: Queryable, tryTag: Buffer, most: number, forgottenAfterMs: number): Promise<number> {
  const atMs = registry.clock();
  const { rows } = await queryable.query<{ tries: number }>(
    `INSERT INTO phone_tries AS known (try_tag, tries, expires_at) VALUES ($1, 1, $2)
     ON CONFLICT (try_tag) DO UPDATE SET tries = CASE WHEN known.expires_at <= $3 THEN 1 ELSE LEAST(known.tries + 1, $4) END, expires_at = excluded.expires_at
     RETURNING tries`,
    [tryTag, new Date(atMs + forgottenAfterMs), new Date(atMs), most + 1],
  );
  if (rows[0] === undefined) throw new Error('a try was not counted');
  return rows[0].tries;
}

/** Whatever lives of a sign-in. */
async function end(registry: Registry, queryable: Queryable, interactionUid: string): Promise<void> {
  await queryable.query(`UPDATE phone_approvals SET state = 'over', expires_at = $2 WHERE interaction_uid = $1 AND state = ANY($3)`, [interactionUid, toldUntil(registry), LIVING]);
}

/** Both sides hear of the end within seconds; after that nothing needs to say which sign-in it was. */
const toldUntil = (registry: Registry): Date => new Date(registry.clock() + PHONE_LIMITS.toldForMs);

async function newCode(registry: Registry, queryable: Queryable, approvalId: string, atMs: number): Promise<string> {
  const secret = newRandomId(registry.random);
  await queryable.query('INSERT INTO phone_codes (code_hash, approval_id, expires_at) VALUES ($1, $2, $3)', [sha256(secret), approvalId, new Date(atMs + PHONE_LIMITS.codeEveryMs + PHONE_LIMITS.codeGraceMs)]);
  return secret;
}

/** Distinct, of two digits. */
function twoDigitNumbers(random: RandomBytes, count: number): readonly number[] {
  const numbers = new Set<number>();
  while (numbers.size < count) numbers.add(10 + randomBelow(random, 90));
  return [...numbers];
}

/** Without a bias to the low ones. */
function randomBelow(random: RandomBytes, limit: number): number {
  const fair = 256 - (256 % limit);
  for (;;) {
    const [byte] = random(1);
    if (byte! < fair) return byte! % limit;
  }
}

/** Keyed by what is not in the database, and different for each approval: the few addresses that there are can't be tried out. */
const networkTag = (registry: Registry, approvalId: string, network: string): Buffer => tag(registry, `network\n${approvalId}\n${network}`);
const signInTag = (registry: Registry, interactionUid: string): Buffer => tag(registry, `sign-in\n${interactionUid}`);
const phoneTag = (registry: Registry, phoneToken: string): Buffer => tag(registry, `phone\n${phoneToken}`);

/** Under a label of its own: no other table's tags can be joined with these. */
const tag = (registry: Registry, of: string): Buffer => createHmac('sha256', registry.documentTagKey).update(`visavis phone approval v1\n${of}`).digest();

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

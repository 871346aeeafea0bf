import { toBase64Url } from '@visavis/kernel';
import type pg from 'pg';
import { newRandomId } from './new-random-id.ts';
import type { Registry } from './registry.ts';
import { runPrepared } from './run-prepared.ts';
import { IS_SIGN_IN_PAGE, type SignInPage, type SignInPageRow } from './sign-in-page.ts';

/** What a challenge may be answered for; a challenge for one purpose is no challenge for another. */
export type ChallengePurpose = 'registration' | 'renewal' | 'session' | 'interaction' | 'phoneApproval' | 'erasure' | 'unblock' | 'accountAct' | 'recoveryState' | 'recovery' | 'deviceRegistration' | 'agentRegistration' | 'deskSignIn' | 'deskAct';

export interface Challenge {
  readonly challengeId: string;
  /** base64url, as in WebAuthn options. */
  readonly challenge: string;
}

/** WebAuthn §13.4.3 wants at least 16 random bytes. */
const CHALLENGE_BYTES = 32;
/** A person finds the right device and unlocks it well within five minutes. */
const CHALLENGE_LIFETIME_MS = 5 * 60 * 1000;

const newChallenge = ({ random }: Pick<Registry, 'random'>): Challenge => ({ challengeId: newRandomId(random), challenge: toBase64Url(random(CHALLENGE_BYTES)) });

/** Makes and stores a challenge for one purpose and subject. */
export async function issueChallenge(registry: Registry, purpose: ChallengePurpose, subject: string): Promise<Challenge> {
  const made = newChallenge(registry);
  await registry.pool.query('INSERT INTO challenges (challenge_id, purpose, subject, challenge, expires_at) VALUES ($1, $2, $3, $4, $5)', [
    made.challengeId,
    purpose,
    subject,
    made.challenge,
    new Date(registry.clock() + CHALLENGE_LIFETIME_MS),
  ]);
  return made;
}

/**
 * Makes and stores the challenge of a sign-in's page, unless the page was answered or somebody has proven themselves
 * there: then there is none. Does not establish that it is this browser's page.
 * @returns the page too, read by the same statement; undefined when there is none
 */
export async function issueInteractionChallenge(registry: Registry, interactionUid: string): Promise<{ readonly page: SignInPage; readonly challenge: Challenge | undefined } | undefined> {
  const made = newChallenge(registry);
  const atMs = registry.clock();
  const { rows } = await runPrepared<SignInPageRow & { readonly is_made: boolean }>(
    registry.pool,
    'interaction challenge',
    `WITH page AS (SELECT mount, payload FROM oidc_records WHERE ${IS_SIGN_IN_PAGE('$2', '$5')}),
      made AS (INSERT INTO challenges (challenge_id, purpose, subject, challenge, expires_at) SELECT $1, 'interaction', $2, $3, $4 FROM page
        WHERE NOT payload ? 'result' AND NOT EXISTS (SELECT 1 FROM interaction_proofs WHERE interaction_uid = $2 AND expires_at > $5) RETURNING challenge_id)
      SELECT mount, payload, EXISTS (SELECT 1 FROM made) AS is_made FROM page`,
    [made.challengeId, interactionUid, made.challenge, new Date(atMs + CHALLENGE_LIFETIME_MS), new Date(atMs)],
  );
  const [row] = rows;
  return row && { page: { mount: row.mount, uid: interactionUid, payload: row.payload }, challenge: row.is_made ? made : undefined };
}

/** The newest live challenge for a subject, not consumed. */
export async function findChallenge(registry: Registry, purpose: ChallengePurpose, subject: string): Promise<Challenge | undefined> {
  const { rows } = await registry.pool.query<{ challenge_id: string; challenge: string }>(
    'SELECT challenge_id, challenge FROM challenges WHERE purpose = $1 AND subject = $2 AND expires_at > $3 ORDER BY expires_at DESC LIMIT 1',
    [purpose, subject, new Date(registry.clock())],
  );
  return rows[0] && { challengeId: rows[0].challenge_id, challenge: rows[0].challenge };
}

/** Reads a living challenge and leaves it where it is: whoever acts on an answer to it consumes it in the same transaction. */
export async function readChallenge(
  queryable: Pick<pg.Pool | pg.PoolClient, 'query'>,
  asked: { readonly challengeId: string; readonly purpose: ChallengePurpose; readonly subject: string; readonly atMs: number },
): Promise<string | undefined> {
  const { rows } = await queryable.query<{ challenge: string }>('SELECT challenge FROM challenges WHERE challenge_id = $1 AND purpose = $2 AND subject = $3 AND expires_at > $4', [
    asked.challengeId,
    asked.purpose,
    asked.subject,
    new Date(asked.atMs),
  ]);
  return rows[0]?.challenge;
}

/**
 * Takes a challenge out of the store: of any number of concurrent callers exactly one gets it.
 * @param queryable the pool, or the client of a transaction that shall decide
 */
export async function consumeChallenge(
  queryable: Pick<pg.Pool | pg.PoolClient, 'query'>,
  taken: { readonly challengeId: string; readonly purpose: ChallengePurpose; readonly subject: string; readonly atMs: number },
): Promise<string | undefined> {
  const { rows } = await queryable.query<{ challenge: string }>(
    'DELETE FROM challenges WHERE challenge_id = $1 AND purpose = $2 AND subject = $3 AND expires_at > $4 RETURNING challenge',
    [taken.challengeId, taken.purpose, taken.subject, new Date(taken.atMs)],
  );
  return rows[0]?.challenge;
}

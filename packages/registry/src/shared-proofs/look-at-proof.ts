import { createHash } from 'node:crypto';
import type { ProofSeen } from '@visavis/contract';
import { err, fromBase64Url, ok, type Result } from '@visavis/kernel';
import type pg from 'pg';
import { documentUsability } from '../document-usability.ts';
import { findIdentity } from '../find-identity.ts';
import { inTransaction } from '../in-transaction.ts';
import { giveNotice } from '../notices/give-notice.ts';
import type { Registry } from '../registry.ts';
import { openRow } from '../sealing/open-row.ts';
import { sharedProofFaults } from './faults.ts';

/** The same look may be asked again so long: for an answer that was lost on a slow line. */
const AGAIN_WITHIN_MS = 60_000;

/**
 * Counts one look at a proof and gives what its link opens, in one statement: of any number at once, as many as the
 * citizen allowed. The holder is told of the first; more notices would push others out.
 * @param look from a stranger
 * @faults SHARED_PROOF_UNKNOWN, SHARED_PROOF_USED, SHARED_PROOF_EXPIRED, SHARED_PROOF_REVOKED
 */
export async function lookAtProof(registry: Registry, look: { readonly token: string; readonly lookId: string }): Promise<Result<ProofSeen>> {
  const tokenHash = createHash('sha256').update(fromBase64Url(look.token)).digest();
  const known = await registry.pool.query<{ identity_id: string }>('SELECT identity_id FROM shared_proofs WHERE token_hash = $1', [tokenHash]);
  const identityId = known.rows[0]?.identity_id;
  const identity = identityId === undefined ? undefined : await findIdentity(registry, identityId);
  const keys = identityId === undefined ? undefined : await registry.keyStore.read(identityId);
  if (identity === undefined || keys === undefined) return err(sharedProofFaults.fault('SHARED_PROOF_UNKNOWN'));
  // As at a sign-in: what was proven from a document that is reported stolen counts no more.
  if ((await documentUsability(registry, identity.document)) !== 'usable') return err(sharedProofFaults.fault('SHARED_PROOF_REVOKED'));
  const now = registry.clock();
  return inTransaction(registry.pool, async (client) => {
    const { rows } = await client.query<{ proof_id: string; sealed: Buffer; views: number; views_before: number; left: number }>(
      `UPDATE shared_proofs AS proof
       SET last_look = $2, seen_at = CASE WHEN proof.last_look = $2 AND proof.seen_at[cardinality(proof.seen_at)] > $4 THEN proof.seen_at ELSE proof.seen_at || $3::timestamptz END
       FROM shared_proof_boxes AS box, identities AS identity
       WHERE proof.token_hash = $1 AND box.proof_id = proof.proof_id AND identity.identity_id = proof.identity_id AND identity.state = 'active' AND NOT identity.frozen
         AND proof.revoked_at IS NULL AND proof.expires_at > $3
         AND (cardinality(proof.seen_at) < proof.max_views OR (proof.last_look = $2 AND proof.seen_at[cardinality(proof.seen_at)] > $4))
       RETURNING proof.proof_id, box.sealed, cardinality(proof.seen_at) AS views, proof.max_views - cardinality(proof.seen_at) AS left,
         (SELECT cardinality(seen_at) FROM shared_proofs AS before WHERE before.proof_id = proof.proof_id) AS views_before`,
      [tokenHash, look.lookId, new Date(now), new Date(now - AGAIN_WITHIN_MS)],
    );
    const seen = rows[0];
    if (seen === undefined) return err(sharedProofFaults.fault(await whyNot(client, registry, tokenHash)));
    if (seen.views_before === 0 && seen.views === 1) await giveNotice(client, registry, identity.identityId, 'proofSeen');
    const { box } = openRow(keys.dataKey, { table: 'shared_proof_boxes', identityId: identity.identityId, rowId: seen.proof_id }, seen.sealed);
    return ok({ box, viewsLeft: seen.left });
  });
}

async function whyNot(client: pg.PoolClient, { clock }: Registry, tokenHash: Buffer): Promise<'SHARED_PROOF_UNKNOWN' | 'SHARED_PROOF_USED' | 'SHARED_PROOF_EXPIRED' | 'SHARED_PROOF_REVOKED'> {
  const { rows } = await client.query<{ is_revoked: boolean; is_expired: boolean }>(
    `SELECT revoked_at IS NOT NULL OR frozen OR state <> 'active' AS is_revoked, expires_at <= $2 AS is_expired FROM shared_proofs JOIN identities USING (identity_id) WHERE token_hash = $1`,
    [tokenHash, new Date(clock())],
  );
  if (rows[0] === undefined) return 'SHARED_PROOF_UNKNOWN';
  if (rows[0].is_revoked) return 'SHARED_PROOF_REVOKED';
  return rows[0].is_expired ? 'SHARED_PROOF_EXPIRED' : 'SHARED_PROOF_USED';
}

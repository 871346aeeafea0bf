import { type ProofContent, proofContent, type ProofValidity, type ShareProof, sharedProofInfo } from '@visavis/contract';
import { err, fromBase64Url, ok, type Result, toBase64Url, utf8 } from '@visavis/kernel';
import { deviceFaults } from '../devices/faults.ts';
import { lockIdentity } from '../devices/lock-identity.ts';
import { inTransaction } from '../in-transaction.ts';
import { newRandomId } from '../new-random-id.ts';
import { giveNotice } from '../notices/give-notice.ts';
import type { Registry } from '../registry.ts';
import { sealRow } from '../sealing/seal-row.ts';
import { sealToKey } from '../sealing/seal-to-key.ts';
import { sharedProofFaults } from './faults.ts';

const HOUR_MS = 3600 * 1000;
const VALID_MS: Readonly<Record<ProofValidity, number>> = { hour: HOUR_MS, day: 24 * HOUR_MS, week: 7 * 24 * HOUR_MS, month: 30 * 24 * HOUR_MS };
/** Somebody who looks for a flat. */
const MOST_OPEN = 10;
/** Of those that are over, the newest stay in the list. */
const MOST_OVER = 20;

/**
 * Keeps a proof for whoever gets its link. The caller has a fresh answer of a passkey for exactly this proof.
 * @param attributes what the identity says now of each attribute that is asked for
 * @faults IDENTITY_FROZEN, SHARED_PROOF_TOO_MANY, SHARED_PROOF_LINK_REFUSED when the link's key is none or its token was there before
 */
export async function shareProof(registry: Registry, identityId: string, asked: Omit<ShareProof, 'kind' | 'attributes'>, attributes: ProofContent['attributes']): Promise<Result<undefined>> {
  const keys = await registry.keyStore.read(identityId);
  if (keys === undefined) throw new Error('an identity without keys asked');
  const now = registry.clock();
  const expiresAt = new Date(now + VALID_MS[asked.validFor]);
  const { recipient, purpose, tokenHash } = asked;
  const box = await sealToLink(asked, { recipient, purpose, attributes, provenAt: new Date(now).toISOString(), expiresAt: expiresAt.toISOString() });
  if (box === undefined) return err(sharedProofFaults.fault('SHARED_PROOF_LINK_REFUSED'));
  const proofId = newRandomId(registry.random);
  const sealing = { dataKey: keys.dataKey, random: registry.random };
  const sealed = sealRow(sealing, { table: 'shared_proofs', identityId, rowId: proofId }, { recipient, purpose, attributes: attributes.map(({ attribute }) => attribute) });
  const sealedBox = sealRow(sealing, { table: 'shared_proof_boxes', identityId, rowId: proofId }, { box });
  return inTransaction(registry.pool, async (client) => {
    if ((await lockIdentity(client, identityId))?.isFrozen !== false) return err(deviceFaults.fault('IDENTITY_FROZEN'));
    const over = '(revoked_at IS NOT NULL OR expires_at <= $2 OR cardinality(seen_at) >= max_views)';
    const open = await client.query(`SELECT 1 FROM shared_proofs WHERE identity_id = $1 AND NOT ${over}`, [identityId, new Date(now)]);
    if (open.rows.length >= MOST_OPEN) return err(sharedProofFaults.fault('SHARED_PROOF_TOO_MANY'));
    await client.query(`DELETE FROM shared_proofs WHERE proof_id IN (SELECT proof_id FROM shared_proofs WHERE identity_id = $1 AND ${over} ORDER BY created_at DESC, proof_id OFFSET $3)`, [identityId, new Date(now), MOST_OVER]);
    const { rowCount } = await client.query(
      'INSERT INTO shared_proofs (proof_id, identity_id, token_hash, sealed, max_views, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (token_hash) DO NOTHING',
      [proofId, identityId, Buffer.from(tokenHash, 'base64url'), sealed, asked.views, new Date(now), expiresAt],
    );
    if (rowCount !== 1) return err(sharedProofFaults.fault('SHARED_PROOF_LINK_REFUSED'));
    await client.query('INSERT INTO shared_proof_boxes (proof_id, sealed, expires_at) VALUES ($1, $2, $3)', [proofId, sealedBox, expiresAt]);
    await giveNotice(client, registry, identityId, 'proofShared');
    return ok(undefined);
  });
}

/** Undefined when the link's key is no point of the curve. */
async function sealToLink({ publicKey, tokenHash }: Pick<ShareProof, 'publicKey' | 'tokenHash'>, content: ProofContent): Promise<string | undefined> {
  const plain = utf8(JSON.stringify(proofContent.parse(content)));
  try {
    return toBase64Url(await sealToKey(fromBase64Url(publicKey), plain, { info: sharedProofInfo(tokenHash) }));
  } catch {
    return undefined;
  }
}

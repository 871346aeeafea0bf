import { type LogOpening, type ReceiptClaims, type ReceiptFile, receiptHash } from '@visavis/contract';
import { err, type Fault, ok, type Result } from '@visavis/kernel';
import { registryFaults } from './faults.ts';
import { countToday } from './figures/count-today.ts';
import { inTransaction } from './in-transaction.ts';
import type { Registry } from './registry.ts';

type IdentityReceipt = Extract<ReceiptClaims, { subject: 'identity' }>;
export type ErasureReason = IdentityReceipt['reason'];

/** Signs with the operator's key, which is not in this room. */
export type SignReceipt = (claims: ReceiptClaims) => Promise<string>;

const SALT_BYTES = 32;

const ERASED: IdentityReceipt['erased'] = ['dataKey', 'logSalts', 'attributes', 'devices', 'consents', 'serviceConsents', 'cases', 'notices', 'sharedProofs', 'history', 'documentTag', 'personTag'];
const KEPT: IdentityReceipt['kept'] = [{ what: 'logCommitment', why: 'The log is append-only: commitments stay in it, and without their salts they say nothing.', until: 'for as long as the log' }];

/**
 * Erases an identity for good. The order is what makes it safe to be cut anywhere: the decision is written down first
 * (from then on nobody can sign in, and {@link ../retention/purge.ts purge} goes on with it), then the keys are
 * destroyed (from then on nothing of it can be read, in no copy of the database), then the rows go together with the
 * log's entry. Whoever looks finds the identity whole or erased.
 * @returns the receipt, whose log entry's salt is nowhere else
 * @faults IDENTITY_ERASED_WITHOUT_RECEIPT when something failed after the decision, another process finished it, or there is no such identity
 */
export async function eraseIdentity(registry: Registry, identityId: string, reason: ErasureReason, signReceipt: SignReceipt): Promise<Result<ReceiptFile>> {
  const { rows } = await registry.pool.query<{ erasure_reason: ErasureReason }>(
    `UPDATE identities SET state = 'erasing', erasure_reason = coalesce(erasure_reason, $2) WHERE identity_id = $1 RETURNING erasure_reason`,
    [identityId, reason],
  );
  // Decided before, and cut: the reason of then stands.
  const decided = rows[0]?.erasure_reason;
  const withoutReceipt = (why: string): Result<never, Fault> => err(registryFaults.fault('IDENTITY_ERASED_WITHOUT_RECEIPT', { reason: why }));
  if (decided === undefined) return withoutReceipt('unknown');
  try {
    await registry.keyStore.destroy(identityId);
    const erased = await deleteRows(registry, identityId, decided, signReceipt);
    const logged = erased === undefined ? undefined : await registry.log.prove(erased.opening);
    return erased === undefined || logged === undefined ? withoutReceipt('finished elsewhere') : ok({ receipt: erased.receipt, logged });
  } catch {
    return withoutReceipt('cut');
  }
}

async function deleteRows(registry: Registry, identityId: string, reason: ErasureReason, signReceipt: SignReceipt): Promise<{ readonly receipt: string; readonly opening: LogOpening } | undefined> {
  const endedAtMs = registry.clock();
  const at = new Date(endedAtMs).toISOString();
  const receipt = await signReceipt({ subject: 'identity', endedAt: at, reason, erased: ERASED, kept: KEPT, iat: Math.floor(endedAtMs / 1000) });
  const hash = await receiptHash(receipt);
  return inTransaction(registry.pool, async (client) => {
    // A visit to a counter names the consent that it was made under.
    await client.query('DELETE FROM counter_visits WHERE consent_id IN (SELECT consent_id FROM consents WHERE identity_id = $1)', [identityId]);
    // Devices, consents, tags, sessions and history go with it.
    const { rowCount } = await client.query('DELETE FROM identities WHERE identity_id = $1', [identityId]);
    if (rowCount === 0) return undefined;
    await client.query(`DELETE FROM oidc_records WHERE payload->>'accountId' = $1`, [identityId]);
    await countToday(registry, client, 'identityErased');
    return { receipt, opening: await registry.log.appendWith(client, { kind: 'identityErased', at, reason, receiptHash: hash }, registry.random(SALT_BYTES)) };
  });
}

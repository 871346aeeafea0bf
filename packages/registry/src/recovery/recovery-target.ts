import type { Verdict } from '@visavis/contract';
import { err, ok, type Fault, type Result } from '@visavis/kernel';
import type pg from 'pg';
import { lockIdentity } from '../devices/lock-identity.ts';
import { isMethodLocked } from '../devices/method-locks.ts';
import { registryFaults } from '../faults.ts';
import { findIdentity } from '../find-identity.ts';
import type { Registry } from '../registry.ts';
import { documentTag } from '../uniqueness/document-tag.ts';
import { personTag } from '../uniqueness/person-tag.ts';
import { recoveryFaults } from './faults.ts';

/** Once may be a mistake, or a thief with the phone; twice is a dispute, and a screen can't settle it. */
const VETOES_TO_DISPUTE = 2;

/**
 * Whose identity the holder of an accepted verdict may recover: the one that was made with this very document, of a
 * person with this name and birth date. Another document of the same person is no way in: names are not unique.
 * @faults RECOVERY_NO_IDENTITY, IDENTITY_PERSON_ALREADY_ENROLLED, IDENTITY_NAME_CHANGED, IDENTITY_OF_ANOTHER_PERSON
 */
export async function recoveryTarget(registry: Registry, { document, person }: Pick<Verdict, 'document' | 'person'>): Promise<Result<string>> {
  const { rows } = await registry.pool.query<{ identity_id: string }>('SELECT identity_id FROM document_tags WHERE document_tag = $1', [documentTag(registry.documentTagKey, document)]);
  const identity = rows[0] && (await findIdentity(registry, rows[0].identity_id));
  const tag = personTag(registry.personTagKey, person);
  if (identity === undefined) {
    const { rowCount } = await registry.pool.query('SELECT 1 FROM person_tags WHERE person_tag = $1', [tag]);
    return err(rowCount === 0 ? recoveryFaults.fault('RECOVERY_NO_IDENTITY') : registryFaults.fault('IDENTITY_PERSON_ALREADY_ENROLLED'));
  }
  if (personTag(registry.personTagKey, identity.person).equals(tag)) return ok(identity.identityId);
  return err(registryFaults.fault(identity.person.dateOfBirth === person.dateOfBirth ? 'IDENTITY_NAME_CHANGED' : 'IDENTITY_OF_ANOTHER_PERSON'));
}

/**
 * Why an identity may not be recovered now. Holds its row, so that what is decided holds until the transaction ends.
 * @returns undefined when it may be
 */
export async function whyNotRecoverable(client: pg.PoolClient, registry: Registry, identityId: string): Promise<Fault | undefined> {
  const identity = await lockIdentity(client, identityId);
  if (identity === undefined) return recoveryFaults.fault('RECOVERY_NO_IDENTITY');
  if (identity.isFrozen) return recoveryFaults.fault('RECOVERY_FROZEN');
  if (await isMethodLocked(registry, identityId, 'recovery', client)) return recoveryFaults.fault('RECOVERY_LOCKED');
  const { rowCount } = await client.query(`SELECT 1 FROM recoveries WHERE identity_id = $1 AND state = 'vetoed' AND expires_at > $2`, [identityId, new Date(registry.clock())]);
  return (rowCount ?? 0) >= VETOES_TO_DISPUTE ? recoveryFaults.fault('RECOVERY_DISPUTED') : undefined;
}

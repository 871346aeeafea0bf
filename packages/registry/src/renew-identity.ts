import type { PasskeyAnswer, Verdict } from '@visavis/contract';
import type { Fault } from '@visavis/kernel';
import type pg from 'pg';
import { consumeChallenge, readChallenge } from './challenges.ts';
import { registryFaults } from './faults.ts';
import { recordDeviceUse } from './find-device.ts';
import { recordIdentityEntry } from './identity-log.ts';
import { type Binding, insertConsent } from './make-identity.ts';
import { monthOf } from './month-of.ts';
import { Refused } from './refused.ts';
import { openRow } from './sealing/open-row.ts';
import type { RowContent } from './sealing/row-contents.ts';
import { sealRow } from './sealing/seal-row.ts';
import { claimTag } from './uniqueness/claim-tag.ts';
import { documentTag } from './uniqueness/document-tag.ts';
import { personTag } from './uniqueness/person-tag.ts';
import { verifyPasskeyAssertion } from './verify-passkey-assertion.ts';

/**
 * Moves an identity to the document that this enrolment accepted. Establishes that a passkey of that identity answered
 * for exactly this enrolment, and that both documents are of a person with the same name and birth date; name and
 * birth date alone never move anything. What it returns writes in the caller's transaction, or throws {@link Refused}.
 * @faults PASSKEY_CHALLENGE_EXPIRED, RENEWAL_PASSKEY_REFUSED, IDENTITY_NAME_CHANGED, IDENTITY_OF_ANOTHER_PERSON,
 * IDENTITY_HOLDER_DECEASED, IDENTITY_DOCUMENT_ALREADY_ENROLLED
 */
export async function renewIdentity(binding: Binding, answer: PasskeyAnswer): Promise<(client: pg.PoolClient) => Promise<string>> {
  const { registry, relyingParty, enrolment, verdict, atMs } = binding;
  const asked = { challengeId: answer.challengeId, purpose: 'renewal', subject: enrolment.enrolmentId, atMs } as const;
  const challenge = await readChallenge(registry.pool, asked);
  const assertion = challenge === undefined ? undefined : await verifyPasskeyAssertion(registry, relyingParty, challenge, answer.passkey);
  return async (client) => {
    if (assertion === undefined || (await consumeChallenge(client, asked)) === undefined) throw new Refused(registryFaults.fault('PASSKEY_CHALLENGE_EXPIRED'));
    if (!assertion.ok) throw new Refused(registryFaults.fault('RENEWAL_PASSKEY_REFUSED', { reason: assertion.fault }));
    const { device, signCount } = assertion.value;
    const { identityId } = device;
    const place = { table: 'identities', identityId, rowId: identityId } as const;
    const { rows } = await client.query<{ sealed: Buffer }>(`SELECT sealed FROM identities WHERE identity_id = $1 AND state = 'active' FOR UPDATE`, [identityId]);
    const keys = await registry.keyStore.read(identityId);
    if (rows[0] === undefined || keys === undefined) throw new Refused(registryFaults.fault('RENEWAL_PASSKEY_REFUSED', { reason: 'erased' }));
    if (!(await recordDeviceUse(registry, device, signCount, client))) throw new Refused(registryFaults.fault('RENEWAL_PASSKEY_REFUSED', { reason: 'counter' }));

    const before = openRow(keys.dataKey, place, rows[0].sealed);
    const another = whyAnother(registry.personTagKey, before.person, verdict.person);
    if (another !== undefined) throw new Refused(another);
    if ((await registry.documentRegister.status(before.document)) === 'holderDeceased') throw new Refused(registryFaults.fault('IDENTITY_HOLDER_DECEASED'));

    const tag = documentTag(registry.documentTagKey, verdict.document);
    await client.query('DELETE FROM document_tags WHERE identity_id = $1 AND document_tag <> $2', [identityId, tag]);
    if (!(await claimTag(client, registry, 'document_tags', tag, identityId))) throw new Refused(registryFaults.fault('IDENTITY_DOCUMENT_ALREADY_ENROLLED'));
    const at = new Date(atMs).toISOString();
    const { person, document, levelOfAssurance, pathway, policyVersion } = verdict;
    const content: RowContent<'identities'> = { ...before, person, document, levelOfAssurance, pathway, policyVersion, checkedAt: at };
    await client.query('UPDATE identities SET sealed = $2, checked_month = $3 WHERE identity_id = $1', [identityId, sealRow({ dataKey: keys.dataKey, random: registry.random }, place, content), monthOf(atMs)]);
    await insertConsent(client, binding, identityId, keys);
    await recordIdentityEntry(client, registry, { identityId, keys }, { kind: 'identityRenewed', at, identityId, pathway });
    return identityId;
  };
}

function whyAnother(personTagKey: Uint8Array, before: Verdict['person'], now: Verdict['person']): Fault | undefined {
  if (personTag(personTagKey, before).equals(personTag(personTagKey, now))) return undefined;
  // A birth date does not change; a name does, and only a person with papers before them can see that it did.
  return registryFaults.fault(before.dateOfBirth === now.dateOfBirth ? 'IDENTITY_NAME_CHANGED' : 'IDENTITY_OF_ANOTHER_PERSON');
}

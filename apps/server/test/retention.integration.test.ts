import { beginPhoneApproval, bindKeyStore, blockService, closeCase, createVisit, DESK_SESSION_LIFETIME_MS, findEnrolment, findIdentity, giveNotice, inviteAgent, issueChallenge, listCases, listNotices, lock, purge, readSession, recordDeviceUse, retentionPolicy, shareProof, startDeviceTicket, startEmail, startSession, verifyPasskeyAssertion } from '@visavis/registry';
import type { RequestOptions } from '@visavis/specimen';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newProofSecret, proofLinkOf } from '../../../packages/client/src/shared-proofs/proof-link.ts';
import { accepted, enrolAt, newAuthenticator, newDocument, newPerson, relyingParty } from './registry-citizen.ts';
import { startTestRegistry, type TestRegistry } from './start-test-registry.ts';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startTestRegistry();
});
beforeEach(async () => {
  registry.moveTo('2026-11-22T12:00:00Z');
  for (const table of ['identities', 'enrolments', 'challenges', 'oidc_records', 'document_tries', 'phone_approvals', 'phone_tries']) await registry.pool.query(`DELETE FROM ${table}`);
});
afterAll(() => registry?.close());

const run = () => purge(registry, (claims) => registry.signReceipt(claims), 'all');
const lives = async (identityId: string): Promise<boolean> => (await findIdentity(registry, identityId)) !== undefined;
const sql = (text: string, values: unknown[] = []) => registry.pool.query(text, values);

const aPhoneApproval = { interactionUid: 'uid', network: '192.0.2.1', asked: { service: { name: 'Office', origin: 'https://office.example', purposes: [], registrar: 'operator' }, claims: [], levelOfAssurance: 'eidas1' } } satisfies Parameters<typeof beginPhoneApproval>[1];

async function aSharedProof(): Promise<void> {
  const { tokenHash, publicKey } = (await proofLinkOf(newProofSecret()))!;
  await shareProof(registry, (await enrolAt(registry)).identityId, { recipient: 'A landlord', purpose: 'rent', validFor: 'hour', views: 1, tokenHash, publicKey }, [{ attribute: 'age_over_18', value: 'true' }]);
}

/** Plants one of a class as it is made, and says when it must still be there and when it must be gone. */
const classes: Readonly<Record<string, { readonly plant: () => Promise<() => Promise<boolean>>; readonly stillThere: string; readonly gone: string }>> = {
  enrolment: {
    plant: async () => {
      const { enrolmentId } = await accepted(registry, { person: newPerson(), document: newDocument() });
      return async () => (await findEnrolment(registry, enrolmentId)).ok;
    },
    // A quarter of an hour to live, and an hour for lost answers.
    stillThere: '2026-11-22T13:14:59Z',
    gone: '2026-11-22T13:15:00Z',
  },
  challenge: {
    plant: async () => {
      const { challengeId } = await issueChallenge(registry, 'session', '');
      return async () => (await sql('SELECT 1 FROM challenges WHERE challenge_id = $1', [challengeId])).rowCount === 1;
    },
    stillThere: '2026-11-22T12:04:59Z',
    gone: '2026-11-22T12:05:00Z',
  },
  session: {
    plant: async () => {
      const token = await startSession(registry, (await enrolAt(registry)).identityId, undefined);
      return async () => (await readSession(registry, token)) !== undefined;
    },
    stillThere: '2026-11-22T12:29:59Z',
    gone: '2026-11-22T12:30:00Z',
  },
  signInStep: {
    plant: async () => {
      const { identityId } = await enrolAt(registry);
      await sql(`INSERT INTO interaction_proofs VALUES ('uid', $1, $2, $3)`, [identityId, new Date(registry.clock()), new Date(registry.clock() + 600_000)]);
      return async () => (await sql('SELECT 1 FROM interaction_proofs')).rowCount === 1;
    },
    stillThere: '2026-11-22T12:09:59Z',
    gone: '2026-11-22T12:10:00Z',
  },
  signInRecord: {
    plant: async () => {
      await sql(`INSERT INTO oidc_records (mount, model, record_id, payload, expires_at) VALUES ('strict', 'Grant', 'g', '{}', $1)`, [new Date(registry.clock() + 600_000)]);
      return async () => (await sql('SELECT 1 FROM oidc_records')).rowCount === 1;
    },
    stillThere: '2026-11-22T12:09:59Z',
    gone: '2026-11-22T12:10:00Z',
  },
  phoneCode: {
    plant: async () => {
      await beginPhoneApproval(registry, aPhoneApproval);
      return async () => (await sql('SELECT 1 FROM phone_codes')).rowCount === 1;
    },
    stillThere: '2026-11-22T12:00:14Z',
    gone: '2026-11-22T12:00:15Z',
  },
  phoneApproval: {
    plant: async () => {
      await beginPhoneApproval(registry, aPhoneApproval);
      return async () => (await sql('SELECT 1 FROM phone_approvals')).rowCount === 1;
    },
    stillThere: '2026-11-22T12:01:59Z',
    gone: '2026-11-22T12:02:00Z',
  },
  phoneTries: {
    plant: async () => {
      await beginPhoneApproval(registry, aPhoneApproval);
      return async () => (await sql('SELECT 1 FROM phone_tries')).rowCount === 1;
    },
    stillThere: '2026-11-22T12:29:59Z',
    gone: '2026-11-22T12:30:00Z',
  },
  documentTries: {
    plant: async () => {
      await sql(`INSERT INTO document_tries VALUES ($1, 1, $2)`, [Buffer.alloc(32), new Date(registry.clock() + 24 * 3600_000)]);
      return async () => (await sql('SELECT 1 FROM document_tries')).rowCount === 1;
    },
    stillThere: '2026-11-23T11:59:59Z',
    gone: '2026-11-23T12:00:00Z',
  },
  deviceTicket: {
    plant: async () => {
      const { identityId } = await enrolAt(registry);
      expect(await startDeviceTicket(registry, identityId)).toMatchObject({ ok: true });
      return async () => (await sql('SELECT 1 FROM device_tickets')).rowCount === 1;
    },
    stillThere: '2026-11-22T12:09:59Z',
    gone: '2026-11-22T12:10:00Z',
  },
  deviceUse: {
    plant: async () => {
      const { identityId } = await enrolAt(registry);
      await sql(`INSERT INTO device_uses SELECT identity_id, device_id, '2026-11-22' FROM devices WHERE identity_id = $1`, [identityId]);
      return async () => (await sql('SELECT 1 FROM device_uses')).rowCount === 1;
    },
    stillThere: '2026-12-21T23:59:59Z',
    gone: '2026-12-22T00:00:00Z',
  },
  methodLock: {
    plant: async () => {
      const { identityId } = await enrolAt(registry);
      await lock(registry, identityId, { method: 'recovery' }, new Date('2026-11-24T12:00:00Z'));
      await lock(registry, identityId, { method: 'phoneApproval' }, 'infinity');
      return async () => (await sql(`SELECT 1 FROM method_locks WHERE method = 'recovery'`)).rowCount === 1 && (await sql('SELECT 1 FROM method_locks')).rowCount === 2;
    },
    stillThere: '2026-11-24T11:59:59Z',
    gone: '2026-11-24T12:00:00Z',
  },
  deskSession: {
    plant: async () => {
      const { agentId } = await inviteAgent(registry, { name: 'Grace Hopper', roles: ['agent'] });
      await sql('INSERT INTO desk_sessions VALUES ($1, $2, $3)', [Buffer.alloc(32), agentId, new Date(registry.clock() + DESK_SESSION_LIFETIME_MS)]);
      return async () => (await sql('SELECT 1 FROM desk_sessions')).rowCount === 1;
    },
    stillThere: '2026-11-22T15:59:59Z',
    gone: '2026-11-22T16:00:00Z',
  },
  counterVisit: {
    plant: async () => {
      expect(await createVisit(registry, { clientKeyThumbprint: 'A'.repeat(43), consent: { textVersion: 'counter-1', language: 'en' } })).toMatchObject({ ok: true });
      return async () => (await sql('SELECT 1 FROM counter_visits')).rowCount === 1;
    },
    stillThere: '2026-11-29T11:59:59Z',
    gone: '2026-11-29T12:00:00Z',
  },
  notice: {
    plant: async () => {
      const { identityId } = await enrolAt(registry);
      await giveNotice(registry.pool, registry, identityId, 'deviceAdded');
      return async () => (await listNotices(registry, identityId)).length === 1;
    },
    stillThere: '2027-02-20T11:59:59Z',
    gone: '2027-02-20T12:00:00Z',
  },
  emailCode: {
    plant: async () => {
      const { identityId } = await enrolAt(registry);
      expect(await startEmail(registry, identityId, 'ada@example.org')).toMatchObject({ ok: true });
      return async () => (await sql('SELECT 1 FROM email_codes')).rowCount === 1;
    },
    stillThere: '2026-11-23T11:59:59Z',
    gone: '2026-11-23T12:00:00Z',
  },
  recovery: {
    plant: async () => {
      const citizen = await enrolAt(registry);
      expect(await (await accepted(registry, citizen)).recover(newAuthenticator())).toMatchObject({ ok: true });
      return async () => (await sql('SELECT 1 FROM recoveries')).rowCount === 1;
    },
    stillThere: '2026-11-29T11:59:59Z',
    gone: '2026-11-29T12:00:00Z',
  },
  sharedProofBox: {
    plant: async () => {
      await aSharedProof();
      return async () => (await sql('SELECT 1 FROM shared_proof_boxes')).rowCount === 1;
    },
    stillThere: '2026-11-22T12:59:59Z',
    gone: '2026-11-22T13:00:00Z',
  },
  sharedProof: {
    plant: async () => {
      await aSharedProof();
      return async () => (await sql('SELECT 1 FROM shared_proofs')).rowCount === 1;
    },
    stillThere: '2026-12-22T12:59:59Z',
    gone: '2026-12-22T13:00:00Z',
  },
  historyEntry: {
    plant: async () => {
      const { identityId } = await enrolAt(registry);
      await sql('INSERT INTO history_keys VALUES ($1, $2)', [identityId, Buffer.alloc(65)]);
      await sql(`INSERT INTO history_entries VALUES ($1, 'entry', '2026-11-01', $2)`, [identityId, Buffer.alloc(1105)]);
      return async () => (await sql('SELECT 1 FROM history_entries')).rowCount === 1;
    },
    // A year after the end of November 2026.
    stillThere: '2027-11-30T23:59:59Z',
    gone: '2027-12-01T00:00:00Z',
  },
  closedCase: {
    plant: async () => {
      const { identityId } = await enrolAt(registry);
      const settled = await blockService(registry, identityId, 'library');
      await blockService(registry, identityId, 'tax-office');
      await closeCase(registry, identityId, settled!.caseNumber);
      return async () => {
        const cases = await listCases(registry, identityId);
        // While it is open, it protects.
        expect(cases.filter(({ state }) => state === 'open').map(({ clientId }) => clientId)).toEqual(['tax-office']);
        return cases.length === 2;
      };
    },
    stillThere: '2027-11-22T11:59:59Z',
    gone: '2027-11-22T12:00:00Z',
  },
  inactiveIdentity: {
    plant: async () => {
      const { identityId } = await enrolAt(registry);
      return () => lives(identityId);
    },
    // Two years after the end of November 2026.
    stillThere: '2028-11-30T23:59:59Z',
    gone: '2028-12-01T00:00:00Z',
  },
  identityLastChecked: {
    plant: async () => {
      const { identityId } = await enrolAt(registry);
      await sql(`UPDATE identities SET active_month = '2031-11-01' WHERE identity_id = $1`, [identityId]);
      return () => lives(identityId);
    },
    stillThere: '2031-11-30T23:59:59Z',
    gone: '2031-12-01T00:00:00Z',
  },
  identityOfDeceased: {
    plant: async () => {
      const { identityId, document } = await enrolAt(registry);
      // The register hears of it at noon of the next day.
      const noon = Date.parse('2026-11-23T12:00:00Z');
      const { documentRegister } = registry;
      Object.assign(registry, { documentRegister: { ...documentRegister, async *deceasedHolders() { if (registry.clock() >= noon) yield document; } } });
      return () => lives(identityId);
    },
    stillThere: '2026-11-23T11:59:59Z',
    gone: '2026-11-23T12:00:00Z',
  },
  keysOfNobody: {
    plant: async () => {
      // Made by the file system's clock: the test's clock is moved past it.
      const madeAt = Date.now();
      await registry.keyStore.create('nobody');
      const { identityId } = await enrolAt(registry);
      const clock = registry.clock.bind(registry);
      Object.assign(registry, { clock: () => madeAt + clock() - Date.parse('2026-11-22T12:00:00Z') });
      return async () => {
        // Those of somebody stay.
        expect(await registry.keyStore.read(identityId)).toBeDefined();
        const there = (await registry.keyStore.read('nobody')) !== undefined;
        if (!there) Object.assign(registry, { clock });
        return there;
      };
    },
    stillThere: '2026-11-23T11:59:00Z',
    gone: '2026-11-23T12:01:00Z',
  },
};

describe('the purge', () => {
  it('has a test for every class of the policy', () => {
    expect(Object.keys(classes)).toEqual(retentionPolicy.classes.map((entry) => entry.class));
  });

  for (const [name, { plant, stillThere, gone }] of Object.entries(classes)) {
    it(`${name}: there until ${stillThere}, gone at ${gone}`, async () => {
      const isThere = await plant();
      registry.moveTo(stillThere);
      await run();
      expect(await isThere()).toBe(true);
      registry.moveTo(gone);
      expect((await run())[name]).toBeGreaterThan(0);
      expect(await isThere()).toBe(false);
    });
  }

  it('every table with rows about people has a class, or goes with an identity or an enrolment', async () => {
    const { rows } = await sql(`SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY 1`);
    const { rows: followers } = await sql(
      `SELECT conrelid::regclass::text AS name, confrelid::regclass::text AS follows FROM pg_constraint WHERE contype = 'f' AND confdeltype = 'c' AND conparentid = 0`,
    );
    const classed = new Set<string>(['identities', ...retentionPolicy.classes.flatMap((entry) => (entry.effect === 'deleteRows' ? [entry.table] : []))]);
    for (let grew = true; grew; ) {
      const before = classed.size;
      for (const { name, follows } of followers as { name: string; follows: string }[]) if (classed.has(follows)) classed.add(name);
      grew = classed.size > before;
    }
    // Say nothing about anybody: which migrations ran, whose keys these are, the public log, services, and what days came
    // to; or nothing about a citizen: the operator's staff, and what they did, which is not to be forgotten.
    const impersonal = new Set(['schema_migrations', 'key_store_binding', 'log_pending', 'log_leaves', 'log_tiles', 'log_head', 'log_public_openings', 'daily_counts', 'daily_figures', 'services', 'service_changes', 'agents', 'desk_acts']);
    const unclassed = (rows as { name: string }[]).map(({ name }) => name).filter((name) => !classed.has(name) && !impersonal.has(name));
    expect(unclassed).toEqual([]);
    expect(classed.size).toBeGreaterThan(12);
  });

  it('whoever uses their passkey is active, by the month and no finer', async () => {
    const { identityId, authenticator } = await enrolAt(registry);
    registry.moveTo('2028-06-15T12:00:00Z');
    const { challenge } = await issueChallenge(registry, 'session', '');
    const passkey = { ...(await authenticator.get({ challenge, rpId: relyingParty.rpId, allowCredentials: [], userVerification: 'required' } as unknown as RequestOptions)) };
    const assertion = await verifyPasskeyAssertion(registry, relyingParty, challenge, passkey);
    if (!assertion.ok) throw new Error(assertion.fault);
    expect(await recordDeviceUse(registry, assertion.value.device, assertion.value.signCount)).toBe(true);
    const { rows } = await sql('SELECT active_month::text, checked_month::text FROM identities WHERE identity_id = $1', [identityId]);
    expect(rows).toEqual([{ active_month: '2028-06-01', checked_month: '2026-11-01' }]);
    registry.moveTo('2030-06-30T12:00:00Z');
    await run();
    expect(await lives(identityId)).toBe(true);
    registry.moveTo('2030-07-01T12:00:00Z');
    await run();
    expect(await lives(identityId)).toBe(false);
  });

  it('destroys no key on the word of a database that does not know this key store', async () => {
    await registry.keyStore.create('of-another-database');
    await sql(`UPDATE key_store_binding SET key_store_id = 'another'`);
    try {
      registry.moveTo('2036-01-01T00:00:00Z');
      expect(await run()).toMatchObject({ keysOfNobody: 0 });
      expect(await registry.keyStore.read('of-another-database')).toBeDefined();
    } finally {
      await sql('UPDATE key_store_binding SET key_store_id = $1', [registry.keyStore.id]);
    }
    expect(await run()).toMatchObject({ keysOfNobody: 1 });
  });

  it('destroys no key on the word of a database that was set back: whose identity came after the backup is still somebody', async () => {
    const headOfLog = async () => {
      await expect.poll(async () => (await sql('SELECT 1 FROM log_head WHERE size = signed_size AND NOT EXISTS (SELECT 1 FROM log_pending)')).rowCount, { timeout: 20_000 }).toBe(1);
      return (await sql('SELECT size, root, signed_size, checkpoint FROM log_head')).rows[0] as Record<'size' | 'root' | 'signed_size' | 'checkpoint', unknown>;
    };
    await enrolAt(registry);
    const backup = await headOfLog();
    const { identityId } = await enrolAt(registry);
    const today = await headOfLog();
    const setTo = ({ size, root, signed_size, checkpoint }: typeof backup) => sql('UPDATE log_head SET size = $1, root = $2, signed_size = $3, checkpoint = $4', [size, root, signed_size, checkpoint]);

    await setTo(backup);
    await sql('DELETE FROM identities WHERE identity_id = $1', [identityId]);
    await sql('DELETE FROM enrolments WHERE identity_id = $1', [identityId]);
    registry.moveTo('2028-01-01T00:00:00Z');
    expect(await run()).toMatchObject({ keysOfNobody: 0 });
    expect(await registry.keyStore.read(identityId)).toBeDefined();
    // Honest twin: in the database of today they are keys of nobody.
    await setTo(today);
    registry.moveTo('2036-01-01T00:00:00Z');
    expect(await run()).toMatchObject({ keysOfNobody: 1 });
  });

  it('an empty database and a key store that has keys are not taken for a pair', async () => {
    await registry.keyStore.create('of-a-lost-database');
    await sql('DELETE FROM key_store_binding');
    expect(await bindKeyStore(registry)).toBe(false);
    registry.moveTo('2036-01-01T00:00:00Z');
    expect(await run()).toMatchObject({ keysOfNobody: 0 });
    // Honest twin: what belongs together is told so at every start.
    await sql('INSERT INTO key_store_binding (key_store_id) VALUES ($1)', [registry.keyStore.id]);
    expect(await bindKeyStore(registry)).toBe(true);
    expect(await run()).toMatchObject({ keysOfNobody: 1 });
  });
});

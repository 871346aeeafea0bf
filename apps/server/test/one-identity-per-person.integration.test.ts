import type { LogEntry } from '@visavis/contract';
import { findIdentity, listIdentityLog } from '@visavis/registry';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { accepted, enrolAt, newAuthenticator, newDocument, newPerson } from './registry-citizen.ts';
import { startTestRegistry, type TestRegistry } from './start-test-registry.ts';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startTestRegistry();
});
beforeEach(() => registry.moveTo('2026-11-22T12:00:00Z'));
afterAll(() => registry?.close());

const codeOf = (result: { readonly ok: boolean; readonly fault?: { readonly code: string } }): string => (result.ok ? 'ok' : result.fault!.code);

/** What there is, table by table: a refusal must leave it as it was. */
async function rows(): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const table of ['identities', 'devices', 'consents', 'document_tags', 'person_tags', 'identity_log', 'log_pending', 'log_leaves']) {
    const { rows } = await registry.pool.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`);
    counts[table] = rows[0]!.n;
  }
  // Entries move from one of these to the other by themselves.
  counts['log'] = counts['log_pending']! + counts['log_leaves']!;
  delete counts['log_pending'];
  delete counts['log_leaves'];
  return counts;
}

const kinds = async (identityId: string): Promise<string[]> => (await listIdentityLog(registry, identityId)).map(({ text }) => (JSON.parse(text) as LogEntry).kind).toSorted();

describe('one living identity per person', () => {
  it('refuses a second one by another document, however the name is spelt, and leaves nothing of it', async () => {
    const first = await enrolAt(registry, { person: newPerson({ familyName: 'MUELLER', givenNames: 'ANNA MARIA' }) });
    const before = await rows();
    for (const spelling of [{}, { familyName: 'MÜLLER' }, { givenNames: 'ANNA-MARIA' }, { givenNames: 'Anna<Maria' }, { sex: 'unspecified' as const }, { nationality: 'D' }]) {
      const again = await accepted(registry, { person: { ...first.person, ...spelling }, document: newDocument() });
      const refused = await again.bind(await again.newPasskey(newAuthenticator()));
      expect(refused).toMatchObject({ ok: false, fault: { code: 'IDENTITY_PERSON_ALREADY_ENROLLED', retry: 'agent' } });
    }
    expect(await rows()).toEqual(before);
    expect((await findIdentity(registry, first.identityId))?.document).toEqual(first.document);
  });

  it('honest twins: who shares the name or the birth date alone gets an identity', async () => {
    const first = await enrolAt(registry, { person: newPerson({ givenNames: 'GRACE' }) });
    await enrolAt(registry, { person: { ...first.person, dateOfBirth: '1985-01-01' } });
    await enrolAt(registry, { person: { ...first.person, givenNames: 'GRACIE' } });
  });

  it('of two enrolments of one person at the same time exactly one makes an identity', async () => {
    for (let round = 0; round < 5; round++) {
      const before = await rows();
      const person = newPerson();
      const attempts = await Promise.all(Array.from({ length: 4 }, () => accepted(registry, { person, document: newDocument() })));
      const requests = await Promise.all(attempts.map((attempt) => attempt.newPasskey(newAuthenticator())));
      const codes = await Promise.all(attempts.map(async (attempt, i) => codeOf(await attempt.bind(requests[i]!))));
      expect(codes.toSorted()).toEqual([...Array.from({ length: 3 }, () => 'IDENTITY_PERSON_ALREADY_ENROLLED'), 'ok']);
      expect((await rows())['person_tags']).toBe(before['person_tags']! + 1);
    }
  });

  it('the same document again is told as such, and a document whose holder is dead makes nothing', async () => {
    const first = await enrolAt(registry);
    const again = await accepted(registry, first);
    expect(codeOf(await again.bind(await again.newPasskey(newAuthenticator())))).toBe('IDENTITY_DOCUMENT_ALREADY_ENROLLED');
    const document = newDocument();
    registry.report({ ...document, status: 'holderDeceased' });
    const dead = await accepted(registry, { person: newPerson(), document });
    expect(codeOf(await dead.bind(await dead.newPasskey(newAuthenticator())))).toBe('IDENTITY_HOLDER_DECEASED');
  });

  it('a holder whose keys are gone was erased, and came back with a restored database: it gives way', async () => {
    const first = await enrolAt(registry);
    await registry.keyStore.destroy(first.identityId);
    expect(await findIdentity(registry, first.identityId)).toBeUndefined();
    const second = await enrolAt(registry, first);
    expect((await registry.pool.query('SELECT 1 FROM identities WHERE identity_id = $1', [first.identityId])).rowCount).toBe(0);
    expect((await findIdentity(registry, second.identityId))?.person).toEqual(first.person);
  });

  it('but not where the database does not know this key store: there every key seems to be gone', async () => {
    const first = await enrolAt(registry);
    await registry.keyStore.destroy(first.identityId);
    await registry.pool.query(`UPDATE key_store_binding SET key_store_id = 'another'`);
    try {
      const again = await accepted(registry, first);
      expect(codeOf(await again.bind(await again.newPasskey(newAuthenticator())))).toBe('IDENTITY_DOCUMENT_ALREADY_ENROLLED');
    } finally {
      await registry.pool.query('UPDATE key_store_binding SET key_store_id = $1', [registry.keyStore.id]);
    }
  });
});

describe('a renewed document', () => {
  it('moves the identity with a passkey it has, and only once, also when the answer was lost', async () => {
    const citizen = await enrolAt(registry);
    registry.moveTo('2026-11-22T18:00:00Z');
    const before = await rows();
    const document = newDocument({ type: 'identityCard' });
    const attempt = await accepted(registry, { person: { ...citizen.person, givenNames: 'Ada' }, document });
    const request = await attempt.renewal(citizen.authenticator);
    const moved = await attempt.bind(request);
    expect(moved).toMatchObject({ ok: true, value: { identityId: citizen.identityId, document, createdAt: '2026-11-22T12:00:00.000Z' } });
    expect(await attempt.bind(request)).toEqual(moved);
    expect(await rows()).toEqual({ ...before, consents: before['consents']! + 1, identity_log: before['identity_log']! + 1, log: before['log']! + 1 });
    expect(await kinds(citizen.identityId)).toEqual(['deviceAdded', 'identityMade', 'identityRenewed']);
    // The old document is nobody's now, and the new one is taken.
    const other = await accepted(registry, { person: newPerson(), document });
    expect(codeOf(await other.bind(await other.newPasskey(newAuthenticator())))).toBe('IDENTITY_DOCUMENT_ALREADY_ENROLLED');
    await enrolAt(registry, { document: citizen.document });
  });

  it('ten at once of one request move it once', async () => {
    const citizen = await enrolAt(registry);
    const attempt = await accepted(registry, { person: citizen.person, document: newDocument() });
    const request = await attempt.renewal(citizen.authenticator);
    const answers = await Promise.all(Array.from({ length: 10 }, () => attempt.bind(request)));
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(answers[0]!.ok).toBe(true);
    expect(await kinds(citizen.identityId)).toEqual(['deviceAdded', 'identityMade', 'identityRenewed']);
  });

  const attacks: readonly (readonly [name: string, code: string, try_: () => Promise<string>])[] = [
    [
      'somebody with the same name and birth date and a passkey of nobody',
      'RENEWAL_PASSKEY_REFUSED',
      async () => {
        const citizen = await enrolAt(registry);
        const attempt = await accepted(registry, { person: citizen.person, document: newDocument() });
        const stranger = await enrolAt(registry);
        const request = await attempt.renewal(stranger.authenticator);
        // Names the victim as the one whose passkey answered.
        const passkey = request.renewal.passkey as { response: object };
        return codeOf(await attempt.bind({ renewal: { ...request.renewal, passkey: { ...passkey, response: { ...passkey.response, userHandle: citizen.identityId } } } }));
      },
    ],
    [
      "a passkey's answer to another challenge, made for the same enrolment",
      'RENEWAL_PASSKEY_REFUSED',
      async () => {
        const citizen = await enrolAt(registry);
        const attempt = await accepted(registry, { person: citizen.person, document: newDocument() });
        const [first, second] = [await attempt.renewal(citizen.authenticator), await attempt.renewal(citizen.authenticator)];
        return codeOf(await attempt.bind({ renewal: { ...first.renewal, passkey: second.renewal.passkey } }));
      },
    ],
    [
      "a passkey's answer for another enrolment",
      'PASSKEY_CHALLENGE_EXPIRED',
      async () => {
        const citizen = await enrolAt(registry);
        const [attempt, other] = [await accepted(registry, { person: citizen.person, document: newDocument() }), await accepted(registry, { person: citizen.person, document: newDocument() })];
        return codeOf(await attempt.bind(await other.renewal(citizen.authenticator)));
      },
    ],
    [
      'an answer that took too long',
      'PASSKEY_CHALLENGE_EXPIRED',
      async () => {
        const citizen = await enrolAt(registry);
        const attempt = await accepted(registry, { person: citizen.person, document: newDocument() });
        const request = await attempt.renewal(citizen.authenticator);
        registry.moveTo('2026-11-22T12:05:01Z');
        return codeOf(await attempt.bind(request));
      },
    ],
    [
      'a document with another name',
      'IDENTITY_NAME_CHANGED',
      async () => {
        const citizen = await enrolAt(registry);
        const attempt = await accepted(registry, { person: { ...citizen.person, familyName: 'KING' }, document: newDocument() });
        return codeOf(await attempt.bind(await attempt.renewal(citizen.authenticator)));
      },
    ],
    [
      "another person's document",
      'IDENTITY_OF_ANOTHER_PERSON',
      async () => {
        const citizen = await enrolAt(registry);
        const attempt = await accepted(registry, { person: newPerson(), document: newDocument() });
        return codeOf(await attempt.bind(await attempt.renewal(citizen.authenticator)));
      },
    ],
    [
      "a document that is another identity's",
      'IDENTITY_DOCUMENT_ALREADY_ENROLLED',
      async () => {
        const [citizen, other] = [await enrolAt(registry), await enrolAt(registry)];
        const attempt = await accepted(registry, { person: citizen.person, document: other.document });
        return codeOf(await attempt.bind(await attempt.renewal(citizen.authenticator)));
      },
    ],
    [
      'an identity whose holder is dead',
      'IDENTITY_HOLDER_DECEASED',
      async () => {
        const citizen = await enrolAt(registry);
        registry.report({ ...citizen.document, status: 'holderDeceased' });
        const attempt = await accepted(registry, { person: citizen.person, document: newDocument() });
        return codeOf(await attempt.bind(await attempt.renewal(citizen.authenticator)));
      },
    ],
  ];
  for (const [name, code, attempt] of attacks) {
    it(`${name}: ${code}`, async () => expect(await attempt()).toBe(code));
  }

  it('refused, leaves identity, document and challenge as they were: the honest answer still counts', async () => {
    const citizen = await enrolAt(registry);
    const document = newDocument();
    const other = await enrolAt(registry);
    const before = await rows();
    const attempt = await accepted(registry, { person: citizen.person, document });
    expect(codeOf(await attempt.bind(await attempt.renewal(other.authenticator)))).toBe('IDENTITY_OF_ANOTHER_PERSON');
    expect(await rows()).toEqual(before);
    expect((await findIdentity(registry, citizen.identityId))?.document).toEqual(citizen.document);
    expect(codeOf(await attempt.bind(await attempt.renewal(citizen.authenticator)))).toBe('ok');
  });
});

import type { LogEntry } from '@visavis/contract';
import { completeRecovery, findIdentity, findWaitingRecovery, freezeIdentity, issueChallenge, listDevices, listIdentityLog, listNotices, lock, readRecovery, readSession, startSession, unfreezeIdentity, unlock, verifyPasskeyAssertion, vetoRecovery } from '@visavis/registry';
import type { RequestOptions, SoftwareAuthenticator } from '@visavis/specimen';
import { generateKeyPair } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { accepted, completion, enrolAt, newAuthenticator, newDocument, newPerson, relyingParty } from './registry-citizen.ts';
import { startTestRegistry, type TestRegistry } from './start-test-registry.ts';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startTestRegistry();
});
beforeEach(() => registry.moveTo('2026-11-22T12:00:00Z'));
afterAll(() => registry?.close());

const A_DAY_LATER = '2026-11-23T12:00:00Z';

const codeOf = (result: { readonly ok: boolean; readonly fault?: { readonly code: string } }): string => (result.ok ? 'ok' : result.fault!.code);
const noticesOf = async (identityId: string) => (await listNotices(registry, identityId)).map(({ kind }) => kind);
const devicesOf = async (identityId: string) => (await listDevices(registry, identityId)).map(({ deviceId }) => deviceId);

/** Somebody with an identity shows document and face again, with a new passkey in hand. */
async function recovering(citizen?: Awaited<ReturnType<typeof enrolAt>>) {
  const enrolled = citizen ?? (await enrolAt(registry));
  const authenticator = newAuthenticator();
  const attempt = await accepted(registry, enrolled);
  const started = await attempt.recover(authenticator);
  return { ...enrolled, old: enrolled.authenticator, authenticator, started };
}

async function asserts(authenticator: SoftwareAuthenticator, purpose: 'session' | 'recoveryState') {
  const { challengeId, challenge } = await issueChallenge(registry, purpose, '');
  return { challengeId, challenge, passkey: { ...(await authenticator.get({ challenge, rpId: relyingParty.rpId, allowCredentials: [], userVerification: 'required' } as unknown as RequestOptions)) } };
}

async function signsIn(authenticator: SoftwareAuthenticator): Promise<boolean> {
  const { challenge, passkey } = await asserts(authenticator, 'session');
  return (await verifyPasskeyAssertion(registry, relyingParty, challenge, passkey)).ok;
}

async function vetoes(identityId: string): Promise<string> {
  const waiting = await findWaitingRecovery(registry, identityId);
  return codeOf(await vetoRecovery(registry, identityId, waiting!.recoveryId));
}

describe('a recovery with the same document and face', () => {
  it('tells the holder at once, waits a day, and then takes the place of the old device', async () => {
    const { identityId, old, authenticator, started } = await recovering();
    expect(started).toEqual({ ok: true, value: { readyAt: '2026-11-23T12:00:00.000Z', expiresAt: '2026-11-29T12:00:00.000Z' } });
    expect(await noticesOf(identityId)).toEqual(['recoveryStarted']);
    expect(await findWaitingRecovery(registry, identityId)).toMatchObject({ startedAt: '2026-11-22T12:00:00.000Z', readyAt: '2026-11-23T12:00:00.000Z' });
    // Nothing has changed yet: the old device works, the new one does not.
    expect([await signsIn(old), await signsIn(authenticator)]).toEqual([true, false]);
    const session = await startSession(registry, identityId, (await devicesOf(identityId))[0]);

    registry.moveTo('2026-11-23T11:59:59.999Z');
    expect(codeOf(await (await completion(registry, authenticator))())).toBe('RECOVERY_WAITING');
    registry.moveTo(A_DAY_LATER);
    expect(codeOf(await (await completion(registry, authenticator))())).toBe('ok');
    expect([await signsIn(old), await signsIn(authenticator)]).toEqual([false, true]);
    expect(await devicesOf(identityId)).toHaveLength(1);
    expect(await readSession(registry, session)).toBeUndefined();
    expect(await noticesOf(identityId)).toEqual(['recoveryCompleted', 'recoveryStarted']);
    const kinds = (await listIdentityLog(registry, identityId)).map(({ text }) => (JSON.parse(text) as LogEntry).kind).toSorted();
    expect(kinds).toEqual(['deviceAdded', 'deviceAdded', 'deviceRevoked', 'identityMade', 'identityRecovered']);
  });

  it('keeps the devices that the citizen keeps, and an answer for one choice counts for no other', async () => {
    const { identityId, old, authenticator } = await recovering();
    registry.moveTo(A_DAY_LATER);
    const keep = await devicesOf(identityId);
    const complete = await completion(registry, authenticator, keep);
    expect(codeOf(await complete([]))).toBe('PASSKEY_CHALLENGE_EXPIRED');
    expect(codeOf(await complete())).toBe('ok');
    expect([await signsIn(old), await signsIn(authenticator)]).toEqual([true, true]);
  });

  it('of twenty completions at once, with one answer or with twenty, exactly one counts', async () => {
    const one = await recovering();
    const many = await recovering();
    registry.moveTo(A_DAY_LATER);
    const complete = await completion(registry, one.authenticator);
    const answers = [];
    for (let i = 0; i < 20; i++) answers.push(await completion(registry, many.authenticator));
    const [withOne, withMany] = [await Promise.all(Array.from({ length: 20 }, () => complete())), await Promise.all(answers.map((answer) => answer()))];
    for (const codes of [withOne.map(codeOf), withMany.map(codeOf)]) {
      expect(codes.filter((code) => code === 'ok')).toHaveLength(1);
      for (const code of codes) expect(['ok', 'PASSKEY_CHALLENGE_EXPIRED', 'RECOVERY_PASSKEY_REFUSED']).toContain(code);
    }
    expect([await devicesOf(one.identityId), await devicesOf(many.identityId)].map((devices) => devices.length)).toEqual([1, 1]);
    // And none after that.
    expect(codeOf(await (await completion(registry, one.authenticator))())).toBe('RECOVERY_PASSKEY_REFUSED');
  });

  it('gives the level of its own verdict and no higher one', async () => {
    const citizen = await enrolAt(registry);
    const authenticator = newAuthenticator();
    expect(codeOf(await (await accepted(registry, { ...citizen, levelOfAssurance: 'eidas1' })).recover(authenticator))).toBe('ok');
    expect((await findIdentity(registry, citizen.identityId))?.levelOfAssurance).toBe('eidas2');
    registry.moveTo(A_DAY_LATER);
    expect(codeOf(await (await completion(registry, authenticator))())).toBe('ok');
    expect(await findIdentity(registry, citizen.identityId)).toMatchObject({ levelOfAssurance: 'eidas1', createdAt: '2026-11-22T12:00:00.000Z', document: citizen.document });
  });

  it('tells the holder of its passkey how far it is, and of devices only when its day is over', async () => {
    const { identityId, authenticator } = await recovering();
    const asks = async () => readRecovery(registry, relyingParty, await asserts(authenticator, 'recoveryState'));
    expect(await asks()).toEqual({ ok: true, value: { readyAt: '2026-11-23T12:00:00.000Z', devices: undefined } });
    registry.moveTo(A_DAY_LATER);
    expect(await asks()).toMatchObject({ ok: true, value: { devices: [{ deviceId: (await devicesOf(identityId))[0] }] } });
  });

  it('begun anew takes the place of the one that waits, and its day begins anew', async () => {
    const first = await recovering();
    registry.moveTo('2026-11-22T20:00:00Z');
    const second = await recovering(first);
    registry.moveTo('2026-11-23T19:59:59Z');
    expect(codeOf(await (await completion(registry, first.authenticator))())).toBe('RECOVERY_PASSKEY_REFUSED');
    expect(codeOf(await (await completion(registry, second.authenticator))())).toBe('RECOVERY_WAITING');
    registry.moveTo('2026-11-23T20:00:00Z');
    expect(codeOf(await (await completion(registry, second.authenticator))())).toBe('ok');
  });

  it('ends after a week that nobody came back in', async () => {
    const { authenticator } = await recovering();
    registry.moveTo('2026-11-29T12:00:00Z');
    expect(codeOf(await (await completion(registry, authenticator))())).toBe('RECOVERY_PASSKEY_REFUSED');
  });

  it('deletes a history that no device kept can open, and leaves one that the printed code opens', async () => {
    for (const openedBy of ['device', 'recovery'] as const) {
      const { identityId, authenticator } = await recovering();
      const [deviceId] = await devicesOf(identityId);
      await registry.pool.query('INSERT INTO history_keys VALUES ($1, $2)', [identityId, Buffer.alloc(65)]);
      await registry.pool.query('INSERT INTO history_wraps VALUES ($1, $2, $3, $4, $5)', [identityId, openedBy === 'device' ? deviceId : 'recovery', Buffer.alloc(32), Buffer.alloc(12), Buffer.alloc(48)]);
      registry.moveTo(A_DAY_LATER);
      expect(codeOf(await (await completion(registry, authenticator))())).toBe('ok');
      expect((await registry.pool.query('SELECT 1 FROM history_keys WHERE identity_id = $1', [identityId])).rowCount).toBe(openedBy === 'device' ? 0 : 1);
      registry.moveTo('2026-11-22T12:00:00Z');
    }
  });
});

describe('a veto', () => {
  it('ends the recovery for good, with a notice; the next one may be another day', async () => {
    const citizen = await recovering();
    expect(await vetoes(citizen.identityId)).toBe('ok');
    expect(await noticesOf(citizen.identityId)).toContain('recoveryVetoed');
    registry.moveTo(A_DAY_LATER);
    expect(codeOf(await (await completion(registry, citizen.authenticator))())).toBe('RECOVERY_PASSKEY_REFUSED');
    expect(await signsIn(citizen.old)).toBe(true);
    expect(codeOf((await recovering(citizen)).started)).toBe('ok');
  });

  it("does nothing for another's, or one that is over", async () => {
    const [citizen, other] = [await recovering(), await enrolAt(registry)];
    const { recoveryId } = (await findWaitingRecovery(registry, citizen.identityId))!;
    expect(codeOf(await vetoRecovery(registry, other.identityId, recoveryId))).toBe('RECOVERY_OVER');
    expect(codeOf(await vetoRecovery(registry, citizen.identityId, recoveryId))).toBe('ok');
    expect(codeOf(await vetoRecovery(registry, citizen.identityId, recoveryId))).toBe('RECOVERY_OVER');
    expect(await noticesOf(other.identityId)).toEqual([]);
  });

  it('twice in a month is a dispute for a counter; a month later the door is open again', async () => {
    const citizen = await enrolAt(registry);
    for (let time = 0; time < 2; time++) {
      expect(codeOf((await recovering(citizen)).started)).toBe('ok');
      expect(await vetoes(citizen.identityId)).toBe('ok');
    }
    expect((await recovering(citizen)).started).toMatchObject({ ok: false, fault: { code: 'RECOVERY_DISPUTED', retry: 'agent' } });
    registry.moveTo('2026-12-22T12:00:00Z');
    expect(codeOf((await recovering(citizen)).started)).toBe('ok');
  });

  it('and a completion at the same time: one of the two counts', async () => {
    for (let round = 0; round < 5; round++) {
      registry.moveTo('2026-11-22T12:00:00Z');
      const { identityId, authenticator, old } = await recovering();
      const { recoveryId } = (await findWaitingRecovery(registry, identityId))!;
      registry.moveTo(A_DAY_LATER);
      const complete = await completion(registry, authenticator);
      const codes = (await Promise.all([complete(), vetoRecovery(registry, identityId, recoveryId)])).map(codeOf);
      expect(codes.filter((code) => code === 'ok')).toHaveLength(1);
      expect(await signsIn(old)).toBe(codes[1] === 'ok');
    }
  });
});

describe('no recovery', () => {
  const attacks: readonly (readonly [name: string, code: string, attempt: () => Promise<string>])[] = [
    [
      'with a stolen passport and another face: there is no verdict but a refusal',
      'VERDICT_NOT_ACCEPTED',
      async () => {
        const attempt = await accepted(registry, await enrolAt(registry));
        const verdict = await attempt.verdictOf({ ...attempt.named, pathway: 'face', policyVersion: 'test-1', checks: [], outcome: 'reject', reasons: ['FACE_NOT_SAME_PERSON'] });
        return codeOf(await attempt.recover(newAuthenticator(), { verdict }));
      },
    ],
    [
      'with a verdict that no booth signed',
      'VERDICT_INVALID',
      async () => {
        const citizen = await enrolAt(registry);
        const attempt = await accepted(registry, citizen);
        const { privateKey } = await generateKeyPair('ES256');
        const verdict = await attempt.verdictOf({ ...attempt.named, pathway: 'face', policyVersion: 'test-1', checks: [], outcome: 'accept', levelOfAssurance: 'eidas2', person: citizen.person, document: citizen.document }, privateKey);
        return codeOf(await attempt.recover(newAuthenticator(), { verdict }));
      },
    ],
    [
      'with a document that was reported stolen',
      'IDENTITY_DOCUMENT_REPORTED',
      async () => {
        const citizen = await enrolAt(registry);
        registry.report({ ...citizen.document, status: 'lostOrStolen' });
        return codeOf((await recovering(citizen)).started);
      },
    ],
    [
      'with a document that was reported stolen while it waited',
      'IDENTITY_DOCUMENT_REPORTED',
      async () => {
        const { authenticator, document } = await recovering();
        registry.moveTo(A_DAY_LATER);
        registry.report({ ...document, status: 'lostOrStolen' });
        return codeOf(await (await completion(registry, authenticator))());
      },
    ],
    [
      "with another document of somebody with that name and birth date: a person's eyes are needed",
      'IDENTITY_PERSON_ALREADY_ENROLLED',
      async () => {
        const citizen = await enrolAt(registry);
        return codeOf(await (await accepted(registry, { person: citizen.person, document: newDocument() })).recover(newAuthenticator()));
      },
    ],
    ['of an identity that there is not', 'RECOVERY_NO_IDENTITY', async () => codeOf(await (await accepted(registry, { person: newPerson(), document: newDocument() })).recover(newAuthenticator()))],
    [
      'with a document that now names another person',
      'IDENTITY_OF_ANOTHER_PERSON',
      async () => codeOf(await (await accepted(registry, { ...(await enrolAt(registry)), person: newPerson() })).recover(newAuthenticator())),
    ],
    [
      'by the old passkey, or any that did not begin it',
      'RECOVERY_PASSKEY_REFUSED',
      async () => {
        const { old } = await recovering();
        registry.moveTo(A_DAY_LATER);
        return codeOf(await (await completion(registry, old))());
      },
    ],
    [
      'by an answer that was given to see how far it is',
      'PASSKEY_CHALLENGE_EXPIRED',
      async () => {
        const { authenticator } = await recovering();
        registry.moveTo(A_DAY_LATER);
        const { challengeId, passkey } = await asserts(authenticator, 'recoveryState');
        return codeOf(await completeRecovery(registry, relyingParty, { keep: [], answer: { challengeId, passkey } }));
      },
    ],
    [
      'by binding the enrolment with the words that began it',
      'ENROLMENT_ALREADY_USED',
      async () => {
        const citizen = await enrolAt(registry);
        const attempt = await accepted(registry, citizen);
        const passkeys: Record<string, unknown>[] = [];
        const authenticator = newAuthenticator();
        const create = authenticator.create.bind(authenticator);
        await attempt.recover({ ...authenticator, create: async (options) => (passkeys.push({ ...(await create(options)) }), passkeys[0] as never) });
        return codeOf(await attempt.bind({ passkey: passkeys[0]! }));
      },
    ],
  ];
  for (const [name, code, attempt] of attacks) it(`${name}: ${code}`, async () => expect(await attempt()).toBe(code));

  it('while the method is locked or the identity frozen, neither begun nor completed; lifted, it goes on', async () => {
    const shut = [
      ['RECOVERY_LOCKED', (id: string) => lock(registry, id, { method: 'recovery' }, 'infinity'), (id: string) => unlock(registry, id, { method: 'recovery' })],
      ['RECOVERY_FROZEN', (id: string) => freezeIdentity(registry, id, undefined), (id: string) => unfreezeIdentity(registry, id)],
    ] as const;
    for (const [code, close, open] of shut) {
      registry.moveTo('2026-11-22T12:00:00Z');
      const citizen = await recovering();
      await close(citizen.identityId);
      expect(codeOf((await recovering(citizen)).started)).toBe(code);
      registry.moveTo(A_DAY_LATER);
      expect(codeOf(await (await completion(registry, citizen.authenticator))())).toBe(code);
      expect((await findIdentity(registry, citizen.identityId))?.isFrozen).toBe(code === 'RECOVERY_FROZEN');
      await open(citizen.identityId);
      expect(codeOf(await (await completion(registry, citizen.authenticator))())).toBe('ok');
    }
  });

  it('where the identity has moved to another document meanwhile', async () => {
    const { identityId, person, old, authenticator } = await recovering();
    const renewal = await accepted(registry, { person, document: newDocument() });
    expect(await renewal.bind(await renewal.renewal(old))).toMatchObject({ ok: true, value: { identityId } });
    registry.moveTo(A_DAY_LATER);
    expect(codeOf(await (await completion(registry, authenticator))())).toBe('RECOVERY_PASSKEY_REFUSED');
  });
});

import { generateKeyPair } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from './start-test-server.ts';
import { createCitizen, type FaultAnswer, newDeviceKey, type TestEnrolment } from './test-citizen.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server?.stop());

const TABLES = ['identities', 'devices', 'consents', 'document_tags', 'sessions'] as const;

async function rows(): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const table of TABLES) {
    const { rows } = await server.database.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`);
    counts[table] = rows[0]?.n ?? -1;
  }
  return counts;
}

async function honest(enrolment: TestEnrolment) {
  return { possession: await enrolment.possession('bind'), verdict: await enrolment.verdict(), boothCertificate: enrolment.boothCertificate, passkey: await enrolment.passkey() };
}

const code = async (response: Response): Promise<string> => ((await response.json()) as FaultAnswer).fault.code;

describe('binding an identity', () => {
  it('honest twin: identity, passkey, consent and session are made, and the same request gets the same answer', async () => {
    const before = await rows();
    const citizen = createCitizen(server);
    const enrolment = await citizen.begin();
    const body = await honest(enrolment);
    const first = await enrolment.bind(body);
    expect(first.status).toBe(201);
    const bound = await first.json();
    expect(bound).toMatchObject({ person: { familyName: 'LOVELACE' }, levelOfAssurance: 'eidas2' });
    const again = await enrolment.bind({ ...body, possession: await enrolment.possession('bind') });
    expect([again.status, await again.json()]).toEqual([201, bound]);
    const after = await rows();
    for (const table of TABLES.filter((t) => t !== 'sessions')) expect(after[table]).toBe((before[table] ?? 0) + 1);
    const account = await citizen.browser.fetch(`${server.origin}/api/account`);
    expect(await account.json()).toMatchObject({ person: { givenNames: 'ADA' }, pathway: 'face', devices: [{}] });
    // A second, different request for the same enrolment is not a repeat.
    const second = await enrolment.bind({ ...body, possession: await enrolment.possession('bind'), verdict: await enrolment.verdict({ levelOfAssurance: 'eidas3' }) });
    expect([second.status, await code(second)]).toEqual([409, 'ENROLMENT_ALREADY_USED']);
  });

  it('ten concurrent requests of one enrolment make exactly one identity', async () => {
    const before = await rows();
    const enrolment = await createCitizen(server).begin();
    const body = await honest(enrolment);
    const answers = await Promise.all(Array.from({ length: 10 }, () => enrolment.bind(body)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(await Promise.all(answers.map((answer) => answer.text()))).size).toBe(1);
    expect((await rows())['identities']).toBe((before['identities'] ?? 0) + 1);
  });

  it('two different concurrent requests of one enrolment make exactly one identity', async () => {
    const before = await rows();
    const enrolment = await createCitizen(server).begin();
    const body = await honest(enrolment);
    const other = { ...body, verdict: await enrolment.verdict({ policyVersion: 'test-2' }) };
    const answers = await Promise.all([enrolment.bind(body), enrolment.bind(other)]);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409]);
    expect((await rows())['identities']).toBe((before['identities'] ?? 0) + 1);
  });

  const attacks: { readonly name: string; readonly expected: string; readonly spoil: (enrolment: TestEnrolment) => Promise<object> }[] = [
    { name: 'another device asks', expected: 'CLIENT_KEY_NOT_PROVEN', spoil: async (e) => ({ possession: await e.possession('bind', await newDeviceKey()) }) },
    { name: 'a proof over another passkey', expected: 'CLIENT_KEY_NOT_PROVEN', spoil: async (e) => ({ possession: (await e.signed({ possession: await e.possession('bind'), passkey: { id: 'another' } })).possession }) },
    { name: 'a proof for another action', expected: 'CLIENT_KEY_NOT_PROVEN', spoil: async (e) => ({ possession: await e.possession('passkeyOptions') }) },
    { name: 'a verdict signed by a key that is no booth', expected: 'VERDICT_INVALID', spoil: async (e) => ({ verdict: await e.signedBy((await generateKeyPair('ES256')).privateKey, e.claims()) }) },
    { name: 'a verdict for another device', expected: 'VERDICT_INVALID', spoil: async (e) => ({ verdict: await e.verdict({ clientKeyThumbprint: (await newDeviceKey()).thumbprint }) }) },
    { name: 'a verdict under another consent', expected: 'VERDICT_INVALID', spoil: async (e) => ({ verdict: await e.verdict({ consentId: 'AAAAAAAAAAAAAAAAAAAAAA' }) }) },
    { name: 'a verdict whose time is over', expected: 'VERDICT_INVALID', spoil: async (e) => ({ verdict: await e.verdict({ iat: 1_700_000_000, exp: 1_700_000_300 }) }) },
    {
      name: 'a verdict that did not accept',
      expected: 'VERDICT_NOT_ACCEPTED',
      spoil: async (e) => {
        const { levelOfAssurance: _level, person: _person, document: _document, ...rest } = e.claims();
        return { verdict: await e.signedBy(server.booths.get(e.enrolmentId)!.verdictKey, { ...rest, outcome: 'reject', reasons: ['FACE_NO_MATCH'] }) };
      },
    },
    {
      name: "another enrolment's booth certificate",
      expected: 'BOOTH_CERTIFICATE_INVALID',
      spoil: async () => ({ boothCertificate: (await createCitizen(server).begin()).boothCertificate }),
    },
    { name: 'a document reported lost', expected: 'IDENTITY_DOCUMENT_REPORTED', spoil: async (e) => ({ verdict: await e.verdict({ document: { ...e.claims().document, documentNumber: 'LOST0001' } }) }) },
    { name: 'a document that expired', expected: 'IDENTITY_DOCUMENT_EXPIRED', spoil: async (e) => ({ verdict: await e.verdict({ document: { ...e.claims().document, dateOfExpiry: '2020-01-01' } }) }) },
    {
      name: 'a passkey whose user was not verified',
      expected: 'PASSKEY_NOT_ACCEPTED',
      spoil: async (e) => {
        const passkey = await e.passkey();
        const object = Buffer.from(passkey.response.attestationObject, 'base64url');
        // authData: 32 bytes hash of the site, then the flags; attestation "none" signs nothing, so only the flag is wrong.
        const flagsAt = object.indexOf('authData') + 'authData'.length + 2 + 32;
        expect(object[flagsAt]! & 0x04).toBe(0x04);
        object[flagsAt]! &= ~0x04;
        return { passkey: { ...passkey, response: { ...passkey.response, attestationObject: object.toString('base64url') } } };
      },
    },
    { name: "a passkey made for another enrolment's challenge", expected: 'PASSKEY_NOT_ACCEPTED', spoil: async () => ({ passkey: await (await createCitizen(server).begin()).passkey() }) },
    { name: 'a passkey that is no passkey', expected: 'PASSKEY_NOT_ACCEPTED', spoil: async () => ({ passkey: { id: 7 } }) },
  ];
  for (const { name, expected, spoil } of attacks) {
    it(`${name}: ${expected}, and nothing is left; the same enrolment still serves its own device`, async () => {
      const enrolment = await createCitizen(server).begin();
      const body = await honest(enrolment);
      const before = await rows();
      const refused = await enrolment.bind({ ...body, ...(await spoil(enrolment)) });
      expect(await code(refused)).toBe(expected);
      expect(await rows()).toEqual(before);
      const bound = await enrolment.bind({ ...body, passkey: await enrolment.passkey() });
      expect(bound.status).toBe(201);
    });
  }

  it("somebody else's enrolment gives no passkey options, and one whose time is over gives nothing to anybody", async () => {
    const enrolment = await createCitizen(server).begin();
    const options = async (possession: string) =>
      fetch(`${server.origin}/api/enrolments/${enrolment.enrolmentId}/passkey-options`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ possession }) });
    expect(await code(await options(await enrolment.possession('passkeyOptions', await newDeviceKey())))).toBe('CLIENT_KEY_NOT_PROVEN');
    const body = await honest(enrolment);
    await server.database.query('UPDATE enrolments SET expires_at = $2 WHERE enrolment_id = $1', [enrolment.enrolmentId, new Date(Date.now() - 1)]);
    const before = await rows();
    const late = await enrolment.bind(body);
    expect([late.status, await code(late)]).toEqual([410, 'ENROLMENT_OVER']);
    expect(await code(await options(await enrolment.possession('passkeyOptions')))).toBe('ENROLMENT_OVER');
    expect(await rows()).toEqual(before);
  });

  it('two servers on one database: begun at one, bound at the other, also at both at once', async () => {
    const other = await server.startTwin();
    try {
      const before = await rows();
      const enrolment = await createCitizen(server).begin();
      const body = await enrolment.signed(await honest(enrolment));
      const at = (origin: string) => fetch(`${origin}/api/enrolments/${enrolment.enrolmentId}/identity`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
      const answers = await Promise.all([at(server.origin), at(other.origin), at(other.origin)]);
      expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
      expect((await rows())['identities']).toBe((before['identities'] ?? 0) + 1);
    } finally {
      await other.stop();
    }
  });

  it('a second device can not enrol a document again, and nothing of the try is left', async () => {
    await createCitizen(server).enrol('TWICE001');
    const before = await rows();
    const enrolment = await createCitizen(server).begin();
    const body = await honest(enrolment);
    const refused = await enrolment.bind({ ...body, verdict: await enrolment.verdict({ document: { ...enrolment.claims().document, documentNumber: 'TWICE001' } }) });
    expect([refused.status, await code(refused)]).toEqual([409, 'IDENTITY_DOCUMENT_ALREADY_ENROLLED']);
    expect(await rows()).toEqual(before);
  });

  it('two devices that enrol one document at the same time make one identity', async () => {
    const before = await rows();
    const enrolments = await Promise.all([createCitizen(server).begin(), createCitizen(server).begin()]);
    const bodies = await Promise.all(
      enrolments.map(async (e) => ({ ...(await honest(e)), verdict: await e.verdict({ document: { ...e.claims().document, documentNumber: 'RACE0001' } }) })),
    );
    const answers = await Promise.all(enrolments.map((e, i) => e.bind(bodies[i]!)));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409]);
    expect((await rows())['identities']).toBe((before['identities'] ?? 0) + 1);
  });

  it('a passkey needs a challenge: without one, PASSKEY_CHALLENGE_EXPIRED', async () => {
    const enrolment = await createCitizen(server).begin();
    const body = await honest(enrolment);
    await server.database.query('DELETE FROM challenges WHERE subject = $1', [enrolment.enrolmentId]);
    expect(await code(await enrolment.bind(body))).toBe('PASSKEY_CHALLENGE_EXPIRED');
  });

  it('a failure inside the transaction leaves nothing', async () => {
    const before = await rows();
    const enrolment = await createCitizen(server).begin();
    const body = await honest(enrolment);
    // The last statement of the transaction fails: everything before it must be undone.
    await server.database.query(`CREATE FUNCTION test_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'planted'; END $$`);
    await server.database.query(`CREATE TRIGGER test_refuse BEFORE UPDATE ON enrolments FOR EACH ROW WHEN (NEW.state = 'bound') EXECUTE FUNCTION test_refuse()`);
    try {
      const failed = await enrolment.bind(body);
      expect([failed.status, await code(failed)]).toEqual([500, 'SERVER_FAILED']);
      expect(await rows()).toEqual(before);
    } finally {
      await server.database.query('DROP TRIGGER test_refuse ON enrolments');
    }
    expect((await enrolment.bind(body)).status).toBe(201);
  });
});

import { type ReceiptFile, verifyReceipt } from '@visavis/contract';
import { verifyLoggedEntry } from '@visavis/log';
import { passkeyChallenge, verifyPasskeyAnswer } from '@visavis/signin';
import type { RequestOptions } from '@visavis/specimen';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enrolAt, relyingParty } from './registry-citizen.ts';
import { startTestRegistry } from './start-test-registry.ts';
import { startTestServer, type TestServer } from './start-test-server.ts';
import { createCitizen, type FaultAnswer, newDocumentNumber, type TestCitizen } from './test-citizen.ts';

let server: TestServer;
let keys: { readonly operatorKey: JsonWebKey & { kty: 'EC' }; readonly logKey: string };
beforeAll(async () => {
  server = await startTestServer();
  keys = (await (await fetch(`${server.origin}/api/configuration`)).json()) as typeof keys;
});
afterAll(() => server?.stop());

type Challenge = { readonly challengeId: string; readonly options: RequestOptions };
const told = async (response: Response): Promise<readonly [number, string]> => [response.status, ((await response.json()) as FaultAnswer).fault.code];
const identities = async (): Promise<number> => (await server.database.query('SELECT 1 FROM identities')).rowCount ?? 0;

const challenge = async (citizen: TestCitizen, path: string): Promise<Challenge> => (await (await citizen.browser.fetch(`${server.origin}${path}`, { json: {} })).json()) as Challenge;
const answered = async ({ challengeId, options }: Challenge, by: TestCitizen) => ({ challengeId, passkey: await by.authenticator.get(options) });
const erase = (citizen: TestCitizen, json: unknown, headers: Record<string, string> = {}): Promise<Response> => citizen.browser.fetch(`${server.origin}/api/account/erasure`, { json, headers });
const account = (citizen: TestCitizen): Promise<Response> => citizen.browser.fetch(`${server.origin}/api/account`);

async function enrolled(): Promise<TestCitizen> {
  const citizen = createCitizen(server);
  await citizen.enrol();
  return citizen;
}

describe('what the log says about a citizen', () => {
  it('is shown to them, each entry with a proof under the pinned key, and to nobody without a session', async () => {
    const citizen = await enrolled();
    const entries = (await (await citizen.browser.fetch(`${server.origin}/api/account/log`)).json()) as Parameters<typeof verifyLoggedEntry>[0][];
    const kinds = entries.map((entry) => {
      const verified = verifyLoggedEntry(entry, keys.logKey);
      return verified.ok ? (JSON.parse(verified.value.text) as { kind: string }).kind : verified.fault.code;
    });
    expect(kinds.toSorted()).toEqual(['deviceAdded', 'identityMade']);
    expect(await told(await fetch(`${server.origin}/api/account/log`))).toEqual([401, 'SIGN_IN_NEEDED']);
  });
});

describe('erasure by the citizen', () => {
  it('honest twin: with a fresh answer of the passkey, at once, with a receipt that anybody can check', async () => {
    const citizen = await enrolled();
    const before = await identities();
    const response = await erase(citizen, await answered(await challenge(citizen, '/api/account/erasure/options'), citizen));
    expect(response.status).toBe(200);
    const { receipt, logged } = (await response.json()) as ReceiptFile;
    expect(await verifyReceipt(receipt, keys.operatorKey)).toMatchObject({ ok: true, value: { subject: 'identity', reason: 'citizen' } });
    expect(verifyLoggedEntry(logged, keys.logKey).ok).toBe(true);
    expect(await identities()).toBe(before - 1);
    expect(response.headers.get('set-cookie')).toContain('Max-Age=0');
    expect(await told(await account(citizen))).toEqual([401, 'SIGN_IN_NEEDED']);
    expect(await told(await citizen.browser.fetch(`${server.origin}/api/session`, { json: await answered(await challenge(citizen, '/api/session/options'), citizen) }))).toEqual([401, 'SIGN_IN_PASSKEY_REFUSED']);
    // Nothing that was logged names anybody.
    expect(server.events.at(-1)).toEqual({ event: 'identity.erased' });
  });

  it('is possible also for who can not sign in any more, from any browser', async () => {
    const citizen = createCitizen(server);
    const documentNumber = newDocumentNumber();
    await citizen.enrol(documentNumber);
    await server.reportDocument({ issuingState: 'UTO', documentNumber });
    const elsewhere = { ...createCitizen(server), authenticator: citizen.authenticator };
    expect(await told(await elsewhere.browser.fetch(`${server.origin}/api/session`, { json: await answered(await challenge(elsewhere, '/api/session/options'), elsewhere) }))).toEqual([403, 'SIGN_IN_DOCUMENT_REPORTED']);
    expect((await erase(elsewhere, await answered(await challenge(elsewhere, '/api/account/erasure/options'), elsewhere))).status).toBe(200);
  });

  const attacks: readonly (readonly [name: string, expected: readonly [number, string], attempt: (victim: TestCitizen) => Promise<Response>])[] = [
    ['a session alone, without the passkey', [400, 'REQUEST_INVALID'], (victim) => erase(victim, {})],
    ['a passkey answer that was given for signing in', [401, 'SIGN_IN_CHALLENGE_EXPIRED'], async (victim) => erase(victim, await answered(await challenge(victim, '/api/session/options'), victim))],
    [
      'the answer of another challenge',
      [401, 'SIGN_IN_PASSKEY_REFUSED'],
      async (victim) => {
        const [first, second] = [await challenge(victim, '/api/account/erasure/options'), await challenge(victim, '/api/account/erasure/options')];
        return erase(victim, { ...(await answered(first, victim)), challengeId: second.challengeId });
      },
    ],
    [
      "a stranger's passkey that names the victim",
      [401, 'SIGN_IN_PASSKEY_REFUSED'],
      async (victim) => {
        const stranger = await enrolled();
        const asked = await challenge(stranger, '/api/account/erasure/options');
        const own = await answered(asked, stranger);
        const { response } = await victim.authenticator.get(asked.options);
        return erase(createCitizen(server), { ...own, passkey: { ...own.passkey, response: { ...own.passkey.response, userHandle: response.userHandle } } });
      },
    ],
    [
      "one's own passkey in the browser where somebody else is signed in",
      [409, 'SIGN_IN_OF_ANOTHER_PERSON'],
      async (victim) => {
        const other = await enrolled();
        return erase(victim, await answered(await challenge(victim, '/api/account/erasure/options'), other));
      },
    ],
    ['a page of another site', [403, 'REQUEST_CROSS_ORIGIN'], async (victim) => erase(victim, await answered(await challenge(victim, '/api/account/erasure/options'), victim), { origin: 'https://evil.example' })],
  ];
  for (const [name, expected, attempt] of attacks) {
    it(`${name}: ${expected[1]}, and nothing is erased`, async () => {
      const victim = await enrolled();
      expect(await told(await attempt(victim))).toEqual(expected);
      expect((await account(victim)).status).toBe(200);
      expect(server.events.filter(({ event }) => event === 'identity.erased')).toHaveLength(2);
    });
  }

  it('once: the same answer again finds nothing to erase', async () => {
    const citizen = await enrolled();
    const answer = await answered(await challenge(citizen, '/api/account/erasure/options'), citizen);
    expect((await erase(citizen, answer)).status).toBe(200);
    expect(await told(await erase(citizen, answer))).toEqual([401, 'SIGN_IN_CHALLENGE_EXPIRED']);
  });

  it('what the erased citizen was doing at a service ends with it, and nobody else is disturbed', async () => {
    const citizen = await enrolled();
    const { rows } = await server.database.query<{ identity_id: string }>('SELECT identity_id FROM identities ORDER BY ctid');
    await server.database.query(`INSERT INTO oidc_records (mount, model, record_id, payload, expires_at) SELECT 'strict', 'AccessToken', identity_id, jsonb_build_object('accountId', identity_id), now() + interval '1 minute' FROM identities`);
    await erase(citizen, await answered(await challenge(citizen, '/api/account/erasure/options'), citizen));
    expect((await server.database.query('SELECT 1 FROM oidc_records')).rowCount).toBe(rows.length - 1);
  });
});

describe('renewal over the wire', () => {
  it('moves the identity, needs the device of the enrolment, and takes no new passkey beside the old one', async () => {
    const citizen = await enrolled();
    const before = await identities();
    const enrolment = await citizen.begin();
    const renewalOptions = async (possession: string): Promise<Response> => citizen.browser.fetch(`${server.origin}/api/enrolments/${enrolment.enrolmentId}/renewal-options`, { json: { possession } });
    const body = { verdict: await enrolment.verdict(), boothCertificate: enrolment.boothCertificate, possession: await enrolment.possession('bind') };
    expect(await told(await renewalOptions(await enrolment.possession('bind')))).toEqual([403, 'CLIENT_KEY_NOT_PROVEN']);
    const renewal = await answered((await (await renewalOptions(await enrolment.possession('renewalOptions'))).json()) as Challenge, citizen);
    const both = { ...body, renewal, passkey: { id: 'another' } };
    expect(await told(await enrolment.bind(both))).toEqual([400, 'REQUEST_INVALID']);
    const moved = await citizen.browser.fetch(`${server.origin}/api/enrolments/${enrolment.enrolmentId}/identity`, { json: await enrolment.signed({ ...body, renewal }) });
    expect(moved.status).toBe(201);
    expect(await (await account(citizen)).json()).toMatchObject({ document: enrolment.claims().document });
    expect(await identities()).toBe(before);
    expect(server.events.at(-1)).toEqual({ event: 'identity.renewed' });
  });
});

describe('a holder who was reported dead', () => {
  it('does not sign in, where the purge has not come by yet; the honest twin does', async () => {
    const registry = await startTestRegistry();
    try {
      const [dead, alive] = [await enrolAt(registry), await enrolAt(registry)];
      registry.report({ ...dead.document, status: 'holderDeceased' });
      for (const [citizen, expected] of [[dead, { ok: false, fault: { code: 'SIGN_IN_HOLDER_DECEASED', retry: 'agent' } }], [alive, { ok: true, value: { identityId: alive.identityId } }]] as const) {
        const { challengeId, options } = await passkeyChallenge(registry, relyingParty, 'session', '');
        const passkey = { ...(await citizen.authenticator.get(options)) };
        expect(await verifyPasskeyAnswer(registry, relyingParty, 'session', '', { challengeId, passkey })).toMatchObject(expected);
      }
    } finally {
      await registry.close();
    }
  });
});

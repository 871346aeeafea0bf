import type { AccountAct, ProofContent } from '@visavis/contract';
import { newLookId } from '@visavis/client';
import { eraseIdentity, findIdentity, freezeIdentity, listNotices, listSharedProofs, lookAtProof, purge, revokeSharedProof, shareProof, unfreezeIdentity } from '@visavis/registry';
import type { RequestOptions } from '@visavis/specimen';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newProofSecret, type ProofLink, proofLinkOf } from '../../../packages/client/src/shared-proofs/proof-link.ts';
import { enrolAt } from './registry-citizen.ts';
import { startTestRegistry, type TestRegistry } from './start-test-registry.ts';
import { startTestServer, type TestServer } from './start-test-server.ts';
import { createCitizen, type FaultAnswer, type TestCitizen } from './test-citizen.ts';

type Asked = Parameters<typeof shareProof>[2];
const attributes: ProofContent['attributes'] = [{ attribute: 'family_name', value: 'LOVELACE' }, { attribute: 'age_over_18', value: 'true' }];
const words = { recipient: 'Ms Martin, Sunny Homes', purpose: 'rent a flat' };
const codeOf = (result: { readonly ok: boolean; readonly fault?: { readonly code: string } }): string => (result.ok ? 'ok' : result.fault!.code);
const newLink = async (): Promise<ProofLink> => (await proofLinkOf(newProofSecret()))!;

describe('a proof behind a link', () => {
  let registry: TestRegistry;
  beforeAll(async () => {
    registry = await startTestRegistry();
  });
  beforeEach(() => registry.moveTo('2026-11-22T12:00:00Z'));
  afterAll(() => registry?.close());

  const askedOf = ({ tokenHash, publicKey }: ProofLink, changes: Partial<Asked> = {}): Asked => ({ ...words, validFor: 'day', views: 1, tokenHash, publicKey, ...changes });
  const look = (link: Pick<ProofLink, 'token'>, lookId = newLookId()) => lookAtProof(registry, { token: link.token, lookId });
  const noticesOf = async (identityId: string) => (await listNotices(registry, identityId)).map(({ kind }) => kind).toSorted();
  async function shared(changes: Partial<Asked> = {}, citizen?: { readonly identityId: string; readonly document: { readonly issuingState: string; readonly documentNumber: string } }) {
    const { identityId, document } = citizen ?? (await enrolAt(registry));
    const link = await newLink();
    const made = await shareProof(registry, identityId, askedOf(link, changes), attributes);
    if (!made.ok) throw new Error(made.fault.code);
    const { rows } = await registry.pool.query<{ proof_id: string }>('SELECT proof_id FROM shared_proofs WHERE token_hash = $1', [Buffer.from(link.tokenHash, 'base64url')]);
    return { identityId, document, link, proofId: rows[0]!.proof_id };
  }

  it('shows what was chosen, once, to who has the link; its holder sees when, and is told', async () => {
    const { identityId, link } = await shared();
    registry.moveTo('2026-11-22T15:00:00Z');
    const seen = await look(link);
    if (!seen.ok) throw new Error(seen.fault.code);
    expect(seen.value.viewsLeft).toBe(0);
    expect(await link.open(seen.value.box)).toEqual({ ...words, attributes, provenAt: '2026-11-22T12:00:00.000Z', expiresAt: '2026-11-23T12:00:00.000Z' });
    expect(codeOf(await look(link))).toBe('SHARED_PROOF_USED');
    expect(await listSharedProofs(registry, identityId)).toEqual([
      { proofId: expect.any(String) as string, state: 'used', ...words, attributes: ['family_name', 'age_over_18'], views: 1, seenAt: ['2026-11-22T15:00:00.000Z'], createdAt: '2026-11-22T12:00:00.000Z', expiresAt: '2026-11-23T12:00:00.000Z' },
    ]);
    expect(await noticesOf(identityId)).toEqual(['proofSeen', 'proofShared']);
  });

  it('lies in no column in clear, and what the link opens not even under the key store', async () => {
    const { identityId, link } = await shared();
    const { rows } = await registry.pool.query<{ all: string }>('SELECT string_agg(p::text || b::text, $1) AS all FROM shared_proofs p JOIN shared_proof_boxes b USING (proof_id)', ['\n']);
    for (const secret of ['Martin', 'flat', 'LOVELACE', 'over_18', link.token, Buffer.from(link.token, 'base64url').toString('hex')]) expect(rows[0]!.all).not.toContain(secret);
    const seen = await look(link);
    if (!seen.ok) throw new Error(seen.fault.code);
    // All that the server could open for itself: a box for another key.
    expect(Buffer.from(seen.value.box, 'base64url').includes('LOVELACE')).toBe(false);
    expect(await (await newLink()).open(seen.value.box)).toBeUndefined();
    expect(await findIdentity(registry, identityId)).toBeDefined();
  });

  it('an answer that was lost is given again for a minute, and counts once', async () => {
    const { identityId, link } = await shared();
    const lookId = newLookId();
    const first = await look(link, lookId);
    registry.moveTo('2026-11-22T12:00:59Z');
    expect(await look(link, lookId)).toEqual(first);
    expect(codeOf(await look(link))).toBe('SHARED_PROOF_USED');
    registry.moveTo('2026-11-22T12:01:00Z');
    expect(codeOf(await look(link, lookId))).toBe('SHARED_PROOF_USED');
    expect(await noticesOf(identityId)).toEqual(['proofSeen', 'proofShared']);
  });

  it('of any number of looks at once exactly as many succeed as its holder allowed', async () => {
    const citizen = await enrolAt(registry);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 4 }), fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 2, maxLength: 12 }), async (views, lookers) => {
        const { link, proofId } = await shared({ views }, citizen);
        const ids = Array.from({ length: 10 }, newLookId);
        const answers = await Promise.all(lookers.map(async (looker) => ({ looker, code: codeOf(await look(link, ids[looker])) })));
        const one = (await listSharedProofs(registry, citizen.identityId)).find((each) => each.proofId === proofId)!;
        const distinct = new Set(lookers).size;
        expect(answers.filter(({ code }) => code !== 'ok' && code !== 'SHARED_PROOF_USED')).toEqual([]);
        // A look that others came between may count again, and never beyond what was allowed.
        expect(one.seenAt.length).toBeLessThanOrEqual(views);
        expect(one.seenAt.length).toBeGreaterThanOrEqual(Math.min(views, distinct));
        expect(new Set(answers.filter(({ code }) => code === 'ok').map(({ looker }) => looker)).size).toBeLessThanOrEqual(one.seenAt.length);
        if (views === 1) expect(new Set(answers.filter(({ code }) => code === 'ok').map(({ looker }) => looker)).size).toBe(1);
        await revokeSharedProof(registry, citizen.identityId, proofId);
      }),
      { numRuns: 25 },
    );
  });

  const refusals: readonly (readonly [name: string, code: string, attempt: (to: Awaited<ReturnType<typeof shared>>) => Promise<unknown>])[] = [
    ['after its time', 'SHARED_PROOF_EXPIRED', async () => registry.moveTo('2026-11-23T12:00:00Z')],
    ['that was taken back', 'SHARED_PROOF_REVOKED', ({ identityId, proofId }) => revokeSharedProof(registry, identityId, proofId)],
    ['of a frozen identity, thawed or not', 'SHARED_PROOF_REVOKED', async ({ identityId }) => {
      await freezeIdentity(registry, identityId, undefined);
      await unfreezeIdentity(registry, identityId);
    }],
    ['from a document that was reported stolen since', 'SHARED_PROOF_REVOKED', async ({ document }) => registry.report({ issuingState: document.issuingState, documentNumber: document.documentNumber, status: 'lostOrStolen' })],
    ['that was used', 'SHARED_PROOF_USED', ({ link }) => look(link)],
    ['of an erased identity', 'SHARED_PROOF_UNKNOWN', async ({ identityId, proofId }) => {
      expect((await eraseIdentity(registry, identityId, 'citizen', (claims) => registry.signReceipt(claims))).ok).toBe(true);
      for (const table of ['shared_proofs', 'shared_proof_boxes']) expect((await registry.pool.query(`SELECT 1 FROM ${table} WHERE proof_id = $1`, [proofId])).rows).toEqual([]);
    }],
    ['whose keys are gone, in a database that was set back', 'SHARED_PROOF_UNKNOWN', ({ identityId }) => registry.keyStore.destroy(identityId)],
  ];
  for (const [name, code, happens] of refusals)
    it(`one ${name}: ${code}; a moment before it was shown`, async () => {
      const [one, twin] = [await shared(), await shared()];
      await happens(one);
      expect(codeOf(await look(one.link))).toBe(code);
      registry.moveTo('2026-11-23T11:59:59Z');
      expect(codeOf(await look(twin.link))).toBe('ok');
    });

  it('a frozen identity shows nothing even where a proof slipped past the freeze, and makes none', async () => {
    const { identityId, link } = await shared();
    await registry.pool.query('UPDATE identities SET frozen = true WHERE identity_id = $1', [identityId]);
    expect(codeOf(await look(link))).toBe('SHARED_PROOF_REVOKED');
    expect(codeOf(await shareProof(registry, identityId, askedOf(await newLink()), attributes))).toBe('IDENTITY_FROZEN');
  });

  it('a token that nobody made, and one that was forgotten, are the same to a stranger', async () => {
    const { link } = await shared();
    expect(codeOf(await look(await newLink()))).toBe('SHARED_PROOF_UNKNOWN');
    registry.moveTo('2026-12-23T12:00:00Z');
    await purge(registry, (claims) => registry.signReceipt(claims), 'withoutLists');
    expect(codeOf(await look(link))).toBe('SHARED_PROOF_UNKNOWN');
  });

  it("another citizen can not take it back, nor see it in their list", async () => {
    const [one, other] = [await shared(), await shared()];
    await revokeSharedProof(registry, other.identityId, one.proofId);
    expect((await listSharedProofs(registry, other.identityId)).map(({ proofId }) => proofId)).toEqual([other.proofId]);
    expect(codeOf(await look(one.link))).toBe('ok');
  });

  it('ten may be open; what is over makes room, and the list has an end', async () => {
    const citizen = await enrolAt(registry);
    for (let n = 0; n < 10; n++) await shared({}, citizen);
    expect(codeOf(await shareProof(registry, citizen.identityId, askedOf(await newLink()), attributes))).toBe('SHARED_PROOF_TOO_MANY');
    const [newest] = await listSharedProofs(registry, citizen.identityId);
    await revokeSharedProof(registry, citizen.identityId, newest!.proofId);
    for (let n = 0; n < 25; n++) {
      registry.moveTo(new Date(registry.clock() + 1000).toISOString());
      const { proofId } = await shared({}, citizen);
      await revokeSharedProof(registry, citizen.identityId, proofId);
    }
    const states = (await listSharedProofs(registry, citizen.identityId)).map(({ state }) => state);
    expect([states.filter((state) => state === 'open').length, states.length]).toEqual([9, 30]);
  });

  it('a link that was there before, or whose key is none, is refused: SHARED_PROOF_LINK_REFUSED', async () => {
    const { identityId } = await enrolAt(registry);
    const link = await newLink();
    const noPoint = Buffer.concat([Buffer.of(4), Buffer.alloc(64, 7)]).toString('base64url');
    expect(codeOf(await shareProof(registry, identityId, askedOf(link, { publicKey: noPoint }), attributes))).toBe('SHARED_PROOF_LINK_REFUSED');
    expect(codeOf(await shareProof(registry, identityId, askedOf(link), attributes))).toBe('ok');
    expect(codeOf(await shareProof(registry, identityId, askedOf(link), attributes))).toBe('SHARED_PROOF_LINK_REFUSED');
    expect(await listSharedProofs(registry, identityId)).toHaveLength(1);
  });
});

describe('over HTTP', () => {
  let server: TestServer;
  let citizen: TestCitizen;
  beforeAll(async () => {
    server = await startTestServer({ VISAVIS_MODE: 'demo' });
    citizen = createCitizen(server);
    await citizen.enrol();
  });
  afterAll(() => server?.stop());

  const said = async (response: Response): Promise<readonly [number, string]> => [response.status, response.status < 300 ? 'ok' : ((await response.json()) as FaultAnswer).fault.code];
  const post = (route: string, json: unknown): Promise<Response> => citizen.browser.fetch(`${server.origin}${route}`, { json });
  const actOf = (link: ProofLink, changes: Record<string, unknown> = {}): AccountAct => ({ kind: 'shareProof', attributes: ['given_name', 'age_over_18'], ...words, validFor: 'hour', views: 1, tokenHash: link.tokenHash, publicKey: link.publicKey, ...changes });
  /** @param signed the act that the passkey confirms, where it is another */
  async function act(sent: AccountAct, signed = sent): Promise<Response> {
    const challenge = await post('/api/account/acts/options', signed);
    if (challenge.status !== 200) return challenge;
    const { challengeId, options } = (await challenge.json()) as { challengeId: string; options: RequestOptions };
    return post('/api/account/acts', { act: sent, answer: { challengeId, passkey: { ...(await citizen.authenticator.get(options)) } } });
  }
  const look = (token: string): Promise<Response> => fetch(`${server.origin}/api/shared-proofs/look`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ token, lookId: newLookId() }) });

  it('the passkey confirms a proof word for word, a stranger looks once, and the citizen sees it', async () => {
    const link = await newLink();
    expect(await said(await act(actOf(link, { recipient: 'Somebody else' }), actOf(link)))).toEqual([401, 'SIGN_IN_CHALLENGE_EXPIRED']);
    expect(await said(await act(actOf(link)))).toEqual([200, 'ok']);
    const seen = await look(link.token);
    expect(seen.headers.get('cache-control')).toBe('no-store');
    const { box } = (await seen.json()) as { box: string };
    expect((await link.open(box))?.attributes).toEqual([{ attribute: 'given_name', value: 'ADA' }, { attribute: 'age_over_18', value: 'true' }]);
    expect(await said(await look(link.token))).toEqual([410, 'SHARED_PROOF_USED']);
    const { offered, proofs } = (await (await citizen.browser.fetch(`${server.origin}/api/account/shared-proofs`)).json()) as { offered: readonly { attribute: string }[]; proofs: readonly { state: string }[] };
    expect(offered.map(({ attribute }) => attribute)).toEqual(['family_name', 'given_name', 'birthdate', 'gender', 'nationality', 'age_over_18', 'age_band']);
    expect(proofs.map(({ state }) => state)).toEqual(['used']);
  });

  it('words that are no words, attributes that are none, and too many looks are refused before anybody confirms', async () => {
    const link = await newLink();
    for (const wrong of [{ recipient: 'https://evil.example' }, { recipient: '' }, { purpose: 'a'.repeat(61) }, { purpose: 'two  spaces' }, { attributes: [] }, { attributes: ['email'] }, { attributes: ['gender', 'gender'] }, { views: 0 }, { views: 11 }, { validFor: 'year' }, { publicKey: '' }])
      expect(await said(await act(actOf(link, wrong)))).toEqual([400, 'REQUEST_INVALID']);
  });

  it('the list and the taking back need a session; a look takes nothing but a whole token', async () => {
    for (const request of [fetch(`${server.origin}/api/account/shared-proofs`), fetch(`${server.origin}/api/account/shared-proofs/${newLookId()}`, { method: 'DELETE' })]) expect(await said(await request)).toEqual([401, 'SIGN_IN_NEEDED']);
    expect(await said(await look('short'))).toEqual([400, 'REQUEST_INVALID']);
    expect(await said(await look((await newLink()).token))).toEqual([404, 'SHARED_PROOF_UNKNOWN']);
  });

  it('who tries tokens from one network is slowed down', async () => {
    const { token } = await newLink();
    const codes: string[] = [];
    for (let n = 0; n < 125; n++) codes.push((await said(await look(token)))[1]);
    expect(new Set(codes)).toEqual(new Set(['SHARED_PROOF_UNKNOWN', 'REQUEST_TOO_MANY']));
  });
});

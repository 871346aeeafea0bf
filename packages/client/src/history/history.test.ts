import { randomBytes } from 'node:crypto';
import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from '@hpke/core';
import { encodeHistoryEntry, HISTORY_PRF_INPUT, type HistoryEntry, historyEntryInfo, type HistoryKeys, type HistoryPage } from '@visavis/contract';
import { concatBytes, fromBase64Url, toBase64Url, utf8 } from '@visavis/kernel';
import { describe, expect, it } from 'vitest';
import type { Passkeys, ServerPort } from '../ports.ts';
import { addWayToOpen, openHistoryWithCode, openHistoryWithPasskey, readHistory, startHistory } from './history.ts';
import { createRecoveryCode } from './recovery-code.ts';

const random = (n: number): Uint8Array => new Uint8Array(randomBytes(n));
const identityId = toBase64Url(random(16));
const hpkeSuite = new CipherSuite({ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });

/** A passkey with a PRF secret of its own, or none. */
function passkey(prf?: Uint8Array): Passkeys {
  return {
    create: () => Promise.reject(new Error('not asked for')),
    get: (options) => {
      const asked = (options as { extensions?: { prf?: { eval?: { first?: Uint8Array } } } }).extensions?.prf?.eval?.first;
      expect(asked).toEqual(HISTORY_PRF_INPUT);
      return Promise.resolve({ id: 'a-credential', clientExtensionResults: prf === undefined ? {} : { prf: { results: { first: prf.slice().buffer } } } });
    },
  };
}

/** A server that keeps what it is given, as text, and seals what is signed in. */
function createServer() {
  const sent: string[] = [];
  let keys: HistoryKeys = { identityId };
  const entries: { entryId: string; sealed: string }[] = [];
  const port: ServerPort = {
    origin: 'https://id.example',
    openSocket: () => {
      throw new Error('not asked for');
    },
    fetch: (url, init) => {
      const { pathname, searchParams } = new URL(url);
      const body = typeof init.body === 'string' ? init.body : '';
      if (body !== '') sent.push(body);
      const parsed = (body === '' ? {} : JSON.parse(body)) as { publicKey: string; wraps: NonNullable<HistoryKeys['key']>['wraps']; wrap: NonNullable<HistoryKeys['key']>['wraps'][number] };
      if (pathname.endsWith('/options')) return Promise.resolve(Response.json({ challengeId: 'c', options: { challenge: 'AAAA' } }));
      if (pathname.endsWith('/entries')) {
        const from = entries.findIndex(({ entryId }) => entryId === searchParams.get('after')) + 1;
        const page: HistoryPage = { entries: entries.slice(from, from + 2), ...(from + 2 < entries.length && { next: entries[from + 1]!.entryId }) };
        return Promise.resolve(Response.json(page));
      }
      if (init.method === 'POST' && pathname.endsWith('/wraps')) keys = { identityId, key: { publicKey: parsed.publicKey, wraps: [...(keys.key?.wraps ?? []).filter(({ kind }) => kind !== parsed.wrap.kind || kind === 'passkey'), parsed.wrap] } };
      else if (init.method === 'POST') keys = { identityId, key: { publicKey: parsed.publicKey, wraps: parsed.wraps } };
      return Promise.resolve(new Response(null, { status: 204 }));
    },
  };
  return {
    port,
    sent,
    keys: () => keys,
    entries,
    async signIn(entry: HistoryEntry, sealedFor = identityId) {
      const entryId = toBase64Url(random(16));
      const recipientPublicKey = await hpkeSuite.kem.deserializePublicKey(fromBase64Url(keys.key!.publicKey).buffer);
      const { enc, ct } = await hpkeSuite.seal({ recipientPublicKey, info: historyEntryInfo(sealedFor) }, encodeHistoryEntry(entry), utf8(entryId));
      entries.push({ entryId, sealed: toBase64Url(concatBytes(new Uint8Array(enc), new Uint8Array(ct))) });
    },
  };
}

const entry = (hour: number): HistoryEntry => ({ at: `2026-11-22T0${hour}:00:00.000Z`, service: 'Utopia Tax Office', origin: 'https://tax.example', claims: ['given_name'], levelOfAssurance: 'eidas2' });

async function started(options: { readonly prf?: Uint8Array; readonly recoveryCode?: string }) {
  const server = createServer();
  const on = await startHistory({ server: server.port, passkeys: passkey(options.prf), identityId, ...(options.recoveryCode !== undefined && { recoveryCode: options.recoveryCode }) });
  return { server, on };
}

const code = (result: { ok: boolean; fault?: { code: string } }): string | undefined => result.fault?.code;

describe('a sealed history', () => {
  it('opens with the passkey, newest first, through all pages; the secret never went to the server', async () => {
    const prf = random(32);
    const { server, on } = await started({ prf });
    expect(on).toMatchObject({ ok: true, value: { opensWithPasskey: true } });
    for (const hour of [1, 5, 3]) await server.signIn(entry(hour));
    const key = await openHistoryWithPasskey(server.port, passkey(prf), server.keys());
    if (!key.ok) throw new Error(key.fault.code);
    expect(await readHistory(server.port, key.value)).toEqual({ ok: true, value: { entries: [entry(5), entry(3), entry(1)], unreadable: 0 } });
    // Control: the same search finds what was sent.
    expect(server.sent.join('')).toContain(key.value.publicKey);
    for (const spelt of [toBase64Url(prf), Buffer.from(prf).toString('hex'), JSON.stringify([...prf]).slice(1, -1), '"first"']) expect(server.sent.join('')).not.toContain(spelt);
  });

  it('does not open with another passkey, nor with one that has no PRF', async () => {
    const { server } = await started({ prf: random(32) });
    expect(code(await openHistoryWithPasskey(server.port, passkey(random(32)), server.keys()))).toBe('HISTORY_NOT_FOR_THIS_PASSKEY');
    expect(code(await openHistoryWithPasskey(server.port, passkey(), server.keys()))).toBe('HISTORY_NOT_FOR_THIS_PASSKEY');
  });

  it('opens with the printed code alone, however it is typed, when the passkey has no PRF', async () => {
    const recoveryCode = await createRecoveryCode(random);
    const { server, on } = await started({ recoveryCode });
    expect(on).toMatchObject({ ok: true, value: { opensWithPasskey: false } });
    await server.signIn(entry(1));
    const key = await openHistoryWithCode(server.keys(), ` ${recoveryCode.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l')}`);
    if (!key.ok) throw new Error(key.fault.code);
    expect(await readHistory(server.port, key.value)).toMatchObject({ ok: true, value: { entries: [entry(1)] } });
    expect(code(await openHistoryWithCode(server.keys(), await createRecoveryCode(random)))).toBe('HISTORY_CODE_WRONG');
    expect(code(await openHistoryWithCode(server.keys(), recoveryCode.slice(0, -1)))).toBe('HISTORY_CODE_MISTYPED');
  });

  it('is not switched on when nobody could open it', async () => {
    const { server, on } = await started({});
    expect(code(on)).toBe('HISTORY_PASSKEY_CANNOT_OPEN');
    expect(server.keys()).toEqual({ identityId });
  });

  it('a second code takes the place of the first, a second passkey stands beside it', async () => {
    const [prf, otherPrf, first, second] = [random(32), random(32), await createRecoveryCode(random), await createRecoveryCode(random)];
    const { server, on } = await started({ prf, recoveryCode: first });
    if (!on.ok) throw new Error(on.fault.code);
    expect(await addWayToOpen(server.port, passkey(otherPrf), on.value.key)).toMatchObject({ ok: true });
    expect(await addWayToOpen(server.port, passkey(prf), on.value.key, second)).toMatchObject({ ok: true });
    expect(await openHistoryWithPasskey(server.port, passkey(prf), server.keys())).toMatchObject({ ok: true });
    expect(await openHistoryWithPasskey(server.port, passkey(otherPrf), server.keys())).toMatchObject({ ok: true });
    expect(await openHistoryWithCode(server.keys(), second)).toMatchObject({ ok: true });
    expect(code(await openHistoryWithCode(server.keys(), first))).toBe('HISTORY_CODE_WRONG');
  });

  it('counts what does not open: an entry of another person, an id that was swapped, a flipped bit', async () => {
    const prf = random(32);
    const { server, on } = await started({ prf });
    if (!on.ok) throw new Error(on.fault.code);
    for (const hour of [1, 2, 3]) await server.signIn(entry(hour));
    await server.signIn(entry(4), toBase64Url(random(16)));
    [server.entries[0]!.entryId, server.entries[1]!.entryId] = [server.entries[1]!.entryId, server.entries[0]!.entryId];
    const flipped = fromBase64Url(server.entries[2]!.sealed);
    flipped[500]! ^= 1;
    server.entries[2]!.sealed = toBase64Url(flipped);
    await server.signIn(entry(5));
    expect(await readHistory(server.port, on.value.key)).toEqual({ ok: true, value: { entries: [entry(5)], unreadable: 4 } });
  });

  it('does not open when the server put another public key beside the wraps', async () => {
    const prf = random(32);
    const [{ server }, other] = [await started({ prf }), await started({ prf })];
    const swapped: HistoryKeys = { identityId, key: { publicKey: other.server.keys().key!.publicKey, wraps: server.keys().key!.wraps } };
    expect(code(await openHistoryWithPasskey(server.port, passkey(prf), swapped))).toBe('HISTORY_NOT_FOR_THIS_PASSKEY');
    expect(await openHistoryWithPasskey(server.port, passkey(prf), server.keys())).toMatchObject({ ok: true });
  });
});

describe('a recovery code', () => {
  it('has seven groups of four without characters that look alike, and differs every time', async () => {
    const codes = await Promise.all(Array.from({ length: 50 }, () => createRecoveryCode(random)));
    for (const made of codes) expect(made).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){6}[0-9A-HJKMNP-TV-Z]{4}$/);
    expect(new Set(codes).size).toBe(50);
  });

  it('tells nearly every wrong character from a wrong code', async () => {
    const keys: HistoryKeys = { identityId };
    const made = await createRecoveryCode(random);
    const mistyped = await Promise.all(made.split('').flatMap((right, i) => (right === '-' ? [] : '0123456789ABCDEFGHJKMNPQRSTVWXYZ'.split('').filter((wrong) => wrong !== right).map((wrong) => openHistoryWithCode(keys, made.slice(0, i) + wrong + made.slice(i + 1))))));
    const noticed = mistyped.filter((result) => code(result) === 'HISTORY_CODE_MISTYPED').length;
    // 868 single mistakes, of which 10 check bits miss 0.8 on average; 12 is beyond 1 in 10^10.
    expect(mistyped).toHaveLength(28 * 31);
    expect(noticed).toBeGreaterThan(28 * 31 - 12);
  });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BoothCertificate, boothKeyDigests, type FromSigner, type LoggedEntry, p256PublicJwk, type ReceiptClaims, verifyBoothCertificate, verifyReceipt } from '@visavis/contract';
import { toBase64Url } from '@visavis/kernel';
import { createNoteKey, formatCheckpoint, verifyNote } from '@visavis/log';
import fc from 'fast-check';
import { exportJWK, generateKeyPair } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SmallLog } from '../../../test/support/small-log.ts';
import { answerRequest } from './answer-request.ts';
import type { SignerKeys } from './open-keys.ts';
import { openMemory, type SignerMemory } from './open-memory.ts';

const NOW_MS = Date.parse('2026-11-22T12:00:00Z');
const NOW_S = NOW_MS / 1000;
const operator = await generateKeyPair('ES256');
const publicJwk = async (key: CryptoKey) => {
  const { kty, crv, x, y } = await exportJWK(key);
  return p256PublicJwk.parse({ kty, crv, x, y });
};
const operatorPublicKey = await publicJwk(operator.publicKey);
const id = (n: number): string => toBase64Url(new Uint8Array(16).fill(n));

let dir: string;
let memory: SignerMemory;
let log: SmallLog;
let keys: SignerKeys;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'visavis-signer-'));
  memory = openMemory(dir);
  log = new SmallLog();
  keys = { operatorKey: operator.privateKey, operatorPublicKey, logKey: log.key };
});
afterEach(() => {
  memory.close();
  rmSync(dir, { recursive: true });
});

const ask = (request: object, nowMs = NOW_MS): Promise<FromSigner> => answerRequest(JSON.stringify({ id: 7, ...request }), keys, memory, () => nowMs);
/** The code it was refused with, or 'signed'. */
const outcome = async (request: object, nowMs?: number): Promise<string> => {
  const answer = await ask(request, nowMs);
  return answer.type === 'refused' ? answer.code : answer.type;
};

async function booth(): Promise<Pick<BoothCertificate, 'channelKey' | 'verdictKey'>> {
  return { channelKey: toBase64Url(crypto.getRandomValues(new Uint8Array(65))), verdictKey: await publicJwk((await generateKeyPair('ES256')).publicKey) };
}
const claimsFor = (keysOfBooth: Awaited<ReturnType<typeof booth>>, changes: Partial<BoothCertificate> = {}): BoothCertificate => ({
  enrolmentId: id(1),
  clientKeyThumbprint: 'A'.repeat(43),
  ...keysOfBooth,
  iat: NOW_S - 60,
  exp: NOW_S + 960,
  ...changes,
});
const logged = async (keysOfBooth: Awaited<ReturnType<typeof booth>>, at = NOW_MS): Promise<LoggedEntry> => log.append({ kind: 'boothOpened', at: new Date(at).toISOString(), ...(await boothKeyDigests(keysOfBooth)) });

describe('a booth certificate', () => {
  it('honest twin: signed for keys that are in the log, and again for the same enrolment', async () => {
    const born = await booth();
    const claims = claimsFor(born);
    const entry = await logged(born);
    const answer = await ask({ type: 'certifyBooth', claims, logged: entry });
    expect(answer).toMatchObject({ id: 7, type: 'signed' });
    const certificate = answer.type === 'signed' ? answer.signed : '';
    const verified = await verifyBoothCertificate(certificate, { operatorKey: operatorPublicKey, enrolmentId: id(1), clientKeyThumbprint: 'A'.repeat(43), atMs: NOW_MS });
    expect(verified).toMatchObject({ ok: true, value: claims });
    expect(await outcome({ type: 'certifyBooth', claims, logged: entry })).toBe('signed');
  });

  it('refuses keys that were not logged, were logged as another booth\'s, in another log, or under a state that our key did not sign', async () => {
    const [born, other] = [await booth(), await booth()];
    const entry = await logged(born);
    const refused = async (claims: BoothCertificate, logged: LoggedEntry) => expect(await outcome({ type: 'certifyBooth', claims, logged })).toBe('SIGNER_BOOTH_NOT_LOGGED');
    await refused(claimsFor(other), entry);
    await refused(claimsFor({ ...born, channelKey: other.channelKey }), entry);
    await refused(claimsFor({ ...born, verdictKey: other.verdictKey }), entry);
    const elsewhere = new SmallLog();
    await refused(claimsFor(born), elsewhere.append({ kind: 'boothOpened', at: new Date(NOW_MS).toISOString(), ...(await boothKeyDigests(born)) }));
    await refused(claimsFor(born), log.proof(0, entry.opening, createNoteKey(log.key.name, new Uint8Array(32).fill(1))));
    await refused(claimsFor(other), log.proof(0, { ...entry.opening, text: JSON.stringify({ kind: 'boothOpened', at: new Date(NOW_MS).toISOString(), ...(await boothKeyDigests(other)) }) }));
    await refused(claimsFor(born), log.append('{"kind":"boothOpened"}'));
    await refused(claimsFor(born), await logged(born, NOW_MS - 3_600_000));
    expect(await outcome({ type: 'certifyBooth', claims: claimsFor(born), logged: entry })).toBe('signed');
  });

  it('refuses more than twenty minutes, another time than now, and an end before the beginning', async () => {
    const born = await booth();
    const entry = await logged(born);
    for (const changes of [{ exp: NOW_S - 60 + 1201 }, { iat: NOW_S + 3600, exp: NOW_S + 4000 }, { iat: NOW_S - 3600, exp: NOW_S - 3000 }, { exp: NOW_S - 60 }]) {
      expect(await outcome({ type: 'certifyBooth', claims: claimsFor(born, changes), logged: entry })).toBe('SIGNER_CERTIFICATE_TIMES_INVALID');
    }
    expect(await outcome({ type: 'certifyBooth', claims: claimsFor(born, { exp: NOW_S - 60 + 1200 }), logged: entry })).toBe('signed');
  });

  it('one booth serves one enrolment of one device: a second is refused, also after a restart, also with half of its keys', async () => {
    const born = await booth();
    const entry = await logged(born);
    expect(await outcome({ type: 'certifyBooth', claims: claimsFor(born), logged: entry })).toBe('signed');
    memory.close();
    memory = openMemory(dir);
    const again = { type: 'certifyBooth', logged: entry };
    expect(await outcome({ ...again, claims: claimsFor(born, { enrolmentId: id(2) }) })).toBe('SIGNER_BOOTH_ALREADY_CERTIFIED');
    expect(await outcome({ ...again, claims: claimsFor(born, { clientKeyThumbprint: 'B'.repeat(43) }) })).toBe('SIGNER_BOOTH_ALREADY_CERTIFIED');
    const half = { ...(await booth()), channelKey: born.channelKey };
    expect(await outcome({ type: 'certifyBooth', claims: claimsFor(half, { enrolmentId: id(2) }), logged: await logged(half) })).toBe('SIGNER_BOOTH_ALREADY_CERTIFIED');
    expect(await outcome({ ...again, claims: claimsFor(born) })).toBe('signed');
  });
});

describe('an erasure receipt', () => {
  const receipt: ReceiptClaims = {
    subject: 'booth',
    enrolmentId: id(1),
    clientKeyThumbprint: 'A'.repeat(43),
    boothKeyHash: 'B'.repeat(43),
    startedAt: '2026-11-22T11:59:00.000Z',
    endedAt: '2026-11-22T12:00:00.000Z',
    outcome: 'reject',
    processed: ['documentAccessKey'],
    cellsReaped: true,
    kept: [],
    iat: NOW_S,
  };

  it('is signed when its form and times are right', async () => {
    const answer = await ask({ type: 'signReceipt', claims: receipt });
    expect(await verifyReceipt(answer.type === 'signed' ? answer.signed : '', operatorPublicKey)).toMatchObject({ ok: true, value: receipt });
  });

  it('is refused when it says that nothing was reaped, more than there is to say, or times that can not be', async () => {
    expect(await outcome({ type: 'signReceipt', claims: { ...receipt, cellsReaped: false } })).toBe('SIGNER_REQUEST_INVALID');
    expect(await outcome({ type: 'signReceipt', claims: { ...receipt, note: 'x' } })).toBe('SIGNER_REQUEST_INVALID');
    for (const changes of [{ startedAt: '2026-11-22T12:00:01.000Z' }, { endedAt: '2026-11-22T13:00:00.000Z' }, { iat: NOW_S - 3600 }, { iat: NOW_S + 3600 }]) {
      expect(await outcome({ type: 'signReceipt', claims: { ...receipt, ...changes } })).toBe('SIGNER_RECEIPT_TIMES_INVALID');
    }
  });
});

describe('a checkpoint', () => {
  const grow = (to: number): void => {
    while (log.size < to) log.append('{}');
  };
  const sign = (size: number, consistency: readonly string[] = []) => outcome({ type: 'signCheckpoint', checkpoint: log.checkpoint(size), consistency });

  it('honest twin: each state that contains the one before, and the same state again', async () => {
    grow(20);
    let last = 0;
    for (const size of [0, 1, 2, 7, 8, 13, 20]) {
      expect([size, await sign(size, log.consistency(last, size))]).toEqual([size, 'signed']);
      last = size;
    }
    const answer = await ask({ type: 'signCheckpoint', checkpoint: log.checkpoint(20), consistency: [] });
    expect(verifyNote(answer.type === 'signed' ? answer.signed : '', log.key.verifierKey)).toMatchObject({ ok: true, value: log.checkpoint(20) });
    const again = await ask({ type: 'signCheckpoint', checkpoint: log.checkpoint(20), consistency: [] });
    expect(again).toEqual(answer);
  });

  it('refuses a fork, a shorter log, a rewritten past and a proof that is none; and signs the honest next state after all of them', async () => {
    grow(9);
    expect(await sign(6)).toBe('signed');
    const rewritten = new SmallLog();
    for (let i = 0; i < 9; i++) rewritten.append('{"other":1}');
    const at = (size: number, from: SmallLog, consistency: readonly string[]) => outcome({ type: 'signCheckpoint', checkpoint: from.checkpoint(size).replace(from.key.name, log.key.name), consistency });
    expect(await at(6, rewritten, [])).toBe('SIGNER_CHECKPOINT_FORKED');
    expect(await sign(5)).toBe('SIGNER_CHECKPOINT_SHRUNK');
    expect(await sign(0)).toBe('SIGNER_CHECKPOINT_SHRUNK');
    expect(await at(9, rewritten, rewritten.consistency(6))).toBe('SIGNER_CHECKPOINT_INCONSISTENT');
    for (const proof of [[], log.consistency(5), log.consistency(6).toReversed(), [...log.consistency(6), log.consistency(6)[0]!], log.consistency(6).map((hash) => `${hash.slice(0, 43)}-`)]) {
      expect(await sign(9, proof)).toBe('SIGNER_CHECKPOINT_INCONSISTENT');
    }
    expect(memory.lastCheckpoint()?.size).toBe(6);
    memory.close();
    memory = openMemory(dir);
    expect(await at(6, rewritten, [])).toBe('SIGNER_CHECKPOINT_FORKED');
    expect(await sign(9, log.consistency(6))).toBe('signed');
  });

  it('refuses another log\'s name and a text that is no checkpoint: a note of any text would be a signature of any text', async () => {
    const other = formatCheckpoint({ origin: 'log.test/another', size: 1, root: new Uint8Array(32) });
    for (const checkpoint of [other, 'pay the bearer\n', `${log.checkpoint()}more\n`, log.checkpoint().trimEnd(), '']) {
      expect(await outcome({ type: 'signCheckpoint', checkpoint, consistency: [] })).toBe('SIGNER_CHECKPOINT_INVALID');
    }
  });

  it('two processes can not both sign: the memory is one process\'s at a time', () => {
    expect(() => openMemory(dir)).toThrow(/locked/);
  });

  it('what could not be kept is not signed', async () => {
    grow(3);
    expect(await sign(2)).toBe('signed');
    const broken: SignerMemory = {
      ...memory,
      keepCheckpoint() {
        throw new Error('database or disk is full');
      },
    };
    const answer = await answerRequest(JSON.stringify({ id: 1, type: 'signCheckpoint', checkpoint: log.checkpoint(3), consistency: log.consistency(2) }), keys, broken, () => NOW_MS);
    expect(answer).toEqual({ id: 1, type: 'refused', code: 'SIGNER_FAILED', reason: '' });
    expect(await sign(3, log.consistency(2))).toBe('signed');
  });
});

describe('anything else', () => {
  it('is refused by code, whatever it is, with the number it came with where it has one', async () => {
    expect(await answerRequest('{"id":3,"type":"signBytes","bytes":"AA"}', keys, memory, () => NOW_MS)).toEqual({ id: 3, type: 'refused', code: 'SIGNER_REQUEST_INVALID', reason: '' });
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.json()), async (line) => {
        const answer = await answerRequest(line, keys, memory, () => NOW_MS);
        expect(answer).toMatchObject({ type: 'refused', code: 'SIGNER_REQUEST_INVALID' });
      }),
    );
  });
});

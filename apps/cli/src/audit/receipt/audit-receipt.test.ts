import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { p256PublicJwk, type ReceiptClaims, type ReceiptFile, receiptHash, signReceipt } from '@visavis/contract';
import { createNoteKey } from '@visavis/log';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { SmallLog } from '../../../../../test/support/small-log.ts';
import { runAudit } from '../audit.ts';

const folder = mkdtempSync(join(tmpdir(), 'visavis-receipt-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

const operator = await generateKeyPair('ES256', { extractable: true });
const publicJwk = async (key: CryptoKey) => {
  const { kty, crv, x, y } = await exportJWK(key);
  return p256PublicJwk.parse({ kty, crv, x, y });
};
const operatorKey = await publicJwk(operator.publicKey);
const log = new SmallLog();
const at = '2026-11-22T12:00:00.000Z';
const claims: ReceiptClaims = {
  subject: 'booth',
  enrolmentId: 'AAAAAAAAAAAAAAAAAAAAAA',
  clientKeyThumbprint: 'A'.repeat(43),
  boothKeyHash: 'B'.repeat(43),
  startedAt: '2026-11-22T11:59:00.000Z',
  endedAt: at,
  outcome: 'reject',
  processed: ['documentAccessKey', 'faceImages'],
  cellsReaped: true,
  kept: [{ what: 'receipt', why: 'So that you can fetch it again.', until: 'tomorrow' }],
  iat: Date.parse(at) / 1000,
};
const entryOf = async (receipt: string, changes: object = {}) => ({ kind: 'boothEnded', at, boothKeyHash: claims.boothKeyHash, outcome: claims.outcome, receiptHash: await receiptHash(receipt), ...changes }) as never;
const receipt = await signReceipt(claims, operator.privateKey);
for (let i = 0; i < 6; i++) log.append('{}');
const honest: ReceiptFile = { receipt, logged: log.append(await entryOf(receipt)) };

let files = 0;
function write(content: unknown): string {
  const file = join(folder, `${files++}.json`);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}
const keys = write({ operatorKey, logKey: log.key.verifierKey });

async function audit(...words: string[]): Promise<{ readonly status: number; readonly said: string; readonly errors: string }> {
  const said = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  const errors = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  said.mockClear();
  errors.mockClear();
  const status = await runAudit(words);
  return { status, said: said.mock.calls.flat().join('\n'), errors: errors.mock.calls.flat().join('\n') };
}
/** The code that a file is refused with, or 'holds'. */
async function verdict(file: unknown, ...options: string[]): Promise<string> {
  const { status, said } = await audit('receipt', write(file), ...(options.length === 0 ? ['--keys', keys] : options), '--json');
  const told = JSON.parse(said) as { readonly holds: boolean; readonly fault?: { readonly code: string } };
  expect(status).toBe(told.holds ? 0 : 1);
  return told.fault?.code ?? 'holds';
}

describe('visavis audit receipt', () => {
  it('honest twin: holds, by a file with both keys or by each given, and says in words what it shows and what not', async () => {
    expect(await verdict(honest)).toBe('holds');
    const keyFile = write(operatorKey);
    expect(await verdict(honest, '--operator-key', keyFile, '--log-key', log.key.verifierKey)).toBe('holds');
    const { status, said } = await audit('receipt', write(honest), '--keys', keys);
    expect(status).toBe(0);
    for (const words of ['This receipt holds.', 'number 6', 'not accepted', 'pictures from the camera', 'this receipt', 'until: tomorrow', 'What it does not show']) expect(said).toContain(words);
  });

  it('holds for an erased identity, too', async () => {
    const erased: ReceiptClaims = { subject: 'identity', endedAt: at, reason: 'citizen', erased: ['attributes', 'dataKey'], kept: [], iat: Date.parse(at) / 1000 };
    const signed = await signReceipt(erased, operator.privateKey);
    const logged = async (reason: string) => log.append({ kind: 'identityErased', at, reason, receiptHash: await receiptHash(signed) } as never);
    expect(await verdict({ receipt: signed, logged: await logged('citizen') })).toBe('holds');
    expect(await verdict({ receipt: signed, logged: await logged('inactive') })).toBe('RECEIPT_NOT_LOGGED');
    expect((await audit('receipt', write({ receipt: signed, logged: await logged('citizen') }), '--keys', keys)).said).toContain('A digital identity was erased');
  });

  it('refuses each changed claim, and a signature by another key or of another kind', async () => {
    const changes: readonly Partial<Extract<ReceiptClaims, { subject: 'booth' }>>[] = [{ outcome: 'accept' }, { processed: [] }, { kept: [] }, { endedAt: '2026-11-22T12:00:01.000Z' }, { startedAt: '2026-11-22T11:00:00.000Z' }, { boothKeyHash: 'C'.repeat(43) }, { clientKeyThumbprint: 'C'.repeat(43) }, { enrolmentId: 'BBBBBBBBBBBBBBBBBBBBBA' }, { iat: 1 }];
    const [header, , signature] = receipt.split('.') as [string, string, string];
    for (const change of changes) {
      const forged = `${header}.${Buffer.from(JSON.stringify({ ...claims, ...change })).toString('base64url')}.${signature}`;
      expect(await verdict({ ...honest, receipt: forged })).toBe('RECEIPT_INVALID');
      // Signed anew by the operator itself: another receipt than the one that is logged.
      expect(await verdict({ ...honest, receipt: await signReceipt({ ...claims, ...change }, operator.privateKey) })).toBe('RECEIPT_NOT_LOGGED');
    }
    const other = await generateKeyPair('ES256');
    expect(await verdict({ ...honest, receipt: await signReceipt(claims, other.privateKey) })).toBe('RECEIPT_INVALID');
    expect(await verdict({ ...honest, receipt: await new SignJWT({ ...claims }).setProtectedHeader({ alg: 'ES256', typ: 'visavis-verdict+jwt' }).sign(operator.privateKey) })).toBe('RECEIPT_INVALID');
    expect(await verdict({ ...honest, receipt: await new SignJWT({ ...claims, cellsReaped: false }).setProtectedHeader({ alg: 'ES256', typ: 'visavis-receipt+jwt' }).sign(operator.privateKey) })).toBe('RECEIPT_INVALID');
  });

  it('refuses a changed opening, proof or checkpoint, and the honest entry of something else', async () => {
    const { opening, proof } = honest.logged;
    const logged = (changes: object) => verdict({ ...honest, logged: { ...honest.logged, ...changes } });
    expect(await logged({ opening: { ...opening, text: opening.text.replace('reject', 'accept') } })).toBe('LOG_PROOF_INVALID');
    expect(await logged({ opening: { ...opening, salt: 'A'.repeat(43) } })).toBe('LOG_PROOF_INVALID');
    expect(await logged({ opening: { ...opening, salt: `${'A'.repeat(42)}B` } })).toBe('LOG_OPENING_INVALID');
    expect(await logged({ proof: proof.replace('index 6', 'index 5') })).toBe('LOG_PROOF_INVALID');
    expect(await logged({ proof: `${proof}x` })).toBe('LOG_CHECKPOINT_INVALID');
    expect(await logged({ proof: '' })).toBe('LOG_PROOF_INVALID');
    const forger = createNoteKey(log.key.name, new Uint8Array(32).fill(1));
    expect(await verdict({ ...honest, logged: log.proof(6, opening, forger) })).toBe('LOG_CHECKPOINT_INVALID');
    expect(await verdict({ ...honest, logged: new SmallLog().append(opening.text) })).toBe('LOG_CHECKPOINT_INVALID');
    for (const changes of [{ receiptHash: 'A'.repeat(43) }, { boothKeyHash: 'A'.repeat(43) }, { outcome: 'accept' }, { kind: 'agentAccess' }]) {
      expect(await verdict({ ...honest, logged: log.append(await entryOf(receipt, changes)) })).toBe('RECEIPT_NOT_LOGGED');
    }
    expect(await verdict({ ...honest, logged: log.append('not JSON') })).toBe('RECEIPT_NOT_LOGGED');
  });

  it('any changed byte of the file is refused by a known code, never an exception', async () => {
    const text = JSON.stringify(honest);
    const known = new Set(['RECEIPT_INVALID', 'RECEIPT_NOT_LOGGED', 'LOG_PROOF_INVALID', 'LOG_CHECKPOINT_INVALID', 'LOG_OPENING_INVALID']);
    for (let i = 0; i < text.length; i += 7) {
      const changed = `${text.slice(0, i)}${text[i] === 'A' ? 'B' : 'A'}${text.slice(i + 1)}`;
      const code = await verdict(changed);
      expect(known, `byte ${i}: ${code}`).toContain(code);
    }
  });

  it('refuses other keys than those that signed, and keys or files that can not be read', async () => {
    const another = write({ operatorKey: await publicJwk((await generateKeyPair('ES256')).publicKey), logKey: log.key.verifierKey });
    expect(await verdict(honest, '--keys', another)).toBe('RECEIPT_INVALID');
    expect(await verdict(honest, '--keys', write({ operatorKey, logKey: new SmallLog().key.verifierKey }))).toBe('LOG_CHECKPOINT_INVALID');
    expect(await verdict(honest, '--operator-key', keys, '--log-key', 'nonsense')).toBe('AUDIT_KEYS_UNREADABLE');
    for (const file of [join(folder, 'none'), write('nonsense'), write({ operatorKey }), write({ operatorKey: { ...operatorKey, d: 'A'.repeat(43) }, logKey: log.key.verifierKey }), folder]) expect(await verdict(honest, '--keys', file)).toBe('AUDIT_KEYS_UNREADABLE');
    expect(await verdict('nonsense')).toBe('RECEIPT_INVALID');
    expect(await verdict({ ...honest, more: 1 })).toBe('RECEIPT_INVALID');
    expect(await verdict('x'.repeat(300_000))).toBe('AUDIT_FILE_UNREADABLE');
    expect(await audit('receipt', join(folder, 'none'), '--keys', keys)).toMatchObject({ status: 1, errors: expect.stringContaining('AUDIT_FILE_UNREADABLE') });
  });

  it('without keys there is no check: it asks for them', async () => {
    for (const words of [['receipt'], ['receipt', 'a'], ['receipt', 'a', '--log-key', 'k'], ['receipt', 'a', '--operator-key', 'k'], ['receipt', 'a', '--keys', 'k', '--log-key', 'l'], ['receipt', 'a', 'b', '--keys', 'k'], ['receipt', 'a', '--no-log']]) {
      expect(await audit(...words)).toMatchObject({ status: 2, errors: expect.stringContaining('visavis audit receipt FILE') });
    }
  });
});

describe('visavis audit keys', () => {
  it('prints what a receipt is checked with, and says where it came from', async () => {
    const server = createServer((_request, response) => response.end(JSON.stringify({ operatorKey, logKey: log.key.verifierKey, consentTextVersion: '1' })));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const told = await audit('keys', url);
    expect([told.status, JSON.parse(told.said)]).toEqual([0, { operatorKey, logKey: log.key.verifierKey }]);
    expect(told.errors).toContain(`come from ${url} itself`);
    expect(await verdict(honest, '--keys', write(told.said))).toBe('holds');
    await new Promise((resolve) => server.close(resolve));
    expect(await audit('keys', url)).toMatchObject({ status: 1, said: '', errors: expect.stringContaining('AUDIT_SERVER_UNREACHABLE') });
    expect((await audit('keys', 'nowhere')).status).toBe(2);
  });
});

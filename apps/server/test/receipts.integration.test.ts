import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { verifyReceiptFile } from '@visavis/client';
import { type BoothCertificate, boothKeyDigests, clientConfiguration } from '@visavis/contract';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from './start-test-server.ts';
import { createCitizen, type FaultAnswer, newDeviceKey, randomId, type TestEnrolment } from './test-citizen.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server?.stop());

const ask = async (enrolment: Pick<TestEnrolment, 'enrolmentId'>, possession: string): Promise<Response> =>
  fetch(`${server.origin}/api/enrolments/${enrolment.enrolmentId}/receipt`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ possession }) });
const code = async (response: Response): Promise<string> => (response.status === 200 ? 'given' : ((await response.json()) as FaultAnswer).fault.code);
const pinned = async () => clientConfiguration.parse(await (await fetch(`${server.origin}/api/configuration`)).json());

/** Asks until there is one, and verifies it offline. */
async function receiptOf(enrolment: TestEnrolment) {
  let answer: Response | undefined;
  await expect.poll(async () => {
    answer = await ask(enrolment, await enrolment.possession('receipt'));
    return answer.status;
  }, { timeout: 15_000 }).toBe(200);
  const verified = await verifyReceiptFile(await answer!.json(), await pinned());
  if (!verified.ok || verified.value.claims.subject !== 'booth') throw new Error('no receipt of a booth');
  return { ...verified.value, claims: verified.value.claims };
}

const signerOf = (serverPid: number): number[] =>
  readdirSync('/proc').filter((name) => {
    try {
      return /^\d+$/.test(name) && readFileSync(`/proc/${name}/cmdline`, 'utf8').includes('apps/signer/src/main.ts') && readFileSync(`/proc/${name}/stat`, 'utf8').split(') ')[1]?.split(' ')[1] === String(serverPid);
    } catch {
      return false;
    }
  }).map(Number);

describe('the erasure receipt', () => {
  it('honest twin: after an accepted enrolment it names what came into the room, what is kept, and its own booth; and is the same again', async () => {
    const enrolment = await createCitizen(server).begin();
    const booth = server.booths.get(enrolment.enrolmentId)!;
    expect(await code(await ask(enrolment, await enrolment.possession('receipt')))).toBe('RECEIPT_NOT_READY');
    for (const event of ['chip.started', 'document.arrived', 'chip.read', 'chip.authentic', 'portrait.handed', 'capture.started', 'frame.arrived']) booth.tell(event);
    booth.end('accept', []);
    const { claims, logged, file } = await receiptOf(enrolment);
    const certificate = decodeJwt(enrolment.boothCertificate) as unknown as BoothCertificate;
    expect(claims).toMatchObject({
      enrolmentId: enrolment.enrolmentId,
      clientKeyThumbprint: enrolment.key.thumbprint,
      boothKeyHash: (await boothKeyDigests(certificate)).boothKeyHash,
      outcome: 'accept',
      cellsReaped: true,
      processed: ['documentAccessKey', 'chipDocumentData', 'chipPortrait', 'faceTemplates', 'faceImages', 'headMovements'],
    });
    expect(claims.kept.map(({ what }) => what)).toEqual(expect.arrayContaining(['receipt', 'logCommitment', 'consentRecord', 'documentTryCount', 'printedIdentity', 'passkey']));
    expect(Date.parse(claims.startedAt)).toBeLessThanOrEqual(Date.parse(claims.endedAt));
    expect([logged.at, logged.size > logged.index]).toEqual([claims.endedAt, true]);
    expect((await receiptOf(enrolment)).file).toEqual(file);
  });

  it('says of a refused and of a withdrawn enrolment only what came that far, and that nothing of an identity is kept', async () => {
    const identity = ['printedIdentity', 'documentNumber', 'documentTag', 'personTag', 'passkey', 'levelOfAssurance'];
    const refused = await createCitizen(server).begin();
    server.booths.get(refused.enrolmentId)!.tell('chip.started');
    server.booths.get(refused.enrolmentId)!.end('reject', ['PA_SOD_SIGNATURE_INVALID']);
    const rejected = (await receiptOf(refused)).claims;
    expect([rejected.outcome, rejected.processed]).toEqual(['reject', ['documentAccessKey']]);
    const withdrawn = await createCitizen(server).begin();
    const ended = await fetch(`${server.origin}/api/enrolments/${withdrawn.enrolmentId}/withdraw`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ possession: await withdrawn.possession('withdraw') }) });
    expect(ended.status).toBe(204);
    const nothing = (await receiptOf(withdrawn)).claims;
    expect(nothing.processed).toEqual([]);
    for (const { kept } of [rejected, nothing]) expect(kept.filter(({ what }) => identity.includes(what))).toEqual([]);
  });

  it('is verified by the command line, offline, with keys that were kept beforehand', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'visavis-receipt-'));
    try {
      const visavis = async (...words: readonly string[]) => {
        const child = spawn(process.execPath, [path.join(import.meta.dirname, '../../cli/src/main.ts'), 'audit', ...words]);
        let said = '';
        child.stdout.on('data', (text: Buffer) => (said += text.toString()));
        const [status] = (await once(child, 'close')) as [number];
        return { status, said };
      };
      const keys = await visavis('keys', server.origin);
      writeFileSync(path.join(folder, 'keys.json'), keys.said);
      const enrolment = await createCitizen(server).begin();
      server.booths.get(enrolment.enrolmentId)!.end('reject', []);
      const { file } = await receiptOf(enrolment);
      writeFileSync(path.join(folder, 'receipt.json'), JSON.stringify(file));
      expect(await visavis('receipt', path.join(folder, 'receipt.json'), '--keys', path.join(folder, 'keys.json'))).toMatchObject({ status: 0, said: expect.stringContaining('This receipt holds.') });
      writeFileSync(path.join(folder, 'receipt.json'), JSON.stringify({ ...file, receipt: enrolment.boothCertificate }));
      expect(await visavis('receipt', path.join(folder, 'receipt.json'), '--keys', path.join(folder, 'keys.json'), '--json')).toMatchObject({ status: 1, said: expect.stringContaining('RECEIPT_INVALID') });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('is for the device that started only', async () => {
    const enrolment = await createCitizen(server).begin();
    server.booths.get(enrolment.enrolmentId)!.end('reject', []);
    await receiptOf(enrolment);
    expect(await code(await ask(enrolment, await enrolment.possession('receipt', await newDeviceKey())))).toBe('CLIENT_KEY_NOT_PROVEN');
    expect(await code(await ask(enrolment, await enrolment.possession('withdraw')))).toBe('CLIENT_KEY_NOT_PROVEN');
    expect(await code(await ask({ enrolmentId: randomId() }, await enrolment.possession('receipt')))).toBe('ENROLMENT_UNKNOWN');
    expect(await code(await ask({ enrolmentId: 'nonsense' }, 'a.b.c'))).toBe('REQUEST_INVALID');
    expect(await code(await ask(enrolment, await enrolment.possession('receipt')))).toBe('given');
  });

  it('is written for the rooms that a stopping server ends, and told as unavailable where none ever was', async () => {
    const enrolment = await createCitizen(server).begin();
    await server.restart();
    expect((await receiptOf(enrolment)).claims.outcome).toBe('failed');
    // What a server that was killed leaves: an enrolment without a room and without a receipt.
    await server.database.query('UPDATE enrolments SET receipt = NULL WHERE enrolment_id = $1', [enrolment.enrolmentId]);
    const answer = await ask(enrolment, await enrolment.possession('receipt'));
    expect([answer.status, await code(answer)]).toEqual([410, 'RECEIPT_UNAVAILABLE']);
  });

  it('comes although the signer is killed just then, and the log goes on', async () => {
    for (let round = 0; round < 3; round++) {
      const enrolment = await createCitizen(server).begin();
      for (const pid of signerOf(process.pid)) process.kill(pid, 'SIGKILL');
      server.booths.get(enrolment.enrolmentId)!.end('accept', []);
      if (round === 1) for (const pid of signerOf(process.pid)) process.kill(pid, 'SIGKILL');
      expect((await receiptOf(enrolment)).claims.outcome).toBe('accept');
    }
    expect((await createCitizen(server).begin()).boothCertificate).toMatch(/^ey/);
  });
});

import { writeFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fromBase64Url } from '@visavis/kernel';
import { commitment, toBase64, verifyCheckpoint } from '@visavis/log';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readLog } from './read-log.ts';
import { startTestServer, type TestServer } from './start-test-server.ts';

let folder: string;
let anchors: string;
let server: TestServer;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'visavis-test-'));
  anchors = path.join(folder, 'anchors.json');
  await writeFile(anchors, JSON.stringify({ specimen: false, cscaCertificates: [], crls: [] }));
  server = await startTestServer({ VISAVIS_TRUST_ANCHORS_FILE: anchors });
});
afterAll(async () => {
  await server?.stop();
  await rm(folder, { recursive: true });
});

const text = async (at: string): Promise<string> => (await fetch(`${server.origin}/log/${at}`)).text();
const openings = async (): Promise<readonly { readonly salt: string; readonly text: string }[]> => (JSON.parse(await text('openings')) as { openings: { salt: string; text: string }[] }).openings;
const facts = async (): Promise<readonly string[]> => (await openings()).map((opening) => {
  const { kind, policy, key } = JSON.parse(opening.text) as { kind: string; policy?: string; key?: string };
  return [kind, policy ?? key ?? ''].join(' ').trim();
});
const log = {
  checkpoint: () => text('checkpoint'),
  async tile(level: number | 'entries', index: number, width: number): Promise<Uint8Array | undefined> {
    const answer = await fetch(`${server.origin}/log/tile/${level}/${String(index).padStart(3, '0')}${width === 256 ? '' : `.p/${width}`}`);
    return answer.status === 200 ? new Uint8Array(await answer.arrayBuffer()) : undefined;
  },
};
const atStart = ['policyChanged decision', 'policyChanged face', 'policyChanged retention', 'trustStoreChanged', 'keyRotated operator', 'keyRotated log', 'keyRotated signIn'];

it('a server logs what it runs under with its text, once, and again only what has changed', async () => {
  await expect.poll(facts, { timeout: 10_000 }).toEqual(atStart);
  await server.restart();
  expect(await facts()).toEqual(atStart);
  await writeFile(anchors, JSON.stringify({ specimen: false, cscaCertificates: [], crls: [], }, undefined, 1));
  await server.restart();
  await expect.poll(facts, { timeout: 10_000 }).toEqual([...atStart, 'trustStoreChanged']);
});

it('its log is whole, and every opening that it shows is in it', async () => {
  const logKey = (await text('key')).trim();
  const { entries } = await readLog(log, logKey);
  for (const opening of await openings()) expect(entries).toContain(toBase64(commitment(fromBase64Url(opening.salt), opening.text)));
  expect((await openings()).length).toBe(8);
});

it('two servers show one log', async () => {
  const twin = await server.startTwin();
  try {
    const logKey = (await text('key')).trim();
    expect(await (await fetch(`${twin.origin}/log/key`)).text()).toBe(`${logKey}\n`);
    const there = verifyCheckpoint(await (await fetch(`${twin.origin}/log/checkpoint`)).text(), logKey);
    const here = verifyCheckpoint(await text('checkpoint'), logKey);
    expect([here.ok, there.ok && here.ok && there.value.size <= here.value.size]).toEqual([true, true]);
  } finally {
    await twin.stop();
  }
});

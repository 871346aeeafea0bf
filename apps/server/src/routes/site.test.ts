import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Wiring } from '../wiring.ts';
import { siteRoutes } from './site.ts';

const siteDir = mkdtempSync(path.join(tmpdir(), 'visavis-site-'));
const apps: FastifyInstance[] = [];

beforeAll(() => {
  mkdirSync(path.join(siteDir, 'assets'));
  for (const name of ['index.html', 'counter.html', 'enrol.html', 'help.html', 'page.html', 'assets/first-1.js']) {
    writeFileSync(path.join(siteDir, name), name);
    writeFileSync(path.join(siteDir, `${name}.br`), `${name} in brotli`);
    writeFileSync(path.join(siteDir, `${name}.gz`), `${name} in gzip`);
  }
});
afterAll(async () => {
  for (const app of apps) await app.close();
  rmSync(siteDir, { recursive: true });
});

async function site(mode: 'demo' | 'production'): Promise<FastifyInstance> {
  const app = Fastify();
  apps.push(app);
  await siteRoutes(app, { configuration: { siteDir, mode } as Wiring['configuration'] } as Wiring);
  return app;
}

it('answers each address with its document, and all others with the one frame', async () => {
  const app = await site('demo');
  const bodies = await Promise.all(['/', '/counter', '/counter?x=1', '/help', '/enrol', '/account', '/counter/x'].map(async (url) => (await app.inject(url)).body));
  expect(bodies).toEqual(['index.html', 'counter.html', 'counter.html', 'help.html', 'enrol.html', 'page.html', 'page.html']);
  for (const url of ['/api/nothing', '/assets/nothing.js']) expect([(await app.inject(url)).statusCode, (await app.inject(url)).json<{ error: { code: string } }>()]).toEqual([404, expect.anything()]);
});

it.each([
  ['br, gzip', 'br', 'brotli'],
  ['gzip', 'gzip', 'gzip'],
] as const)('answers who takes %s with the twin that was compressed when it was built', async (accepted, encoding, words) => {
  const app = await site('production');
  for (const [url, file] of [['/assets/first-1.js', 'assets/first-1.js'], ['/account', 'page.html']] as const) {
    const { headers, body } = await app.inject({ url, headers: { 'accept-encoding': accepted } });
    expect([headers['content-encoding'], headers['vary'], body]).toEqual([encoding, expect.stringMatching(/accept-encoding/i), `${file} in ${words}`]);
  }
  const plain = await app.inject('/assets/first-1.js');
  expect([plain.headers['content-encoding'], plain.body, plain.headers['cache-control']]).toEqual([undefined, 'assets/first-1.js', 'public, max-age=31536000, immutable']);
});

it('shows the notice of a demonstration in one only', async () => {
  const styles = async (mode: 'demo' | 'production') => (await (await site(mode)).inject('/mode.css')).body;
  expect([await styles('demo'), await styles('production')]).toEqual([expect.stringContaining('.demo-notice'), '']);
});

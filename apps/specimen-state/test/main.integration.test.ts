import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { trustAnchors } from '@visavis/contract';
import { afterEach, expect, it } from 'vitest';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

function start(environment: Readonly<Record<string, string>>): ChildProcess {
  const child = spawn(process.execPath, [main], { env: { ...process.env, SPECIMEN_STATE_PORT: '0', ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
  running.push(child);
  return child;
}

it('prints one line when it can be reached, serves, and ends gracefully when told', async () => {
  const child = start({ SPECIMEN_STATE_SEED: 'test' });
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout! });
  reader.on('line', (line) => lines.push(line));
  await once(reader, 'line');
  const { ready, url } = JSON.parse(lines[0]!) as { ready: boolean; url: string };
  expect(ready).toBe(true);
  expect(trustAnchors.parse(await (await fetch(`${url}/trust-anchors`)).json()).specimen).toBe(true);
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
  expect(lines).toHaveLength(1);
});

it('refuses to start with a setting it does not know', async () => {
  const child = start({ SPECIMEN_STATE_SEEED: 'test' });
  expect(await once(child, 'exit')).toEqual([1, null]);
});

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { ForgettingReport } from '../../apps/cli/src/audit/forgetting/report/forgetting-report.ts';

/**
 * After enrolments under load, one of each sort, nothing of anybody's face or name is left in the server's memory, files
 * or logs, while the same search finds it in a living booth and in servers that were made to leak.
 */

/** A minute on two quiet cores; a busy machine takes several. */
const PATIENCE_MS = 600_000;
const main = join(import.meta.dirname, '../../apps/cli/src/main.ts');

it('visavis audit forgetting finds faces and names where they are, and nowhere else', async () => {
  const { status, output } = await new Promise<{ readonly status: number; readonly output: string }>((resolve) => {
    const child = execFile(process.execPath, [main, 'audit', 'forgetting', '--enrolments', '6', '--json', '--seed', '1'], { maxBuffer: 4 * 1024 * 1024 }, (_error, stdout) => resolve({ status: child.exitCode ?? -1, output: stdout }));
  });
  const report = JSON.parse(output) as ForgettingReport;
  expect(report.failures).toEqual([]);
  expect(status).toBe(0);
  expect(report.hits).toEqual([]);
  expect(report).toMatchObject({ enrolments: 6, hitsOutsideBooths: 0, positiveControls: { livingBooth: true, leakyServer: true }, passed: true });
  const { accepted, refused, aborted, crashed } = report.outcomes;
  expect(accepted + refused + aborted + crashed).toBe(6);
  expect(accepted).toBeGreaterThan(0);
  expect(refused).toBeGreaterThan(0);
  for (const kind of ['portrait', 'frame', 'decodedPixels', 'embedding'] as const) {
    expect(report.patterns[kind], kind).toBeGreaterThan(0);
    expect(report.controls.livingBooth.some((hit) => hit.kind === kind), kind).toBe(true);
  }
  const bytesOf = (place: string): number => report.searched.find((one) => one.place === place)?.bytes ?? 0;
  for (const memory of ['memory: server', 'memory: signer', 'memory: database', 'memory: waiting cells', 'memory: server, while enrolments ran', 'memory: database, while enrolments ran']) expect(bytesOf(memory), memory).toBeGreaterThan(1_000_000);
  for (const files of ['files: database', 'files: write-ahead log', 'files: state folder', 'files: logs']) expect(bytesOf(files), files).toBeGreaterThan(0);
  // Only kinds, places and numbers leave: no image in base64, no machine-readable zone.
  expect(output).not.toMatch(/[A-Za-z0-9+/_-]{64,}|<</);
}, PATIENCE_MS);

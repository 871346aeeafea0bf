import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const main = join(import.meta.dirname, '../../apps/cli/src/main.ts');

function visavis(...words: readonly string[]): Promise<{ readonly status: number; readonly output: string; readonly errors: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [main, ...words], (_error, output, errors) => resolve({ status: child.exitCode ?? -1, output, errors }));
  });
}

describe('visavis', () => {
  it('demo --once takes a synthetic citizen all the way and prints each step with its time', async () => {
    const { status, output, errors } = await visavis('demo', '--once');
    expect(errors).toBe('');
    for (const step of ['start', 'setup', 'chip', 'capture', 'verdict', 'identity', 'signIn', 'bank']) expect(output).toMatch(new RegExp(`^${step} +\\d+\\.\\d\\d s `, 'm'));
    expect(output).toMatch(/^The sealed room's erasure receipt was verified: signed, and entry \d+ of the transparency log\.$/m);
    expect(output).toMatch(/^ANNA \S+ is signed in to the tax office and to the bank at level eidas2\.$/m);
    expect(status).toBe(0);
  });

  it('bench enrol --json prints the figures that others rely on', async () => {
    const { status, output } = await visavis('bench', 'enrol', '--json', '--n', '1');
    expect(status).toBe(0);
    const figures = JSON.parse(output) as { readonly n: number; readonly steps: object; readonly cpuSeconds: object; readonly peakMiB: object };
    expect(figures.n).toBe(1);
    expect(Object.keys(figures.steps)).toEqual(['setup', 'chip', 'capture', 'verdict', 'identity', 'signIn', 'bank']);
    expect(figures.steps).toHaveProperty('capture.medianMs', expect.any(Number));
    expect(figures.steps).toHaveProperty('capture.p95Ms', expect.any(Number));
    for (const part of ['booth', 'server']) {
      expect(figures.cpuSeconds).toHaveProperty(part, expect.any(Number));
      expect(figures.peakMiB).toHaveProperty(part, expect.any(Number));
      expect((figures.peakMiB as Record<string, number>)[part]).toBeGreaterThan(20);
    }
  });

  it('says what there is when asked for what there is not', async () => {
    expect(await visavis('help')).toMatchObject({ status: 0, errors: '' });
    expect(await visavis('enroll')).toMatchObject({ status: 2, errors: expect.stringContaining("no command 'enroll'") });
    expect(await visavis('bench', 'enrolment')).toMatchObject({ status: 2, errors: expect.stringContaining('There are: ') });
    expect(await visavis('bench', 'enrol', '--n', '0')).toMatchObject({ status: 2, errors: expect.stringContaining('whole number') });
  });
});

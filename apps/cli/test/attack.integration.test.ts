import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TriedAttack } from '../src/attack/tried-attack.ts';
import { repositoryRoot } from '../src/system/start-system.ts';

interface Answer {
  readonly status: unknown;
  readonly tried: readonly TriedAttack[];
  readonly breaches: number;
}

const attack = (...args: readonly string[]): Promise<Answer> =>
  new Promise((resolve) => {
    execFile(process.execPath, [join(repositoryRoot, 'apps/cli/src/main.ts'), 'attack', ...args, '--json'], { maxBuffer: 16 * 1024 * 1024 }, (error, out) => resolve({ status: error?.code ?? 0, ...(out === '' ? { tried: [], breaches: -1 } : (JSON.parse(out) as Omit<Answer, 'status'>)) }));
  });

/** Every 48th attack on the chip, and all on channel and sign-in; the whole catalogue is the command itself. */
describe('visavis attack', () => {
  it('starts a system, lets the honest in, and holds off a slice of every family but the face', async () => {
    const { status, tried, breaches } = await attack('--only', 'chip,channel,signIn', '--every', '48');
    expect(tried.filter(({ expected, got }) => expected !== got)).toEqual([]);
    expect([status, breaches]).toEqual([0, 0]);
    const of = (family: TriedAttack['family'], at: TriedAttack['at'] = 'system') => tried.filter((one) => one.family === family && one.at === at).length;
    expect(of('chip')).toBeGreaterThanOrEqual(7);
    expect(of('channel')).toBeGreaterThanOrEqual(13);
    expect(of('signIn')).toBeGreaterThanOrEqual(30);
    expect(tried.filter(({ expected }) => expected === 'accepted').map(({ name }) => name)).toEqual(['an honest document', 'one who only carries', 'an honest sign-in']);
  });

  it('says what it does not know', async () => {
    expect((await attack('--only', 'moon')).status).toBe(2);
    expect((await attack('--every', '0')).status).toBe(2);
  });
});

import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findBubblewrap } from './cell-command.ts';
import { refusedCalls, seccompFilter } from './seccomp-filter.ts';

const bwrap = findBubblewrap();
const PERL = '/usr/bin/perl';
const filter = seccompFilter(process.arch);
const possible = bwrap !== undefined && filter !== undefined && existsSync(PERL);
const EPERM = 1;
/** Arguments that the kernel refuses for what they are, if the call reaches it: none of these does anything. */
const NOTHING = '-1, -1, -1, -1, -1, -1';

/**
 * Node cannot make a call by its number; Perl, which every Debian has, can. The same filter, with bubblewrap and
 * without, in a namespace where this process may do what its user may.
 */
describe.skipIf(!possible)(`the system call filter${possible ? '' : ' (left out: it needs bubblewrap and Perl)'}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'visavis-filter-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** @returns the error number of each call, 0 where it succeeded; undefined when the program was killed */
  function call(calls: readonly string[], withFilter: boolean): readonly number[] | undefined {
    const path = join(folder, 'filter');
    writeFileSync(path, filter!);
    const descriptor = withFilter ? openSync(path, 'r') : undefined;
    const script = `$| = 1; for my $c (${calls.map((words) => `[${words}]`).join(', ')}) { $! = 0; my ($n, @a) = @$c; my $r = syscall($n, @a); print $r == -1 ? $! + 0 : 0, " " }`;
    const { stdout, status } = spawnSync(bwrap!, ['--dev-bind', '/', '/', '--unshare-net', '--unshare-pid', '--unshare-ipc', '--die-with-parent', ...(descriptor === undefined ? [] : ['--seccomp', '3']), PERL, '-e', script], { stdio: ['ignore', 'pipe', 'ignore', ...(descriptor === undefined ? [] : [descriptor])], encoding: 'utf8' });
    if (descriptor !== undefined) closeSync(descriptor);
    return status === 0 ? stdout.trim().split(' ').map(Number) : undefined;
  }

  const refused = Object.entries(refusedCalls(process.arch)!);
  /** Forking with no arguments would really fork. */
  const harmless = refused.filter(([name]) => name !== 'fork' && name !== 'vfork');

  it('refuses every call on its list', () => {
    const answers = call(harmless.map(([, number]) => `${number}, ${NOTHING}`), true);
    expect(harmless.map(([name], index) => [name, answers?.[index]])).toEqual(harmless.map(([name]) => [name, EPERM]));
  });

  it('is what refuses the calls that anybody may make (positive control)', () => {
    const free = ['socket', 'socketpair', 'connect', 'bind', 'listen', 'process_vm_readv', 'process_vm_writev', 'ptrace', 'memfd_create', 'shmget', 'execveat', 'pidfd_open', 'vmsplice'];
    const numbers = refusedCalls(process.arch)!;
    const answers = call(free.map((name) => `${numbers[name]}, ${NOTHING}`), false);
    expect(answers?.length).toBe(free.length);
    expect(free.filter((_name, index) => answers?.[index] === EPERM)).toEqual([]);
  });

  it.runIf(process.arch === 'x64')('lets a process be made neither by fork nor by clone, which work without it', () => {
    const [fork, clone, SIGCHLD] = [57, 56, 17];
    for (const how of [`${fork}`, `${clone}, ${SIGCHLD}, 0, 0, 0, 0`]) {
      const script = (withFilter: boolean) => call([how], withFilter);
      expect(script(true), how).toEqual([EPERM]);
      // Without the filter both the parent and the child answer.
      expect(script(false)?.every((answer) => answer === 0), how).toBe(true);
    }
  });

  it('sends the C library from clone3 to clone, whose flags it can read', () => {
    const [clone3, ENOSYS] = [435, 38];
    expect(call([`${clone3}, 0, 0`], true)).toEqual([ENOSYS]);
  });
});

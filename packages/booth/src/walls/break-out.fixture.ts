/**
 * A cell gone bad, for the test of the walls: tries what a cell must not be able to do and tells what happened.
 * Started with the same command as a real cell, and without walls as the positive control.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';

const [port, victim, writable] = process.argv.slice(2);

/** Each attempt: `done`, or the error code that stopped it. */
export type BreakOut = Readonly<Record<'connect' | 'startProcess' | 'writeDisk' | 'readPasswords' | 'readRegistry' | 'seeParent', string>>;

function attempt(act: () => unknown): string {
  try {
    act();
    return 'done';
  } catch (refusal) {
    return (refusal as NodeJS.ErrnoException).code ?? 'refused';
  }
}

const connected = new Promise<string>((resolve) => {
  const socket = connect(Number(port), '127.0.0.1');
  socket.once('connect', () => resolve('done'));
  socket.once('error', (refusal: NodeJS.ErrnoException) => resolve(refusal.code ?? 'refused'));
});
const breakOut: BreakOut = {
  connect: await connected,
  startProcess: attempt(() => {
    const { error } = spawnSync(process.execPath, ['--version']);
    if (error !== undefined) throw error;
  }),
  writeDisk: attempt(() => {
    writeFileSync(`${writable}/out`, 'x');
    rmSync(`${writable}/out`);
  }),
  readPasswords: attempt(() => readFileSync('/etc/passwd')),
  readRegistry: attempt(() => readdirSync(`${process.cwd()}/packages/registry`)),
  seeParent: attempt(() => readFileSync(`/proc/${victim}/status`)),
};
process.stdout.write(`${JSON.stringify(breakOut)}\n`, () => process.exit(0));

import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { encodeMessage } from '@visavis/contract';
import { z } from 'zod';
import { createFrameReader, frameForStream } from '../cell/framed-stream.ts';
import type { CellCommand } from '../walls/cell-command.ts';
import { runsUnprivileged } from '../walls/see-user.ts';
import type { WallsSeen } from '../walls/walls.ts';

/** What a cell says over the IPC channel, once: it is ready, and which walls it sees around itself. */
const cellReady = z.strictObject({
  type: z.literal('ready'),
  walls: z.strictObject({ noNetwork: z.boolean(), readOnlyRoot: z.boolean(), noPrivileges: z.boolean(), systemCallFilter: z.boolean(), noCoreDump: z.boolean() }),
});

/** A started cell, seen from outside. Knows nothing of what is said. */
export interface Cell {
  readonly pid: number | undefined;
  /** What it saw of its walls once ready; undefined when it died or took too long first. */
  readonly ready: Promise<WallsSeen | undefined>;
  /** Resolves when no process of it is left: all its pipes are closed and it is reaped. */
  readonly gone: Promise<void>;
  readonly alive: boolean;
  send(head: unknown, tail?: Uint8Array): void;
  /** @param take false: it says what no cell says */
  onMessage(take: (message: Uint8Array) => boolean): void;
  /** Hands it one end of a private stream. */
  attach(socket: Socket): void;
  /** SIGKILL: there is no other end of a cell. */
  kill(): Promise<void>;
}

/**
 * Starts a cell.
 * @param seccomp a filter program for the command's seccomp file descriptor, if any
 * @param errors where a cell's error output goes: nowhere, since an exception's words may quote what it was handling
 */
export function startCell(command: CellCommand, o: { readonly seccomp: Uint8Array | undefined; readonly startMs: number; readonly errors: 'ignore' | 'inherit' }): Cell {
  const filter = o.seccomp === undefined ? undefined : openUnlinked(o.seccomp);
  const child: ChildProcess = spawn(command.file, command.arguments, {
    stdio: ['pipe', 'pipe', o.errors, 'ipc', ...(filter === undefined ? [] : [filter])],
    env: command.environment,
    // A session and process group of its own: no terminal to type into, and one signal reaches all of it.
    detached: true,
  });
  if (filter !== undefined) closeSync(filter);
  const input = child.stdin as Writable;
  const output = child.stdout as Readable;
  let alive = true;
  let take: (message: Uint8Array) => boolean = () => false;
  const kill = (): Promise<void> => {
    killGroup(child.pid);
    return gone;
  };
  const gone = new Promise<void>((resolve) => {
    child.once('close', () => {
      alive = false;
      resolve();
    });
    // The program is not there at all: then 'close' never comes.
    child.once('error', () => {
      alive = false;
      if (child.pid === undefined) resolve();
    });
  });
  child.once('exit', () => {
    alive = false;
    // Bubblewrap's child dies with it, but only from the moment it has said so: the rest of the group is not left to that.
    killGroup(child.pid);
  });
  const ready = new Promise<WallsSeen | undefined>((resolve) => {
    const tooLate = setTimeout(() => {
      resolve(undefined);
      void kill();
    }, o.startMs);
    child.once('message', (message) => {
      clearTimeout(tooLate);
      const said = cellReady.safeParse(message);
      resolve(said.success ? { ...said.data.walls, unprivilegedUser: runsUnprivileged(child.pid) } : undefined);
      if (!said.success) void kill();
    });
    void gone.then(() => resolve(undefined)).finally(() => clearTimeout(tooLate));
  });
  const read = createFrameReader((message) => {
    if (!take(message)) void kill();
  });
  output.on('data', (chunk: Buffer) => {
    if (!read(chunk)) void kill();
  });
  // A cell that is gone answers writes with EPIPE; its end is seen on 'close'.
  input.on('error', () => {});
  output.on('error', () => {});
  return {
    pid: child.pid,
    ready,
    gone,
    get alive() {
      return alive;
    },
    send(head, tail) {
      if (alive) input.write(frameForStream(encodeMessage(head, tail)));
    },
    onMessage(next) {
      take = next;
    },
    attach(socket) {
      if (alive && child.connected) child.send({ type: 'attach' }, socket, {}, () => {});
      else socket.destroy();
    },
    kill,
  };
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody is left in it.
  }
}

/** A file that has no name any more: read through its descriptor only. */
function openUnlinked(content: Uint8Array): number {
  const folder = mkdtempSync(join(tmpdir(), 'visavis-'));
  try {
    const path = join(folder, 'filter');
    writeFileSync(path, content);
    return openSync(path, 'r');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

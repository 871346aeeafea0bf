import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { encodeMessage } from '@visavis/contract';
import { type FaceFaultCode, faceFaults } from '@visavis/face/faults';
import { z } from 'zod';
import { createFrameReader, frameForStream } from '../cell/framed-stream.ts';
import { type CellCommand, SECCOMP_FD } from '../walls/cell-command.ts';
import type { ControlGroup } from '../walls/control-group.ts';
import { seeFromOutside } from '../walls/see-from-outside.ts';
import { residentMiB } from '../walls/see-memory.ts';
import { type WallsSeen, type WallsSeenInside } from '../walls/walls.ts';

/** What a cell says over the IPC channel, once: it is ready, and which walls it sees around itself. */
const cellReady = z.strictObject({
  type: z.literal('ready'),
  walls: z.strictObject({
    noNetwork: z.boolean(),
    readOnlyRoot: z.boolean(),
    noWritablePath: z.boolean(),
    noDevices: z.boolean(),
    noPrivileges: z.boolean(),
    systemCallFilter: z.boolean(),
    noCoreDump: z.boolean(),
    memoryBound: z.boolean(),
    timeBound: z.boolean(),
  } satisfies Record<keyof WallsSeenInside, z.ZodBoolean>),
});

/** Or why it will not start: a code and nothing else. */
const cellRefused = z.strictObject({ type: z.literal('refused'), code: z.custom<FaceFaultCode>((code) => typeof code === 'string' && faceFaults.has(code)) });

/** How often the parent looks at a cell's memory: what the kernel's own limits do not count is seen within this. */
const WATCH_EVERY_MS = 500;

/** A started cell, seen from outside. Knows nothing of what is said. */
export interface Cell {
  readonly pid: number | undefined;
  /** What it saw of its walls once ready; undefined when it died or took too long first. */
  readonly ready: Promise<WallsSeen | undefined>;
  /** Why it did not start, if it said so. */
  readonly refusedBy: FaceFaultCode | undefined;
  /** Resolves when no process of it is left: all its pipes are closed and it is reaped. */
  readonly gone: Promise<void>;
  readonly alive: boolean;
  /** Why this parent ended it before its time, if it did. */
  readonly endedBy: 'memory' | undefined;
  /** @returns false: it is behind with reading; send nothing more that can wait until {@link Cell.drained} */
  send(head: unknown, tail?: Uint8Array): boolean;
  /** Resolves when it has read what it was sent, or is gone. */
  drained(): Promise<void>;
  /** What it says meanwhile waits in its own pipe, and then in itself. */
  pause(): void;
  resume(): void;
  /** @param take false: it says what no cell says */
  onMessage(take: (message: Uint8Array) => boolean): void;
  /** Hands it one end of a private stream, once. */
  attach(socket: Socket): void;
  /** SIGKILL: there is no other end of a cell. */
  kill(): Promise<void>;
}

/**
 * Starts a cell.
 * @param o.seccomp a filter program for the command's seccomp file descriptor, if any
 * @param o.group the control group that the command joins, if any: removed with the cell
 * @param o.memoryMiB what it may hold: the parent kills a cell that holds more
 * @param o.errors where a cell's error output goes: nowhere, since an exception's words may quote what it was handling
 */
export function startCell(
  command: CellCommand,
  o: { readonly seccomp: Uint8Array | undefined; readonly group?: ControlGroup | undefined; readonly memoryMiB: number; readonly startMs: number; readonly errors: 'ignore' | 'inherit' },
): Cell {
  const child: ChildProcess = spawn(command.file, command.arguments, {
    stdio: ['pipe', 'pipe', o.errors, 'ipc', ...(o.seccomp === undefined ? [] : ['pipe' as const])],
    env: command.environment,
    // A session and process group of its own: no terminal to type into, and one signal reaches all of it.
    detached: true,
  });
  if (o.seccomp !== undefined) handOver(child, o.seccomp);
  const input = child.stdin as Writable;
  const output = child.stdout as Readable;
  let alive = true;
  let endedBy: Cell['endedBy'];
  let refusedBy: Cell['refusedBy'];
  let take: (message: Uint8Array) => boolean = () => false;
  let draining: Promise<void> | undefined;
  let dismissed = false;
  const kill = (): Promise<void> => {
    dismissed = true;
    killGroup(child.pid);
    return gone;
  };
  const gone = new Promise<void>((resolve) => {
    // Not 'close' of the child: Node never tells it of one whose channel this side has closed.
    let left = 2;
    const oneLess = (): void => {
      left -= 1;
      if (left === 0) resolve();
    };
    child.once('exit', oneLess);
    output.once('close', oneLess);
    // The program is not there at all: then none of it comes.
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
  const whenGone = async (act: () => void): Promise<void> => {
    await gone;
    act();
  };
  const ready = new Promise<WallsSeen | undefined>((resolve) => {
    const tooLate = setTimeout(() => {
      resolve(undefined);
      void kill();
    }, o.startMs);
    child.once('message', (message) => {
      clearTimeout(tooLate);
      // It was on its way when the cell was killed.
      if (dismissed) return;
      refusedBy = cellRefused.safeParse(message).data?.code;
      const said = cellReady.safeParse(message);
      resolve(said.success ? { ...said.data.walls, ...seeFromOutside(child.pid, o.group) } : undefined);
      if (!said.success) void kill();
    });
    void gone.then(() => resolve(undefined)).finally(() => clearTimeout(tooLate));
  });
  const watch = setInterval(() => {
    if (residentMiB(child.pid) <= o.memoryMiB) return;
    endedBy = 'memory';
    void kill();
  }, WATCH_EVERY_MS);
  void gone.finally(() => {
    clearInterval(watch);
    o.group?.remove();
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
    get refusedBy() {
      return refusedBy;
    },
    get endedBy() {
      return endedBy;
    },
    send(head, tail) {
      return !alive || input.write(frameForStream(encodeMessage(head, tail)));
    },
    drained: () => {
      if (!alive || !input.writableNeedDrain) return Promise.resolve();
      draining ??= new Promise<void>((resolve) => {
        const done = (): void => {
          draining = undefined;
          resolve();
        };
        input.once('drain', done);
        void whenGone(done);
      });
      return draining;
    },
    pause: () => void output.pause(),
    resume: () => void output.resume(),
    onMessage(next) {
      take = next;
    },
    attach(socket) {
      // The one thing that this channel is for, before any stranger's bytes reach the cell that takes it. Closed behind it: Node
      // believes a child what it says there, and a single word that is none would end this process and every booth with it.
      if (alive && child.connected) child.send({ type: 'attach' }, socket, {}, () => child.connected && child.disconnect());
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

/** Through a pipe that is closed at once: no file of it is left when this process is killed meanwhile. */
function handOver(child: ChildProcess, filter: Uint8Array): void {
  const pipe = child.stdio[SECCOMP_FD] as Writable | null | undefined;
  // The sandbox is gone before it read it: that is seen on 'close'.
  pipe?.on('error', () => {});
  pipe?.end(filter);
}

import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../../../../', import.meta.url));

/** Between the end of one signer and the start of the next. */
const START_AGAIN_MS = 300;
/** A signer that ended sooner never came up. */
const LIVED_MS = 2000;
const STOP_TIMEOUT_MS = 5000;
/** A Unix socket's path has 107 bytes at most. */
const MAX_SOCKET_PATH_BYTES = 107;
const MAX_LAST_WORDS = 2000;

/**
 * Node has neither setrlimit nor unshare: the shell takes core dumps and the network away, the latter where the kernel
 * lets it (as root, or in a user namespace that changes nothing else), and becomes the signer. A Unix socket is a file and
 * needs no network.
 */
const BEHIND_WALLS = `
ulimit -c 0 || exit 1
if unshare --net true 2>/dev/null; then exec unshare --net "$0" "$@"; fi
if unshare --map-current-user --net true 2>/dev/null; then exec unshare --map-current-user --net "$0" "$@"; fi
exec "$0" "$@"`;

export interface SignerChild {
  readonly socketPath: string;
  /** Starts one unless one runs or has just been started. Of two servers with one folder, one's child comes up. */
  start(): void;
  lastWords(): string;
  stop(): Promise<void>;
}

/**
 * The signer as this server's own child, for one machine and for the demo: a process of its own with a folder of its
 * own, without core dumps and (on Linux) without a network, which can write nowhere else, start no program, and ends when
 * this one does. It runs as the
 * same user: whoever is that user, or root, can read its memory. For more, run it by itself as another user and set
 * VISAVIS_SIGNER_SOCKET.
 * @param o.adoptOperatorKey where an earlier version kept the operator's key; the signer takes it from there
 */
export function keepSignerChild(o: { readonly dir: string; readonly logOrigin: string; readonly adoptOperatorKey: string; readonly onEnded: () => void }): SignerChild {
  const socketPath = socketPathFor(o.dir);
  let child: ChildProcess | undefined;
  let startedMs = Number.NEGATIVE_INFINITY;
  let stopping = false;
  let lastWords = '';
  const start = (): void => {
    if (stopping || child !== undefined || performance.now() - startedMs < START_AGAIN_MS) return;
    startedMs = performance.now();
    const started = spawn(
      '/bin/sh',
      ['-c', BEHIND_WALLS, process.execPath, '--permission', ...readable(repository, o.dir, path.dirname(socketPath), o.adoptOperatorKey), ...writable(o.dir, path.dirname(socketPath), o.adoptOperatorKey, path.dirname(o.adoptOperatorKey)), path.join(repository, 'apps/signer/src/main.ts')],
      {
        env: { PATH: '/usr/bin:/bin', VISAVIS_SIGNER_DIR: o.dir, VISAVIS_SIGNER_SOCKET: socketPath, VISAVIS_SIGNER_LOG_ORIGIN: o.logOrigin, VISAVIS_SIGNER_ADOPT_OPERATOR_KEY: o.adoptOperatorKey },
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
        // Ctrl-C reaches the server, which still has receipts to have signed; the signer ends with it.
        detached: true,
      },
    );
    child = started;
    lastWords = '';
    started.stderr!.setEncoding('utf8').on('data', (text: string) => {
      lastWords = (lastWords + text).slice(-MAX_LAST_WORDS);
    });
    const gone = (): void => {
      if (child !== started) return;
      child = undefined;
      if (stopping) return;
      o.onEnded();
      // One that lived is missed at once; one that could not start is tried again when it is needed.
      if (performance.now() - startedMs >= LIVED_MS) setTimeout(start, START_AGAIN_MS).unref();
    };
    started.once('exit', gone);
    started.once('error', gone);
  };
  return {
    socketPath,
    start,
    lastWords: () => lastWords.trim(),
    async stop() {
      stopping = true;
      const running = child;
      if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
      const ended = new Promise<void>((resolve) => {
        running.once('exit', () => resolve());
      });
      running.kill('SIGTERM');
      const hardEnd = setTimeout(() => running.kill('SIGKILL'), STOP_TIMEOUT_MS);
      await ended;
      clearTimeout(hardEnd);
    },
  };
}

const readable = (...paths: readonly string[]): string[] => paths.map((one) => `--allow-fs-read=${one}`);
const writable = (...paths: readonly string[]): string[] => paths.map((one) => `--allow-fs-write=${one}`);

/** In the signer's folder, or where that path is too long in a folder of this user's that its name leads to. */
function socketPathFor(dir: string): string {
  const inFolder = path.join(dir, 'socket/signer');
  const socketPath = Buffer.byteLength(inFolder) <= MAX_SOCKET_PATH_BYTES ? inFolder : path.join(tmpdir(), `visavis-signer-${createHash('sha256').update(dir).digest('hex').slice(0, 16)}`, 'signer');
  const folder = path.dirname(socketPath);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // Or somebody else could answer there in the signer's name, with keys of theirs.
  const { uid, mode } = lstatSync(folder);
  if (uid !== process.getuid?.() || (mode & 0o077) !== 0) throw new Error(`${folder} belongs to somebody else, or others may enter it`);
  return socketPath;
}

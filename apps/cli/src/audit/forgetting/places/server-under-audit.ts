import { readFileSync, readlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type ProcessSeen, processTree } from '../../../system/process-tree.ts';
import { repositoryRoot } from '../../../system/start-system.ts';

/** A running server as its own process tells of it. */
export interface ServerUnderAudit {
  readonly pid: number;
  readonly siteUrl: string;
  readonly specimenStateUrl: string;
  readonly taxOfficeUrl: string | undefined;
  /** Folders that it keeps things in; what it only reads (the site, the networks) is not among them. */
  readonly folders: readonly string[];
  /** Whether its database is another machine's or another program's: out of reach from here. */
  readonly databaseElsewhere: boolean;
  /** Where its temporary files go. */
  readonly temporaryFolder: string | undefined;
  /** Since when there can be anything of it, milliseconds since the epoch. */
  readonly startedAtMs: number;
}

/** Folders of a server that hold what everybody has: nothing is written there. */
const READ_ONLY_FOLDERS: ReadonlySet<string> = new Set(['VISAVIS_SITE_DIR', 'VISAVIS_MODELS_DIR']);
const DEFAULT_PORT = '8080';
const DEFAULT_STATE_FOLDER = join(repositoryRoot, '.state/server');
/** File times are coarse and clocks are set: what changed a little before counts too. */
const START_MARGIN_MS = 60_000;

/**
 * Reads where a running server keeps things from its process (Linux; root or the same user).
 * @throws when there is no such process, or it runs without the made-up state: nobody enrols for an audit elsewhere
 */
export function seeServer(pid: number): ServerUnderAudit {
  const environment = environmentOf(pid);
  const workingFolder = readlinkSync(`/proc/${pid}/cwd`);
  const specimenStateUrl = environment['VISAVIS_SPECIMEN_STATE_URL'];
  if (specimenStateUrl === undefined) throw new Error(`process ${pid} is no server with a made-up state: the audit enrols made-up people only`);
  const folders = Object.entries(environment).filter(([name]) => /^VISAVIS_\w+_DIR$/.test(name) && !READ_ONLY_FOLDERS.has(name));
  return {
    pid,
    siteUrl: environment['VISAVIS_ORIGIN'] ?? `http://localhost:${environment['VISAVIS_PORT'] ?? DEFAULT_PORT}`,
    specimenStateUrl,
    taxOfficeUrl: environment['VISAVIS_DEMO_SERVICE_URL'],
    databaseElsewhere: environment['DATABASE_URL'] !== undefined,
    folders: [...new Set([resolve(workingFolder, environment['VISAVIS_STATE_DIR'] ?? DEFAULT_STATE_FOLDER), ...folders.map(([, folder]) => resolve(workingFolder, folder)), ...databaseFolders(pid)])],
    temporaryFolder: environment['TMPDIR'],
    startedAtMs: startOf(pid) - START_MARGIN_MS,
  };
}

function environmentOf(pid: number): Record<string, string> {
  const pairs = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').filter((pair) => pair.includes('='));
  return Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
}

function startOf(pid: number): number {
  // Field 22 of stat in ticks of 10 ms since the boot; /proc/stat says when that was.
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const ticks = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
  const bootS = Number(/^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1]);
  return bootS * 1000 + ticks * 10;
}

/** What a process is, told from its command line. */
export type ProcessRole = 'server' | 'signer' | 'database' | 'cell' | 'walls' | 'other';

export interface RoledProcess extends ProcessSeen {
  readonly role: ProcessRole;
}

/** The server, everything below it, and its signer where that was started apart. */
export function processesOf(pid: number): RoledProcess[] {
  const tree = processTree(pid);
  const known = new Set(tree.map((one) => one.pid));
  const socket = readEnvironment(pid)['VISAVIS_SIGNER_SOCKET'];
  const apart = socket === undefined ? [] : processTree(1).filter((one) => !known.has(one.pid) && isSigner(one.commandLine) && readEnvironment(one.pid)['VISAVIS_SIGNER_SOCKET'] === socket);
  return [...tree, ...apart].map((one) => ({ ...one, role: one.pid === pid ? 'server' : roleOf(one.commandLine) }));
}

function readEnvironment(pid: number): Record<string, string> {
  try {
    return environmentOf(pid);
  } catch {
    // It ended, or is not ours to look at: then it is not the signer either.
    return {};
  }
}

const isSigner = (commandLine: string): boolean => /apps\/signer\//.test(commandLine);

function roleOf(commandLine: string): ProcessRole {
  if (isSigner(commandLine)) return 'signer';
  if (/(chip|face)-cell/.test(commandLine)) return cellOf(commandLine) === undefined ? 'walls' : 'cell';
  return commandLine.includes('postgres') ? 'database' : 'other';
}

/** Which cell a process is; undefined for the programs that raise its walls. */
export const cellOf = (commandLine: string): 'chip-cell' | 'face-cell' | undefined => /^[^ ]*node .*(chip-cell|face-cell)/.exec(commandLine)?.[1] as 'chip-cell' | 'face-cell' | undefined;

function databaseFolders(pid: number): string[] {
  return processTree(pid).flatMap(({ commandLine }) => {
    const folder = /postgres -D (\S+)/.exec(commandLine)?.[1];
    return folder === undefined ? [] : [folder];
  });
}

/** Where the embedded database listens; undefined when there is none. */
export function databaseSocketOf(pid: number): string | undefined {
  for (const { commandLine } of processTree(pid)) {
    const folder = /unix_socket_directories=(\S+)/.exec(commandLine)?.[1];
    if (folder !== undefined) return folder;
  }
  return undefined;
}

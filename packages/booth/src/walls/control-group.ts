import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ownerIsGone } from './owner-is-gone.ts';

/** Names the groups of this process's cells, so that a later server can tell whose they were. */
const PREFIX = 'visavis-cell-';
/** Threads of a cell: Node's own dozen, and the network runtime's. */
const MAX_TASKS = 64;
const CPU_PERIOD_US = 100_000;
/** Two processors' worth: one network on one thread, one image on another. */
const CPU_QUOTA_US = 200_000;

/** A cell's own control group: limits that the kernel keeps for all its processes together, from outside. */
export interface ControlGroup {
  /** Folders that the cell joins at its start. */
  readonly folders: readonly string[];
  /** The kernel never writes its memory to disk: read back, not assumed. */
  readonly noSwap: boolean;
  /** To be called when no process of it is left. */
  remove(): void;
}

/** Where groups can be made on this machine: below version 2's one tree, or version 1's tree for each controller. */
type Places = { readonly version: 2; readonly folder: string } | { readonly version: 1; readonly memory: string; readonly others: readonly { readonly controller: 'pids' | 'cpu'; readonly folder: string }[] };

const REMOVE_TRIES = 50;
const REMOVE_AGAIN_MS = 100;

let made = 0;
let places: Places | 'none' | undefined;

/** @returns undefined where this process may not make groups: then the cell has the limits of its processes only */
export function makeControlGroup(memoryMiB: number): ControlGroup | undefined {
  places ??= findPlaces() ?? 'none';
  if (places === 'none') return undefined;
  const name = `${PREFIX}${process.pid}-${(made += 1)}`;
  const bytes = String(memoryMiB * 2 ** 20);
  const folders: string[] = [];
  const make = (parent: string): string => {
    const folder = join(parent, name);
    mkdirSync(folder);
    folders.push(folder);
    return folder;
  };
  const remove = (): void => {
    for (const folder of folders) removeSoon(folder);
  };
  try {
    let noSwap: boolean;
    if (places.version === 2) {
      const folder = make(places.folder);
      writeFileSync(join(folder, 'memory.max'), bytes);
      noSwap = setWhereThere(folder, 'memory.swap.max', '0') && readFileSync(join(folder, 'memory.swap.max'), 'utf8').trim() === '0';
      setWhereThere(folder, 'memory.oom.group', '1');
      setWhereThere(folder, 'pids.max', String(MAX_TASKS));
      setWhereThere(folder, 'cpu.max', `${CPU_QUOTA_US} ${CPU_PERIOD_US}`);
    } else {
      const folder = make(places.memory);
      writeFileSync(join(folder, 'memory.limit_in_bytes'), bytes);
      setWhereThere(folder, 'memory.swappiness', '0');
      // Memory and swap together may not exceed memory alone; and without this file nothing is known of swap.
      noSwap = setWhereThere(folder, 'memory.memsw.limit_in_bytes', bytes) && readFileSync(join(folder, 'memory.memsw.limit_in_bytes'), 'utf8') === readFileSync(join(folder, 'memory.limit_in_bytes'), 'utf8') && readFileSync(join(folder, 'memory.swappiness'), 'utf8').trim() === '0';
      for (const { controller, folder: parent } of places.others) {
        const other = make(parent);
        if (controller === 'pids') setWhereThere(other, 'pids.max', String(MAX_TASKS));
        else {
          setWhereThere(other, 'cpu.cfs_period_us', String(CPU_PERIOD_US));
          setWhereThere(other, 'cpu.cfs_quota_us', String(CPU_QUOTA_US));
        }
      }
    }
    return { folders, noSwap, remove };
  } catch {
    remove();
    places = 'none';
    return undefined;
  }
}

function setWhereThere(folder: string, file: string, value: string): boolean {
  try {
    if (!existsSync(join(folder, file))) return false;
    writeFileSync(join(folder, file), value);
    return true;
  } catch {
    return false;
  }
}

/** @returns false: somebody is in it */
function removeGroup(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch (refusal) {
    return (refusal as NodeJS.ErrnoException).code === 'ENOENT';
  }
}

/** Groups whose last process the kernel has not let go of yet. */
const lingering = new Set<string>();
let listening = false;

/** A process that was reaped is in its group for a moment longer. What remains after all is swept by the next server. */
function removeSoon(folder: string, tries = REMOVE_TRIES): void {
  if (removeGroup(folder) || tries === 0) {
    lingering.delete(folder);
    return;
  }
  if (!listening) process.once('exit', removeLingering);
  listening = true;
  lingering.add(folder);
  setTimeout(() => removeSoon(folder, tries - 1), REMOVE_AGAIN_MS).unref();
}

function removeLingering(): void {
  for (const folder of lingering) removeGroup(folder);
}

/** Removes what a server that was killed left behind, wherever it was: groups that nobody is in. */
function sweep(parent: string): void {
  for (const name of readdirSync(parent)) {
    if (ownerIsGone(name, PREFIX)) removeGroup(join(parent, name));
  }
}

function findPlaces(): Places | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    const mounts = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
    const own = readFileSync('/proc/self/cgroup', 'utf8').trim().split('\n').map((line) => line.split(':'));
    const mountOf = (kind: string, controller?: string): string | undefined =>
      mounts.map((line) => line.split(' ')).find((words) => {
        const after = words.slice(words.indexOf('-') + 1);
        return after[0] === kind && (controller === undefined || after[2]?.split(',').includes(controller) === true);
      })?.[4];
    const ownPath = (controller: string): string => own.find(([, controllers = '']) => controllers.split(',').includes(controller))?.[2] ?? '/';
    const tree = mountOf('cgroup2');
    if (tree !== undefined) {
      const mine = join(tree, ownPath(''));
      // A group with processes in it cannot have groups with limits below it, so the cells' are made beside this server's.
      for (const folder of [dirname(mine), mine]) {
        if (folder.startsWith(tree) && canLimitMemory(folder)) return swept({ version: 2, folder });
      }
    }
    const memory = mountOf('cgroup', 'memory');
    if (memory === undefined) return undefined;
    const others = (['pids', 'cpu'] as const).flatMap((controller) => {
      const mount = mountOf('cgroup', controller);
      return mount === undefined ? [] : [{ controller, folder: join(mount, ownPath(controller)) }];
    });
    return swept({ version: 1, memory: join(memory, ownPath('memory')), others: others.filter(({ folder }) => existsSync(folder)) });
  } catch {
    return undefined;
  }
}

function swept(found: Places): Places {
  for (const folder of found.version === 2 ? [found.folder] : [found.memory, ...found.others.map((other) => other.folder)]) sweep(folder);
  return found;
}

/** Whether groups made here have a memory limit, asking for it where it is not so yet. */
function canLimitMemory(folder: string): boolean {
  const control = join(folder, 'cgroup.subtree_control');
  const limited = (): boolean => existsSync(control) && readFileSync(control, 'utf8').split(/\s+/).includes('memory');
  for (const controller of ['memory', 'pids', 'cpu']) setWhereThere(folder, 'cgroup.subtree_control', `+${controller}`);
  return limited();
}

import { lstatSync, readdirSync, type Stats } from 'node:fs';
import { join } from 'node:path';

export interface FileSeen {
  readonly path: string;
  readonly ownerUid: number;
}

export interface Listing {
  readonly files: readonly FileSeen[];
  /** Folders that could not be entered, with who owns them. */
  readonly closed: readonly { readonly ownerUid: number; readonly reason: string }[];
}

/** Every regular file below a folder, links not followed. @param o.changedSinceMs older ones are left out @param o.without folders that are listed elsewhere */
export function listFiles(folder: string, o: { readonly changedSinceMs?: number; readonly without?: ReadonlySet<string> } = {}): Listing {
  const files: FileSeen[] = [];
  const closed: { ownerUid: number; reason: string }[] = [];
  const queue = [folder];
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    let names: string[];
    try {
      names = readdirSync(at);
    } catch (error) {
      const reason = (error as NodeJS.ErrnoException).code ?? 'unreadable';
      const seen = statOf(at);
      if (seen !== undefined) closed.push({ ownerUid: seen.uid, reason });
      continue;
    }
    for (const name of names) {
      const path = join(at, name);
      const seen = statOf(path);
      if (seen?.isDirectory() === true && o.without?.has(path) !== true) queue.push(path);
      if (seen?.isFile() === true && Math.max(seen.mtimeMs, seen.ctimeMs) >= (o.changedSinceMs ?? 0)) files.push({ path, ownerUid: seen.uid });
    }
  }
  return { files, closed };
}

/** Undefined when it is gone. */
export function statOf(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch {
    return undefined;
  }
}

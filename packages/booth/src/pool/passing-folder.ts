import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PREFIX = 'visavis-booth-';

/** A folder that only this user enters and that is there for a moment. It carries whose it is, for {@link sweepPassingFolders}. */
export const makePassingFolder = (): Promise<string> => mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));

/** Removes the folders that servers left which were killed in such a moment. Nothing was ever written in them but a socket's name. */
export async function sweepPassingFolders(): Promise<void> {
  for (const name of readdirSync(tmpdir())) {
    const pid = name.startsWith(PREFIX) ? Number(name.slice(PREFIX.length).split('-')[0]) : process.pid;
    // Another user's cannot be removed, and need not be.
    if (pid !== process.pid && process.platform === 'linux' && !existsSync(`/proc/${pid}`)) await rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => undefined);
  }
}

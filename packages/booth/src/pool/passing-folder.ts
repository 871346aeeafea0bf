import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ownerIsGone } from '../walls/owner-is-gone.ts';

const PREFIX = 'visavis-booth-';

/** A folder that only this user enters and that is there for a moment. It carries whose it is, for {@link sweepPassingFolders}. */
export const makePassingFolder = (): Promise<string> => mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));

/** Removes the folders that servers left which were killed in such a moment. Nothing was ever written in them but a socket's name. */
export async function sweepPassingFolders(): Promise<void> {
  // Elsewhere nobody can say whose process is gone.
  if (process.platform !== 'linux') return;
  for (const name of readdirSync(tmpdir())) {
    // Another user's cannot be removed, and need not be.
    if (ownerIsGone(name, PREFIX)) await rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => undefined);
  }
}

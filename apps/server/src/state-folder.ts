import { link, mkdir, mkdtemp, open, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { z } from 'zod';

/**
 * Reads a secret from the state folder, or makes it once. The file is readable by its owner only; of two processes
 * that make it at the same time one wins and both read the same. It is on the disk before it is used: a key that vanished
 * with a power cut after something was sealed or tagged under it could not be made again.
 */
export async function loadOrCreate<S extends z.ZodType>(stateDir: string, name: string, schema: S, create: () => Promise<z.output<S>>): Promise<z.output<S>> {
  const file = path.join(stateDir, name);
  await mkdir(stateDir, { recursive: true, mode: 0o700 });
  if ((await readIfThere(file)) === undefined) {
    const draftDir = await mkdtemp(path.join(stateDir, 'draft-'));
    const draft = path.join(draftDir, name);
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(JSON.stringify(await create()));
      await handle.sync();
    } finally {
      await handle.close();
    }
    // link, not rename: it fails when the file is already there.
    await link(draft, file).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    });
    await rm(draftDir, { recursive: true });
    await syncFolder(stateDir);
  }
  let json: unknown;
  try {
    json = JSON.parse((await readIfThere(file)) ?? '');
  } catch {
    // The parser's message could quote a secret: say only which file.
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw new Error(`${file} is not what it should be`);
  return parsed.data;
}

/** A new or removed name is on the disk when its folder is. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

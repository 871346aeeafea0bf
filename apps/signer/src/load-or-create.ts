import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { z } from 'zod';

/**
 * Reads a secret file, or makes it once: readable by its owner only, whole or not there, on the disk before it is used.
 * A key that vanished with a power cut after something was signed with it could not be made again.
 */
export async function loadOrCreate<S extends z.ZodType>(dir: string, name: string, schema: S, create: () => Promise<z.output<S>>): Promise<z.output<S>> {
  const file = path.join(dir, name);
  await mkdir(dir, { recursive: true, mode: 0o700 });
  if ((await readIfThere(file)) === undefined) {
    const draft = `${file}.${process.pid}.draft`;
    await rm(draft, { force: true });
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
    await rm(draft);
    await syncFolder(dir);
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

export async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** A name in a folder is on the disk only when the folder is. */
export async function syncFolder(dir: string): Promise<void> {
  const handle = await open(dir, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

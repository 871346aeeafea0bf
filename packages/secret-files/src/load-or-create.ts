import { randomUUID } from 'node:crypto';
import { link, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { z } from 'zod';
import { readIfThere } from './read-if-there.ts';
import { syncFolder } from './sync-folder.ts';
import { writeDurably } from './write-durably.ts';

/**
 * Reads a secret file, or makes it once. It is readable by its owner only; of two processes that make it at the same
 * time one wins and both read the same. It is whole and on the disk before it is used: a key that vanished with a power
 * cut after something was signed, sealed or tagged under it could not be made again.
 * @throws naming the file when it does not hold what it should; never its content
 */
export async function loadOrCreate<S extends z.ZodType>(folder: string, name: string, schema: S, create: () => Promise<z.output<S>>): Promise<z.output<S>> {
  const file = path.join(folder, name);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if ((await readIfThere(file)) === undefined) {
    const draft = `${file}.${randomUUID()}.draft`;
    await writeDurably(draft, JSON.stringify(await create()));
    // link, not rename: it fails when the file is already there.
    await link(draft, file).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    });
    await rm(draft);
    await syncFolder(folder);
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

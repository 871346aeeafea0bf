import { link, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { z } from 'zod';

/**
 * Reads a secret from the state folder, or makes it once. The file is readable by its owner only; of two processes
 * that make it at the same time one wins and both read the same.
 */
export async function loadOrCreate<S extends z.ZodType>(stateDir: string, name: string, schema: S, create: () => Promise<z.output<S>>): Promise<z.output<S>> {
  const file = path.join(stateDir, name);
  await mkdir(stateDir, { recursive: true, mode: 0o700 });
  if ((await readIfThere(file)) === undefined) {
    const draftDir = await mkdtemp(path.join(stateDir, 'draft-'));
    const draft = path.join(draftDir, name);
    await writeFile(draft, JSON.stringify(await create()), { mode: 0o600 });
    // link, not rename: it fails when the file is already there.
    await link(draft, file).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    });
    await rm(draftDir, { recursive: true });
  }
  const parsed = schema.safeParse(JSON.parse((await readIfThere(file)) ?? 'null'));
  // The parser's message could quote a secret: say only which file.
  if (!parsed.success) throw new Error(`${file} is not what it should be`);
  return parsed.data;
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

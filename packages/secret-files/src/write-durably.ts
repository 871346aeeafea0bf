import { open } from 'node:fs/promises';

/** Writes a file that must not be there yet, readable by its owner only, and returns when its content is on the disk. */
export async function writeDurably(file: string, text: string): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

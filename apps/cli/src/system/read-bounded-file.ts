import { readFile, stat } from 'node:fs/promises';

/** @returns undefined when it cannot be read, or is larger than that: what it should have been is for the caller to say */
export async function readBoundedFile(file: string, maxBytes: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    return (await stat(file)).size > maxBytes ? undefined : new Uint8Array(await readFile(file));
  } catch {
    return undefined;
  }
}

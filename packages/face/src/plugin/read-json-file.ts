import { readFile, stat } from 'node:fs/promises';

/** @returns undefined when there is no such file, it is larger, or no JSON */
export async function readJsonFile(file: string, maxBytes: number): Promise<unknown> {
  try {
    if ((await stat(file)).size > maxBytes) return undefined;
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return undefined;
  }
}

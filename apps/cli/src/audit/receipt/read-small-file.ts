import { open } from 'node:fs/promises';

/** A receipt with its proof is some kilobytes, a key file less. */
const MAX_FILE_BYTES = 256 * 1024;

/** @param file `-`: standard input. @returns undefined when it can't be read or is larger than any that is meant */
export async function readSmallFile(file: string): Promise<string | undefined> {
  try {
    const handle = await open(file === '-' ? '/dev/stdin' : file, 'r');
    try {
      const content = Buffer.alloc(MAX_FILE_BYTES + 1);
      let length = 0;
      for (;;) {
        const { bytesRead } = await handle.read(content, length, content.length - length);
        if (bytesRead === 0) break;
        length += bytesRead;
        if (length > MAX_FILE_BYTES) return undefined;
      }
      return content.toString('utf8', 0, length);
    } finally {
      await handle.close();
    }
  } catch {
    return undefined;
  }
}

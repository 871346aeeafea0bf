import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/**
 * Reads a regular file, and of it no more than it may have: what grows while it is read, or is a device or a pipe, ends nothing.
 * @returns undefined when it cannot be read, is no file, or is larger than that: what it should have been is for the caller to say
 */
export async function readBoundedFile(file: string, maxBytes: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    // A pipe that nobody writes to would be waited for.
    await using handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    const { size } = await handle.stat().then((found) => (found.isFile() ? found : { size: Number.POSITIVE_INFINITY }));
    if (size > maxBytes) return undefined;
    const bytes = new Uint8Array(size + 1);
    let length = 0;
    for (;;) {
      const { bytesRead } = await handle.read(bytes, length, bytes.length - length);
      length += bytesRead;
      if (bytesRead === 0 || length === bytes.length) break;
    }
    // More than it had when it was opened: it is being written.
    return length > size ? undefined : bytes.slice(0, length);
  } catch {
    return undefined;
  }
}

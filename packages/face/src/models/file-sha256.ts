import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

/** Read in pieces: a whole network in memory, only to be hashed, would stay part of a waiting cell's size. */
const PIECE_BYTES = 256 * 1024;

/** @returns undefined when there is no such file */
export async function fileSha256(path: string): Promise<string | undefined> {
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    const hash = createHash('sha256');
    const piece = new Uint8Array(PIECE_BYTES);
    for (let read = await file.read(piece); read.bytesRead > 0; read = await file.read(piece)) hash.update(piece.subarray(0, read.bytesRead));
    return hash.digest('hex');
  } finally {
    await file.close();
  }
}

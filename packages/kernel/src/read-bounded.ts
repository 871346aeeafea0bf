import { concatBytes } from './bytes.ts';

/** Reads a stream to its end. @returns undefined, without reading on, when it is longer than `maxBytes` or is not of bytes */
export async function readBounded(chunks: AsyncIterable<unknown>, maxBytes: number): Promise<Uint8Array | undefined> {
  const read: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    if (!(chunk instanceof Uint8Array)) return undefined;
    length += chunk.length;
    if (length > maxBytes) return undefined;
    read.push(chunk);
  }
  return concatBytes(...read);
}

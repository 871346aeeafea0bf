import { type Bytes, ByteReader, concatBytes } from '@visavis/kernel';
import { TILE_WIDTH } from './tile-path.ts';

/** Entries one after the other, each behind its length in two bytes. @source C2SP tlog-tiles, "Log entries" */
export function encodeEntryBundle(entries: readonly Uint8Array[]): Bytes {
  return concatBytes(...entries.flatMap((entry) => [Uint8Array.of(entry.length >> 8, entry.length & 0xff), entry]));
}

/** Undefined unless the bytes are exactly 1 to 256 entries. */
export function decodeEntryBundle(bytes: Uint8Array): readonly Uint8Array[] | undefined {
  const reader = new ByteReader(bytes);
  const entries: Uint8Array[] = [];
  try {
    while (reader.remaining > 0 && entries.length < TILE_WIDTH) entries.push(reader.take(reader.u16()));
    reader.end();
  } catch {
    return undefined;
  }
  return entries.length === 0 ? undefined : entries;
}

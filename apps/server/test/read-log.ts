import { decodeEntryBundle, leafHash, nodeHash, rootOf, TILE_HEIGHT, TILE_WIDTH, toBase64, verifyCheckpoint } from '@visavis/log';
import type { TransparencyLog } from '@visavis/registry';

/** The whole log as anybody may read it: its entries, after recomputing every tile and the root from them. Throws when anything differs. */
export async function readLog(log: Pick<TransparencyLog, 'checkpoint' | 'tile'>, logKey: string): Promise<{ readonly entries: readonly string[]; readonly size: number }> {
  const checkpoint = verifyCheckpoint(await log.checkpoint(), logKey);
  if (!checkpoint.ok) throw new Error(checkpoint.fault.code);
  const { size, root } = checkpoint.value;
  const entries: Uint8Array[] = [];
  for (let index = 0; index * TILE_WIDTH < size; index++) {
    const bundle = decodeEntryBundle((await log.tile('entries', index, Math.min(TILE_WIDTH, size - index * TILE_WIDTH)))!);
    entries.push(...bundle!);
  }
  if (entries.length !== size) throw new Error('entries are missing');
  let level = entries.map((entry) => leafHash(entry));
  for (let tileLevel = 0; level.length > 0; tileLevel++) {
    for (let index = 0; index * TILE_WIDTH < level.length; index++) {
      const expected = level.slice(index * TILE_WIDTH, (index + 1) * TILE_WIDTH);
      const tile = await log.tile(tileLevel, index, expected.length);
      if (tile === undefined || Buffer.compare(tile, Buffer.concat(expected)) !== 0) throw new Error(`tile ${tileLevel}/${index} is not what its entries make`);
    }
    for (let height = 0; height < TILE_HEIGHT; height++) level = Array.from({ length: Math.floor(level.length / 2) }, (_, at) => nodeHash(level[2 * at]!, level[2 * at + 1]!));
  }
  const known = new Map<string, Uint8Array>();
  const hash = (height: number, index: number): Uint8Array => {
    const key = `${height}/${index}`;
    const found = known.get(key) ?? (height === 0 ? leafHash(entries[index]!) : nodeHash(hash(height - 1, 2 * index), hash(height - 1, 2 * index + 1)));
    known.set(key, found);
    return found;
  };
  if (toBase64(rootOf(size, hash)) !== toBase64(root)) throw new Error('the root is not what the entries make');
  return { entries: entries.map(toBase64), size };
}

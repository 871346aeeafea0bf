import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import type { KeyStore } from './key-store.ts';

const newId = (): string => randomBytes(16).toString('base64url');
const listed = async (store: KeyStore, beforeMs: number): Promise<string[]> => {
  const ids: string[] = [];
  for await (const identityId of store.madeBefore(beforeMs)) ids.push(identityId);
  return ids;
};

/**
 * What every key store must do, whatever it is made of: run it in a test file of the implementation.
 * @param open opens the same store again, as another process would
 */
export function keyStoreConformance(open: () => Promise<KeyStore>): void {
  it('keeps the keys of each identity, each its own, for another process too', async () => {
    const [store, other] = [await open(), await open()];
    expect(other.id).toBe(store.id);
    const [a, b] = [newId(), newId()];
    expect(await store.read(a)).toBeUndefined();
    const keys = await store.create(a);
    expect([keys.dataKey.length, keys.saltKey.length]).toEqual([32, 32]);
    expect(Buffer.from(keys.dataKey).equals(keys.saltKey)).toBe(false);
    expect(await other.read(a)).toEqual(keys);
    expect(await other.create(a)).toEqual(keys);
    expect(await store.create(b)).not.toEqual(keys);
  });

  it('asked by many at once, gives all of them the same keys', async () => {
    const stores = await Promise.all([open(), open(), open()]);
    const id = newId();
    const made = await Promise.all(Array.from({ length: 12 }, (_, i) => stores[i % stores.length]!.create(id)));
    for (const keys of made) expect(keys).toEqual(made[0]);
    expect(await stores[0].read(id)).toEqual(made[0]);
  });

  it('destroys for good and for everybody, twice as well as once, and nobody else', async () => {
    const [store, other] = [await open(), await open()];
    const [gone, kept] = [newId(), newId()];
    const before = await store.create(gone);
    const keptKeys = await store.create(kept);
    await Promise.all([store.destroy(gone), other.destroy(gone)]);
    await store.destroy(gone);
    await store.destroy(newId());
    expect(await store.read(gone)).toBeUndefined();
    expect(await other.read(gone)).toBeUndefined();
    expect(await other.read(kept)).toEqual(keptKeys);
    // Made anew it has new keys: what the old ones sealed stays shut.
    expect(await store.create(gone)).not.toEqual(before);
  });

  it('lists who has keys, by when they were made', async () => {
    const store = await open();
    const [gone, kept] = [newId(), newId()];
    await store.create(gone);
    await store.create(kept);
    await store.destroy(gone);
    const all = await listed(store, Date.now() + 60_000);
    expect(all).toContain(kept);
    expect(all).not.toContain(gone);
    expect(await listed(store, Date.now() - 60_000)).toEqual([]);
  });
}

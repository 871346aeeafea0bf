import { createHash, randomBytes } from 'node:crypto';
import { cp, link, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { keyStoreConformance } from '@visavis/registry/key-store-conformance';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openFileKeyStore } from './file-key-store.ts';

const random = (n: number): Uint8Array => new Uint8Array(randomBytes(n));
const newId = (): string => randomBytes(16).toString('base64url');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'visavis-keys-'));
});
afterAll(() => rm(folder, { recursive: true }));

const fileOf = (identityId: string): string => {
  const name = createHash('sha256').update(identityId).digest('hex');
  return path.join(folder, 'identities', name.slice(0, 2), name.slice(2));
};

describe('keys in files', () => {
  keyStoreConformance(() => openFileKeyStore(folder, random));

  it('lie wrapped, in files of their owner only, and no draft stays', async () => {
    const store = await openFileKeyStore(folder, random);
    const id = newId();
    const { dataKey, saltKey } = await store.create(id);
    const file = await readFile(fileOf(id), 'utf8');
    for (const key of [dataKey, saltKey]) for (const form of ['hex', 'base64', 'base64url', 'latin1'] as const) expect(file.includes(Buffer.from(key).toString(form))).toBe(false);
    expect((await stat(fileOf(id))).mode & 0o777).toBe(0o600);
    expect((await stat(path.dirname(fileOf(id)))).mode & 0o777).toBe(0o700);
    expect(await readdir(path.join(folder, 'drafts'))).toEqual([]);
  });

  it("a file found later opens nothing under another store's key, nor in another identity's place", async () => {
    const store = await openFileKeyStore(folder, random);
    const [id, other] = [newId(), newId()];
    await store.create(id);
    await store.create(other);
    const elsewhere = await mkdtemp(path.join(tmpdir(), 'visavis-keys-'));
    await cp(path.join(folder, 'identities'), path.join(elsewhere, 'identities'), { recursive: true });
    const stranger = await openFileKeyStore(elsewhere, random);
    expect(stranger.id).not.toBe(store.id);
    await expect(stranger.read(id)).rejects.toThrow('unable to authenticate');
    await rm(elsewhere, { recursive: true });
    const record = JSON.parse(await readFile(fileOf(other), 'utf8')) as object;
    await writeFile(fileOf(other), await readFile(fileOf(id)));
    await expect(store.read(other)).rejects.toThrow('not what it should be');
    await writeFile(fileOf(other), JSON.stringify({ ...record, wrapped: (JSON.parse(await readFile(fileOf(id), 'utf8')) as { wrapped: string }).wrapped }));
    await expect(store.read(other)).rejects.toThrow('unable to authenticate');
    await rm(fileOf(other));
  });

  it('a destruction that was cut after the overwriting is a destruction, and is finished by the next call', async () => {
    const store = await openFileKeyStore(folder, random);
    const id = newId();
    const before = await store.create(id);
    await writeFile(fileOf(id), Buffer.alloc((await stat(fileOf(id))).size));
    expect(await store.read(id)).toBeUndefined();
    expect(await store.create(id)).not.toEqual(before);
  });

  it('a draft that a crash left does not outlive the destruction, nor a day', async () => {
    const store = await openFileKeyStore(folder, random);
    const [gone, kept] = [newId(), newId()];
    await store.create(gone);
    const keys = await store.create(kept);
    const draft = (id: string): string => path.join(folder, 'drafts', `${path.basename(fileOf(id))}-0011223344556677`);
    await link(fileOf(gone), draft(gone));
    await link(fileOf(kept), draft(kept));
    await store.destroy(gone);
    expect(await readdir(path.join(folder, 'drafts'))).toEqual([path.basename(draft(kept))]);
    expect(await store.madeBefore(0)[Symbol.asyncIterator]().next()).toMatchObject({ done: true });
    expect(await readdir(path.join(folder, 'drafts'))).toHaveLength(1);
    const twoDaysAgo = new Date(Date.now() - 48 * 3600 * 1000);
    await utimes(draft(kept), twoDaysAgo, twoDaysAgo);
    expect(await store.madeBefore(0)[Symbol.asyncIterator]().next()).toMatchObject({ done: true });
    expect(await readdir(path.join(folder, 'drafts'))).toEqual([]);
    expect(await store.read(kept)).toEqual(keys);
  });
});

import { createCipheriv, createDecipheriv, createHash, createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { link, mkdir, open, readdir, readFile, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import { fromBase64Url, type RandomBytes, toBase64Url } from '@visavis/kernel';
import type { IdentityKeys, KeyStore } from '@visavis/registry';
import { loadOrCreate, syncFolder, writeDurably } from '@visavis/secret-files';
import { z } from 'zod';

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** A draft lives for one call; one that is older was left by a crash. */
const DRAFT_LIFETIME_MS = 24 * 3600 * 1000;

const keyEncryptionKey = z.strictObject({ keyEncryptionKey: z.string().regex(/^[A-Za-z0-9_-]{43}$/) });
const wrappedKeys = z.strictObject({ version: z.literal(1), identityId: z.string(), wrapped: z.string() });

/**
 * Keys in files: one per identity, readable by this user only, wrapped (AES-256-GCM) under a key-encryption key in a
 * file beside them, so that a file that is found later (an overwritten block, a stray backup) opens nothing without it.
 * For the demo and for small deployments on one machine: an HSM takes its place behind the same port.
 *
 * Destroying overwrites and unlinks. On flash storage and on copy-on-write file systems the old block may outlive that
 * for a while, wrapped: what then stands between it and a reader is the key-encryption key, whose change ends it.
 * @param folder apart from the database's folder, and outside its backups
 */
export async function openFileKeyStore(folder: string, random: RandomBytes): Promise<KeyStore> {
  const { keyEncryptionKey: encoded } = await loadOrCreate(folder, 'key-encryption-key.json', keyEncryptionKey, () => Promise.resolve({ keyEncryptionKey: toBase64Url(random(KEY_BYTES)) }));
  return new FileKeyStore(folder, createSecretKey(fromBase64Url(encoded)), random);
}

class FileKeyStore implements KeyStore {
  readonly id: string;
  readonly #folder: string;
  readonly #drafts: string;
  readonly #wrappingKey: KeyObject;
  readonly #random: RandomBytes;

  constructor(folder: string, wrappingKey: KeyObject, random: RandomBytes) {
    this.#folder = path.join(folder, 'identities');
    this.#drafts = path.join(folder, 'drafts');
    this.#wrappingKey = wrappingKey;
    this.#random = random;
    this.id = createHmac('sha256', wrappingKey).update('visavis key store id v1').digest('base64url');
  }

  async create(identityId: string): Promise<IdentityKeys> {
    const earlier = await this.read(identityId);
    if (earlier !== undefined) return earlier;
    const file = this.#fileOf(identityId);
    await makeFolder(path.dirname(file));
    await makeFolder(this.#drafts);
    const draft = path.join(this.#drafts, `${path.basename(file)}-${Buffer.from(this.#random(8)).toString('hex')}`);
    await writeDurably(draft, this.#wrap(identityId, this.#random(2 * KEY_BYTES)));
    // link, not rename: of several who make it one wins, and all read what that one wrote.
    const won = await link(draft, file).then(
      () => true,
      (error: unknown) => unless('EEXIST', error, false),
    );
    if (won) await syncFolder(path.dirname(file));
    await unlink(draft).catch((error: unknown) => unless('ENOENT', error, undefined));
    const keys = await this.read(identityId);
    if (keys !== undefined) return keys;
    // What is there is what a destruction left that was cut before its last step: finish it.
    await this.destroy(identityId);
    return this.create(identityId);
  }

  async read(identityId: string): Promise<IdentityKeys | undefined> {
    const text = readSmallFile(this.#fileOf(identityId));
    // Overwritten, and not unlinked any more: destroyed.
    if (text === undefined || text.every((byte) => byte === 0)) return undefined;
    const parsed = wrappedKeys.safeParse(parseJson(text.toString('utf8')));
    if (!parsed.success || parsed.data.identityId !== identityId) throw new Error('a file of the key store is not what it should be');
    return this.#unwrap(identityId, fromBase64Url(parsed.data.wrapped));
  }

  async destroy(identityId: string): Promise<void> {
    const file = this.#fileOf(identityId);
    // A crash between link and unlink leaves the draft, which is the same file: none may stay.
    for (const draft of await readdir(this.#drafts).catch((error: unknown) => unless('ENOENT', error, []))) {
      if (draft.startsWith(path.basename(file))) await shred(path.join(this.#drafts, draft));
    }
    await shred(file);
  }

  async *madeBefore(beforeMs: number): AsyncIterable<string> {
    await this.#sweepDrafts();
    for (const shard of await readdir(this.#folder).catch((error: unknown) => unless('ENOENT', error, []))) {
      for (const name of await readdir(path.join(this.#folder, shard))) {
        const file = path.join(this.#folder, shard, name);
        const made = await stat(file).catch((error: unknown) => unless('ENOENT', error, undefined));
        if (made === undefined || made.mtimeMs >= beforeMs) continue;
        const text = await readFile(file, 'utf8').catch((error: unknown) => unless('ENOENT', error, ''));
        const parsed = wrappedKeys.safeParse(parseJson(text));
        if (parsed.success) yield parsed.data.identityId;
      }
    }
  }

  async #sweepDrafts(): Promise<void> {
    for (const draft of await readdir(this.#drafts).catch((error: unknown) => unless('ENOENT', error, []))) {
      const file = path.join(this.#drafts, draft);
      const made = await stat(file).catch((error: unknown) => unless('ENOENT', error, undefined));
      // A draft may be the living key file by another name: unlinked, never overwritten.
      if (made !== undefined && made.mtimeMs < Date.now() - DRAFT_LIFETIME_MS) await unlink(file).catch((error: unknown) => unless('ENOENT', error, undefined));
    }
  }

  /** By hash: ids differ in letter case, and some file systems don't; 256 folders keep each one small. */
  #fileOf(identityId: string): string {
    const name = createHash('sha256').update(identityId).digest('hex');
    return path.join(this.#folder, name.slice(0, 2), name.slice(2));
  }

  #wrap(identityId: string, keys: Uint8Array): string {
    const nonce = this.#random(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#wrappingKey, nonce).setAAD(binding(identityId));
    const wrapped = Buffer.concat([nonce, cipher.update(keys), cipher.final(), cipher.getAuthTag()]);
    keys.fill(0);
    return JSON.stringify({ version: 1, identityId, wrapped: wrapped.toString('base64url') } satisfies z.infer<typeof wrappedKeys>);
  }

  #unwrap(identityId: string, wrapped: Uint8Array): IdentityKeys {
    const decipher = createDecipheriv('aes-256-gcm', this.#wrappingKey, wrapped.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES }).setAAD(binding(identityId)).setAuthTag(wrapped.subarray(-TAG_BYTES));
    const keys = new Uint8Array(Buffer.concat([decipher.update(wrapped.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]));
    return { dataKey: keys.slice(0, KEY_BYTES), saltKey: keys.slice(KEY_BYTES) };
  }
}

/** At once: for two hundred bytes, four hand-overs to another thread take ten times the work of reading them. */
function readSmallFile(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    return unless('ENOENT', error, undefined);
  }
}

const binding = (identityId: string): Buffer => Buffer.from(`visavis identity keys v1\n${identityId}`);

async function shred(file: string): Promise<void> {
  const handle = await open(file, 'r+').catch((error: unknown) => unless('ENOENT', error, undefined));
  if (handle === undefined) return;
  try {
    await handle.write(Buffer.alloc((await handle.stat()).size), 0, undefined, 0);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await unlink(file).catch((error: unknown) => unless('ENOENT', error, undefined));
  await syncFolder(path.dirname(file));
}

async function makeFolder(folder: string): Promise<void> {
  const made = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (made === undefined) return;
  for (let at = folder; at.startsWith(made); at = path.dirname(at)) await syncFolder(path.dirname(at));
}

function unless<T>(code: string, error: unknown, value: T): T {
  if ((error as NodeJS.ErrnoException).code === code) return value;
  throw error;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

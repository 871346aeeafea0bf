import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { type LogEntry, verifyReceipt } from '@visavis/contract';
import { verifyLoggedEntry } from '@visavis/log';
import { blockService, eraseIdentity, findDevice, findIdentity, listDevices, listIdentityLog, listServiceConsents, purge, type Registry, rememberServiceConsent, startSession } from '@visavis/registry';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../src/embedded-postgres.ts';
import { openFileKeyStore } from '../src/file-key-store.ts';
import { openPool } from '../src/open-pool.ts';
import { accepted, enrolAt, newAuthenticator, newDocument, newPerson } from './registry-citizen.ts';
import { random, startTestRegistry, type TestRegistry } from './start-test-registry.ts';

const run = promisify(execFile);

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startTestRegistry();
});
beforeEach(() => registry.moveTo('2026-11-22T12:00:00Z'));
afterAll(() => registry?.close());

const sign: TestRegistry['signReceipt'] = (claims) => registry.signReceipt(claims);
const credentialOf = (passkey: { readonly passkey: Record<string, unknown> }): string => String(passkey.passkey['id']);

/** Enrols somebody with a consent to a service and a session, and remembers the passkey's id. */
async function settled(in_: TestRegistry = registry) {
  const [person, document, authenticator] = [newPerson({ familyName: `VANDERBILT${random(4).join('').replaceAll(/\d/g, (d) => 'ABCDEFGHIJ'[Number(d)]!)}` }), newDocument(), newAuthenticator()];
  const enrolment = await accepted(in_, { person, document });
  const passkey = await enrolment.newPasskey(authenticator);
  const bound = await enrolment.bind(passkey);
  if (!bound.ok) throw new Error(bound.fault.code);
  const { identityId } = bound.value;
  await rememberServiceConsent(in_, identityId, 'tax-office', [{ name: 'family_name', agreed: true, essential: true }]);
  await blockService(in_, identityId, 'library');
  await startSession(in_, identityId);
  return { identityId, person, document, authenticator, credentialId: credentialOf(passkey) };
}

/** Rows that name an identity, table by table; the partitions of a table count as the table. */
async function rowsOf(pool: pg.Pool, identityId: string): Promise<Record<string, number>> {
  const { rows } = await pool.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'identity_id' WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = 'public'::regnamespace AND c.relname <> 'enrolments'`,
  );
  const counts: Record<string, number> = {};
  for (const { name } of rows) counts[name] = (await pool.query(`SELECT 1 FROM ${name} WHERE identity_id = $1`, [identityId])).rowCount ?? 0;
  return counts;
}

const whole = { identities: 1, devices: 1, consents: 1, service_consents: 1, cases: 1, document_tags: 1, person_tags: 1, identity_log: 2, sessions: 1 };
const nothing = (counts: Record<string, number>): boolean => Object.values(counts).every((n) => n === 0);

describe('an erased identity', () => {
  it('leaves no row and no key; its receipt and its log entry can be checked by anybody; person and document can enrol again', async () => {
    const citizen = await settled();
    const entries = await listIdentityLog(registry, citizen.identityId);
    const proofs = await Promise.all(entries.map((opening) => registry.log.prove(opening)));
    expect(await rowsOf(registry.pool, citizen.identityId)).toMatchObject(whole);

    const erased = await eraseIdentity(registry, citizen.identityId, 'citizen', sign);
    if (!erased.ok) throw new Error(JSON.stringify(erased.fault));
    expect(nothing(await rowsOf(registry.pool, citizen.identityId))).toBe(true);
    expect(await registry.keyStore.read(citizen.identityId)).toBeUndefined();

    const receipt = await verifyReceipt(erased.value.receipt, registry.operatorPublicKey);
    expect(receipt).toMatchObject({ ok: true, value: { subject: 'identity', reason: 'citizen', endedAt: '2026-11-22T12:00:00.000Z', kept: [{ what: 'logCommitment' }] } });
    const logged = verifyLoggedEntry(erased.value.logged, registry.logKey);
    if (!logged.ok) throw new Error(logged.fault.code);
    const { kind, receiptHash } = JSON.parse(logged.value.text) as LogEntry & { receiptHash: string };
    expect([kind, receiptHash]).toEqual(['identityErased', Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(erased.value.receipt))).toString('base64url')]);
    // The tree stands: what the citizen kept of it still proves what it proved.
    for (const proof of proofs) expect(verifyLoggedEntry(proof!, registry.logKey).ok).toBe(true);

    expect(await eraseIdentity(registry, citizen.identityId, 'citizen', sign)).toMatchObject({ ok: false, fault: { code: 'IDENTITY_ERASED_WITHOUT_RECEIPT' } });
    await enrolAt(registry, { person: citizen.person, document: citizen.document });
  });

  it('cut at any step is whole or erased, never half, and the next purge finishes it', async () => {
    const cut = (): never => {
      throw new Error('cut');
    };
    const cuts: readonly (readonly [step: string, broken: (in_: Registry) => Partial<Registry>, signing: typeof sign])[] = [
      ['before the keys are destroyed', (in_) => ({ keyStore: { ...bound(in_.keyStore), destroy: async () => cut() } }), sign],
      [
        'after the keys are destroyed',
        (in_) => ({
          keyStore: {
            ...bound(in_.keyStore),
            async destroy(identityId) {
              await in_.keyStore.destroy(identityId);
              cut();
            },
          },
        }),
        sign,
      ],
      ['while the receipt is signed', () => ({}), async () => cut()],
      ['before the transaction', (in_) => ({ pool: { query: in_.pool.query.bind(in_.pool), connect: async () => cut() } as unknown as pg.Pool }), sign],
      ['in the transaction, after the rows are deleted', (in_) => ({ log: { ...in_.log, appendWith: async () => cut() } }), sign],
    ];
    for (const [step, broken, signing] of cuts) {
      const citizen = await settled();
      const refused = await eraseIdentity({ ...registry, ...broken(registry) }, citizen.identityId, 'citizen', signing);
      expect([step, refused]).toMatchObject([step, { ok: false, fault: { code: 'IDENTITY_ERASED_WITHOUT_RECEIPT', detail: { reason: 'cut' } } }]);
      // Decided: nobody gets in or reads it any more, whatever is still there.
      expect(await findIdentity(registry, citizen.identityId)).toBeUndefined();
      expect((await rowsOf(registry.pool, citizen.identityId))['identities']).toBe(1);
      const again = await accepted(registry, { person: newPerson(), document: citizen.document });
      expect(await again.bind(await again.newPasskey(newAuthenticator()))).toMatchObject({ ok: false, fault: { code: 'IDENTITY_DOCUMENT_ALREADY_ENROLLED' } });

      const done = await purge(registry, sign, 'withoutLists');
      expect(done['unfinished']).toBe(0);
      expect(nothing(await rowsOf(registry.pool, citizen.identityId))).toBe(true);
      expect(await registry.keyStore.read(citizen.identityId)).toBeUndefined();
    }
    // Honest twin: cut before the decision, it is whole.
    const citizen = await settled();
    const { pool } = registry;
    await expect(eraseIdentity({ ...registry, pool: { query: async () => cut(), connect: () => pool.connect() } as unknown as pg.Pool }, citizen.identityId, 'citizen', sign)).rejects.toThrow('cut');
    expect((await findIdentity(registry, citizen.identityId))?.person).toEqual(citizen.person);
  });

  it('asked for by many at once is erased once, with one receipt and one log entry', async () => {
    const citizen = await settled();
    const answers = await Promise.all(Array.from({ length: 6 }, () => eraseIdentity(registry, citizen.identityId, 'citizen', sign)));
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    expect(nothing(await rowsOf(registry.pool, citizen.identityId))).toBe(true);
  });

  it("is not brought back by an enrolment's repeated answer", async () => {
    const authenticator = newAuthenticator();
    const enrolment = await accepted(registry, { person: newPerson(), document: newDocument() });
    const passkey = await enrolment.newPasskey(authenticator);
    expect((await enrolment.bind(passkey)).ok).toBe(true);
    await eraseIdentity(registry, enrolment.identityId, 'citizen', sign);
    expect(await enrolment.bind(passkey)).toMatchObject({ ok: false, fault: { code: 'ENROLMENT_ALREADY_USED' } });
    expect(await registry.keyStore.read(enrolment.identityId)).toBeUndefined();
  });
});

describe("yesterday's copy of the database", () => {
  let copyDir: string;
  let copied: EmbeddedPostgres;
  let copy: Registry;
  let gone: Awaited<ReturnType<typeof settled>>;
  let kept: Awaited<ReturnType<typeof settled>>;

  beforeAll(async () => {
    [gone, kept] = [await settled(), await settled()];
    copyDir = `${registry.dataDir}-copy`;
    await backUp(registry, copyDir);
    expect((await eraseIdentity(registry, gone.identityId, 'citizen', sign)).ok).toBe(true);
    copied = await startEmbeddedPostgres({ dataDir: copyDir, onCrash: () => undefined });
    // Today's key store, opened anew from its files: nothing is remembered in a process.
    copy = { ...registry, pool: openPool(copied.connection, () => undefined), keyStore: await openFileKeyStore(registry.keyStoreDir, random) };
  });
  afterAll(async () => {
    await copy?.pool.end();
    await copied?.stop();
    await rm(copyDir, { recursive: true, force: true });
  });

  it('holds the erased identity whole, as rows that no key of today opens', async () => {
    expect(await rowsOf(copy.pool, gone.identityId)).toMatchObject(whole);
    expect(await findIdentity(copy, gone.identityId)).toBeUndefined();
    expect(await findDevice(copy, gone.identityId, gone.credentialId)).toBeUndefined();
    expect(await listDevices(copy, gone.identityId)).toEqual([]);
    expect(await listServiceConsents(copy, gone.identityId)).toEqual([]);
    expect(await listIdentityLog(copy, gone.identityId)).toEqual([]);
    // Not for want of trying: every key that is left, on every sealed row of it.
    const { rows } = await copy.pool.query<{ sealed: Buffer }>(
      ['identities', 'devices', 'consents', 'service_consents', 'cases', 'identity_log'].map((table) => `SELECT sealed FROM ${table} WHERE identity_id = $1`).join(' UNION ALL '),
      [gone.identityId],
    );
    expect(rows).toHaveLength(6);
    let tried = 0;
    for await (const identityId of copy.keyStore.madeBefore(Number.POSITIVE_INFINITY)) {
      const keys = (await copy.keyStore.read(identityId))!;
      for (const key of [keys.dataKey, keys.saltKey]) for (const { sealed } of rows) expect(await opens(key, sealed, gone.identityId)).toBe(false);
      tried += 1;
    }
    expect(tried).toBeGreaterThan(0);
  });

  it('honest twin: the other identity is readable there', async () => {
    expect((await findIdentity(copy, kept.identityId))?.person).toEqual(kept.person);
    expect(await findDevice(copy, kept.identityId, kept.credentialId)).toMatchObject({ credentialId: kept.credentialId });
    expect(await listDevices(copy, kept.identityId)).toHaveLength(1);
    expect(await listServiceConsents(copy, kept.identityId)).toMatchObject([{ clientId: 'tax-office' }]);
    expect(await listIdentityLog(copy, kept.identityId)).toHaveLength(2);
    // Control of the search above: the right key opens.
    const { rows } = await copy.pool.query<{ sealed: Buffer }>('SELECT sealed FROM identities WHERE identity_id = $1', [kept.identityId]);
    expect(await opens((await copy.keyStore.read(kept.identityId))!.dataKey, rows[0]!.sealed, kept.identityId)).toBe(true);
  });

  it('names nobody in clear, in no file: no name, document number, birth date or passkey id', async () => {
    const needles = (of: typeof gone): readonly Buffer[] => [
      ...[of.person.familyName, of.document.documentNumber, of.credentialId, of.person.dateOfBirth.slice(2).replaceAll('-', ''), of.person.dateOfBirth].map((text) => Buffer.from(text)),
      Buffer.from(of.credentialId, 'base64url'),
    ];
    // The same search finds the control: a name that somebody wrote into the database in clear.
    await registry.pool.query(`CREATE TABLE control (name text)`);
    await registry.pool.query(`INSERT INTO control VALUES ('WRITTENINCLEAR')`);
    await registry.pool.query('CHECKPOINT');
    const found = await search([copyDir, registry.dataDir], [...needles(gone), ...needles(kept), Buffer.from('WRITTENINCLEAR')]);
    expect(found.bytes).toBeGreaterThan(20 * 1024 * 1024);
    expect(found.hits).toEqual(['WRITTENINCLEAR']);
  });
});

// The last one: its processes sign the log's state too, which the signer of this one then is behind of.
describe('an erasure in a process that is killed', () => {
  it('by SIGKILL, at any step, is whole or erased, and the next purge finishes it', async () => {
    const host = String(registry.pool.options.host);
    for (const step of ['begun', 'decided', 'overwritten', 'destroyed', 'signing', 'deleted', 'appended', 'committed']) {
      const citizen = await settled();
      const dying = spawn(process.execPath, [path.join(import.meta.dirname, 'erase-and-die.ts'), host, registry.keyStoreDir, citizen.identityId, step], { stdio: ['ignore', 'ignore', 'inherit'] });
      const [, signal] = (await once(dying, 'exit')) as [number | null, string | null];
      expect([step, signal]).toEqual([step, 'SIGKILL']);
      const left = await rowsOf(registry.pool, citizen.identityId);
      if (step === 'begun') {
        expect(left).toMatchObject(whole);
        expect((await findIdentity(registry, citizen.identityId))?.person).toEqual(citizen.person);
        continue;
      }
      expect(await findIdentity(registry, citizen.identityId)).toBeUndefined();
      // The rows go all at once, with the log's entry, and not before.
      if (step === 'committed') expect(nothing(left)).toBe(true);
      else expect(left).toMatchObject(whole);
      expect((await registry.keyStore.read(citizen.identityId)) === undefined).toBe(step !== 'decided');
      expect(await purge(registry, sign, 'withoutLists')).toMatchObject({ cutErasure: step === 'committed' ? 0 : 1, unfinished: 0 });
      expect(nothing(await rowsOf(registry.pool, citizen.identityId))).toBe(true);
      expect(await registry.keyStore.read(citizen.identityId)).toBeUndefined();
    }
    // Honest twin: told no step, it comes to its end.
    const citizen = await settled();
    const living = spawn(process.execPath, [path.join(import.meta.dirname, 'erase-and-die.ts'), host, registry.keyStoreDir, citizen.identityId], { stdio: ['ignore', 'ignore', 'inherit'] });
    expect((await once(living, 'exit'))[0]).toBe(0);
    expect(nothing(await rowsOf(registry.pool, citizen.identityId))).toBe(true);
  });
});

/** With the raw algorithm, as somebody would who has the files and no respect for our code. */
async function opens(key: Uint8Array<ArrayBuffer>, sealed: Buffer, identityId: string): Promise<boolean> {
  const imported = await crypto.subtle.importKey('raw', key, 'AES-GCM', false, ['decrypt']);
  const additionalData = Buffer.from(`visavis row v1\nidentities\n${identityId}\n${identityId}`);
  return crypto.subtle.decrypt({ name: 'AES-GCM', iv: new Uint8Array(sealed.subarray(1, 13)), additionalData }, imported, new Uint8Array(sealed.subarray(13))).then(
    () => true,
    () => false,
  );
}

/** A base backup of the running database, as an operator would take it. */
async function backUp({ pool, dataDir }: TestRegistry, target: string): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query(`SELECT pg_backup_start('test', true)`);
    await rm(target, { recursive: true, force: true });
    await run('cp', ['-a', dataDir, target]);
    const { rows } = await client.query<{ labelfile: string }>('SELECT labelfile FROM pg_backup_stop(false)');
    await run('cp', ['-a', path.join(dataDir, 'pg_wal'), target]);
    await rm(path.join(target, 'postmaster.pid'));
    const label = path.join(target, 'backup_label');
    await writeFile(label, rows[0]!.labelfile);
    const { uid, gid } = await stat(path.join(target, 'PG_VERSION'));
    await chown(label, uid, gid);
  } finally {
    client.release();
  }
}

async function search(folders: readonly string[], needles: readonly Buffer[]): Promise<{ readonly bytes: number; readonly hits: readonly string[] }> {
  let bytes = 0;
  const hits = new Set<string>();
  for (const folder of folders) {
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const content = await readFile(path.join(entry.parentPath, entry.name));
      bytes += content.length;
      for (const needle of needles) if (content.includes(needle)) hits.add(needle.toString('utf8'));
    }
  }
  return { bytes, hits: [...hits] };
}

/** Methods of an instance, so that one of them can be replaced. */
const bound = (store: Registry['keyStore']): Registry['keyStore'] => ({
  id: store.id,
  create: (identityId) => store.create(identityId),
  read: (identityId) => store.read(identityId),
  destroy: (identityId) => store.destroy(identityId),
  madeBefore: (beforeMs) => store.madeBefore(beforeMs),
});

import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { eraseIdentity, openTransparencyLog, type Registry } from '@visavis/registry';
import { openFileKeyStore } from '../src/file-key-store.ts';
import { openPool } from '../src/open-pool.ts';
import { createLogSigner } from './log-signer.ts';
import { random } from './start-test-registry.ts';

// Erases one identity in a process of its own, and kills that with SIGKILL at the step it was told.
const [host = '', keyStoreDir = '', identityId = '', dieAt = ''] = process.argv.slice(2);
const reached = (step: string): void => {
  if (step === dieAt) process.kill(process.pid, 'SIGKILL');
};

const pool = openPool({ host, user: 'postgres', database: 'postgres' }, () => undefined);
const signer = createLogSigner();
const log = await openTransparencyLog({ pool, random, logKey: signer.logKey, signCheckpoint: async (request) => signer.sign(request), onFault: () => undefined });
const keyStore = await openFileKeyStore(keyStoreDir, random);
const registry = {
  pool,
  clock: () => Date.now(),
  random,
  keyStore: {
    id: keyStore.id,
    create: (id: string) => keyStore.create(id),
    read: (id: string) => keyStore.read(id),
    madeBefore: (beforeMs: number) => keyStore.madeBefore(beforeMs),
    async destroy(id: string) {
      reached('decided');
      if (dieAt === 'overwritten') {
        const name = createHash('sha256').update(id).digest('hex');
        await writeFile(path.join(keyStoreDir, 'identities', name.slice(0, 2), name.slice(2)), Buffer.alloc(300));
        reached('overwritten');
      }
      await keyStore.destroy(id);
      reached('destroyed');
    },
  },
  log: {
    ...log,
    // Called in the transaction, after the rows are deleted.
    async appendWith(...args: Parameters<typeof log.appendWith>) {
      reached('deleted');
      const opening = await log.appendWith(...args);
      reached('appended');
      return opening;
    },
    async prove(...args: Parameters<typeof log.prove>) {
      reached('committed');
      return log.prove(...args);
    },
  },
} as unknown as Registry;

reached('begun');
await eraseIdentity(registry, identityId, 'citizen', async () => {
  reached('signing');
  return 'a.b.c';
});
process.exit(0);

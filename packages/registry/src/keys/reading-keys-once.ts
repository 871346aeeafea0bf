import type { Registry } from '../registry.ts';
import type { IdentityKeys } from './key-store.ts';

/**
 * The registry for one request, which reads each identity's keys once. Whatever it writes is still decided by the
 * database, where an erasure that is under way stands first.
 */
export function readingKeysOnce<Part extends Pick<Registry, 'keyStore'>>(registry: Part): Part {
  const { keyStore } = registry;
  const reads = new Map<string, Promise<IdentityKeys | undefined>>();
  return {
    ...registry,
    keyStore: {
      id: keyStore.id,
      create(identityId) {
        reads.delete(identityId);
        return keyStore.create(identityId);
      },
      destroy(identityId) {
        reads.delete(identityId);
        return keyStore.destroy(identityId);
      },
      madeBefore: (beforeMs) => keyStore.madeBefore(beforeMs),
      read(identityId) {
        const reading = reads.get(identityId) ?? keyStore.read(identityId);
        reads.set(identityId, reading);
        return reading;
      },
    },
  };
}

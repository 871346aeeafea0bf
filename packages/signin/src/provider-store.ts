import type { Clock } from '@visavis/kernel';
import { type ActiveIdentity, openIdentity, type Registry } from '@visavis/registry';
import type { AdapterFactory } from 'oidc-provider';
import { findIdentityRow, postgresAdapter } from './postgres-adapter.ts';
import type { MountName } from './service.ts';

/** Whom a record of the provider is about; opened only where something is to be said of them. */
export interface ProviderAccount {
  readonly isFrozen: boolean;
  /** @returns undefined when the identity was erased meanwhile */
  open(): Promise<ActiveIdentity | undefined>;
}

/** Where a provider keeps its records, and whom they are about. */
export interface ProviderStore {
  readonly clock: Clock;
  adapter(mount: MountName): AdapterFactory;
  findAccount(identityId: string): Promise<ProviderAccount | undefined>;
}

export const registryStore = (registry: Registry): ProviderStore => ({
  clock: registry.clock,
  adapter: (mount) => postgresAdapter(registry, mount),
  async findAccount(identityId) {
    const row = await findIdentityRow(registry, identityId);
    return row && { isFrozen: row.frozen, open: () => openIdentity(registry, identityId, row) };
  },
});

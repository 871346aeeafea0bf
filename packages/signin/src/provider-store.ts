import type { Clock } from '@visavis/kernel';
import { type ActiveIdentity, findIdentity, type Registry } from '@visavis/registry';
import type { AdapterFactory } from 'oidc-provider';
import { postgresAdapter } from './postgres-adapter.ts';
import type { MountName } from './service.ts';

/** Where a provider keeps its records, and whom they are about. */
export interface ProviderStore {
  readonly clock: Clock;
  adapter(mount: MountName): AdapterFactory;
  findIdentity(identityId: string): Promise<ActiveIdentity | undefined>;
}

export const registryStore = (registry: Registry): ProviderStore => ({
  clock: registry.clock,
  adapter: (mount) => postgresAdapter(registry, mount),
  findIdentity: (identityId) => findIdentity(registry, identityId),
});

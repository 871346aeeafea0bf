import type { Service } from './service.ts';

/**
 * The services that are registered now, of all mounts. Asked at each use, so that a service which is registered or
 * withdrawn while the server runs is there or gone.
 */
export interface ServiceDirectory {
  find(clientId: string): Service | undefined;
}

/** A directory that never changes. */
export function fixedDirectory(services: readonly Service[]): ServiceDirectory {
  const byId = new Map(services.map((service) => [service.clientId, service]));
  return { find: (clientId) => byId.get(clientId) };
}

/** Of a directory, what belongs to one mount. */
export const servicesOf = (directory: ServiceDirectory, mount: Service['mount']): ServiceDirectory => ({
  find(clientId) {
    const service = directory.find(clientId);
    return service?.mount === mount ? service : undefined;
  },
});

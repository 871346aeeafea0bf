import { listServiceRecords, type PublicService, type Registry, type ServiceRecord } from '@visavis/registry';
import { type Mount, parseRegistration, type Service, type ServiceDirectory } from '@visavis/signin';

/** What a service registered or withdrawn at another server, or by the operator's command, waits at most until it counts here. */
const REFRESH_EVERY_MS = 5000;

/** Client ids of the sandbox; the operator's begin otherwise. */
export const DEVELOPER_PREFIX = 'dev-';

export interface LiveServiceDirectory extends ServiceDirectory {
  /** Those that are registered now, by client id, after a given one. */
  list(after: string, atMost: number): readonly Service[];
  /** At once, instead of within five seconds. */
  refresh(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * The operator's file, and what was registered since, in memory: asked several times in every sign-in. Where both name
 * a client id, the file is right.
 * @param fixed the services of the file
 * @param onFault told when the database was not read; what was known goes on counting, and nobody signs in without a database
 */
export async function openServiceDirectory(registry: Pick<Registry, 'pool' | 'clock'>, o: { readonly fixed: readonly Service[]; readonly mounts: readonly Mount[]; readonly isDemo: boolean; readonly onFault: () => void }): Promise<LiveServiceDirectory> {
  const fixed = new Map(o.fixed.map((service) => [service.clientId, service]));
  const registered = new Map<string, { readonly service: Service; readonly expiresAtMs: number }>();
  let revision = 0;

  function take(record: ServiceRecord): void {
    revision = Math.max(revision, record.revision);
    registered.delete(record.clientId);
    if (record.withdrawn || fixed.has(record.clientId) || (record.registrar === 'developer' && !o.isDemo)) return;
    const parsed = parseRegistration(record.registration, { registrar: record.registrar, mounts: o.mounts, allowLoopback: o.isDemo, secretSha256: record.clientSecretSha256 });
    // Checked when it was registered; by today's rules it may be none any more.
    if (parsed.ok) registered.set(record.clientId, { service: parsed.value, expiresAtMs: record.expiresAtMs ?? Number.POSITIVE_INFINITY });
    else o.onFault();
  }
  const refresh = async (): Promise<void> => {
    for (const record of await listServiceRecords(registry, revision)) take(record);
  };
  const find = (clientId: string): Service | undefined => {
    const live = registered.get(clientId);
    return fixed.get(clientId) ?? (live !== undefined && live.expiresAtMs > registry.clock() ? live.service : undefined);
  };

  await refresh();
  let running: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    running = refresh().catch(o.onFault);
  }, REFRESH_EVERY_MS);
  return {
    find,
    list: (after, atMost) =>
      [...new Set([...fixed.keys(), ...registered.keys()])]
        .filter((clientId) => clientId > after)
        .toSorted()
        .flatMap((clientId) => find(clientId) ?? [])
        .slice(0, atMost),
    refresh,
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}

export const publicService = ({ clientId, name, purposes, claims }: Service): PublicService => ({ clientId, name, purposes, claims });

import type { Registry } from '@visavis/registry';
import type { Provider } from 'oidc-provider';
import type { MountedProvider } from './mount.ts';
import type { ServiceDirectory } from './service-directory.ts';

/** With what the library's types leave out. */
type Session = InstanceType<Provider['Session']> & { readonly new?: boolean; destroyed?: boolean };

/** Seconds. As long as a service may have to be told that a sign-in ended; no sign-in is ever continued from a session. */
const TOLD_SESSION_S = 30 * 60;
/** Seconds. One redirect. */
const UNTOLD_SESSION_S = 60;

export const sessionLifetimeS = (services: ServiceDirectory, session: Session): number => (toldServices(services, session).length === 0 ? UNTOLD_SESSION_S : TOLD_SESSION_S);

/** A session that began with this sign-in and that nobody is to be told of is not even stored. */
export function forgetUntoldSession(services: ServiceDirectory, session: Session | undefined): void {
  if (session?.new === true && toldServices(services, session).length === 0) session.destroyed = true;
}

/**
 * After a sign-in, keeps of the provider's session what a logout has to tell, and no more: the services that registered
 * an address for it. With none of them, nothing that names the citizen and their services outlives the redirect.
 */
export async function keepOnlyWhatLogoutNeeds(services: ServiceDirectory, session: Session): Promise<void> {
  if (session.destroyed === true) return;
  const told = toldServices(services, session);
  if (told.length === 0) return session.destroy();
  session.authorizations = Object.fromEntries(told.map((clientId) => [clientId, session.authorizations![clientId]!]));
  await session.persist();
}

/**
 * Ends a provider's session: it is gone, and every service that relies on it and can be told is told, each with a
 * logout token of its own. A service that does not answer is an event, `backchannel.error`, and stops nothing.
 * @source OpenID Connect Back-Channel Logout 1.0 §2.4, §2.5
 */
export async function endProviderSession(provider: Provider, session: Session): Promise<void> {
  const { accountId } = session;
  await session.destroy();
  if (accountId !== undefined) await Promise.all(Object.keys(session.authorizations ?? {}).map((clientId) => tell(provider, session, accountId, clientId)));
}

/**
 * Ends what this citizen's sign-ins have left open.
 * @param clientId at one service; at all of them when left out
 */
export async function endSessionsOf(registry: Registry, mounted: readonly MountedProvider[], identityId: string, clientId?: string): Promise<void> {
  for (const { mount, provider } of mounted) {
    const { rows } = await registry.pool.query<{ uid: string }>(`SELECT uid FROM oidc_records WHERE mount = $1 AND model = 'Session' AND payload->>'accountId' = $2`, [mount.name, identityId]);
    for (const { uid } of rows) {
      const session = await provider.Session.findByUid(uid);
      if (session === undefined) continue;
      if (clientId === undefined) await endProviderSession(provider, session);
      else if (session.authorizations?.[clientId] !== undefined) {
        await tell(provider, session, identityId, clientId);
        delete session.authorizations[clientId];
        await session.persist();
      }
    }
  }
}

const toldServices = (services: ServiceDirectory, session: Session): readonly string[] => Object.keys(session.authorizations ?? {}).filter((clientId) => services.find(clientId)?.backchannelLogoutUri !== undefined);

async function tell(provider: Provider, session: Session, accountId: string, clientId: string): Promise<void> {
  const client = (await provider.Client.find(clientId)) as ToldClient | undefined;
  const sid = session.sidFor(clientId);
  if (client?.backchannelLogoutUri === undefined || sid === undefined) return;
  try {
    await client.backchannelLogout(accountId, sid);
  } catch {
    provider.emit('backchannel.error');
  }
}

/** What the library's types leave out. */
interface ToldClient {
  readonly backchannelLogoutUri?: string;
  backchannelLogout(accountId: string, sid: string): Promise<void>;
}

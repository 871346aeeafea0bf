import { consentInInteraction, fetchInteraction, type Passkeys, proveInInteraction, type ServerPort } from '@visavis/client';
import type { PublicFault, Result } from '@visavis/kernel';

/** More redirects than any honest sign-in has. */
const MAX_REDIRECTS = 12;

/**
 * Signs a citizen in to a service as a browser would: follows the service's redirects to the provider, proves who
 * they are with their passkey, agrees to all that is asked, and follows the way back.
 * @returns the page that the service shows at the end
 */
export async function signInToService(o: { readonly server: ServerPort; readonly passkeys: Passkeys; readonly signInUrl: string }): Promise<string> {
  const arrived = await follow(o.server, o.signInUrl, 'POST', (url) => url.origin === o.server.origin && url.pathname.startsWith('/sign-in/'));
  const uid = arrived.url.pathname.split('/').at(-1)!;
  let interaction = orThrow(await fetchInteraction(o.server, uid));
  if (interaction.step === 'passkey') interaction = orThrow(await proveInInteraction(o.server, o.passkeys, interaction));
  const returnTo = interaction.returnTo ?? orThrow(await consentInInteraction(o.server, uid, { agree: true, claims: interaction.claims.map(({ name }) => name) })).returnTo;
  const ended = await follow(o.server, new URL(returnTo, o.server.origin).href, 'GET', () => false);
  return ended.page;
}

async function follow(server: ServerPort, start: string, startMethod: 'GET' | 'POST', isThere: (url: URL) => boolean): Promise<{ readonly url: URL; readonly page: string }> {
  let url = new URL(start);
  for (let i = 0; i < MAX_REDIRECTS; i++) {
    if (isThere(url)) return { url, page: '' };
    const response = await server.fetch(url.href, { method: i === 0 ? startMethod : 'GET' });
    const location = response.headers.get('location');
    if (location === null) {
      const page = await response.text();
      if (!response.ok) throw new Error(`${url.origin}${url.pathname} answered ${response.status}`);
      return { url, page };
    }
    await response.body?.cancel();
    url = new URL(location, url);
  }
  throw new Error('too many redirects');
}

function orThrow<T>(result: Result<T, PublicFault>): T {
  if (!result.ok) throw new Error(`${result.fault.code}: ${result.fault.meaning}`);
  return result.value;
}

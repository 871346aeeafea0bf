import type { Configuration } from 'oidc-provider';
import { isLoopback } from './loopback.ts';

type Fetch = NonNullable<Configuration['fetch']>;

/**
 * How the provider calls services: for their keys and to tell them of a logout. Establishes that a name which resolves
 * to a private or special address is not spoken to: the library closes such a connection when it is made, before
 * anything is sent, by means of the runtime. Where it could not set that up, nothing is called at all.
 * @param allowLoopback in the demo only: the own machine may be called
 * @source RFC 9700 §4.10 (Keycloak CVE-2026-4874)
 */
export function outgoingFetch(allowLoopback: boolean): Fetch {
  return async (url, options) => {
    const { dispatcher, ...rest } = options as RequestInit & { readonly dispatcher?: object };
    if (allowLoopback && isLoopback(new URL(url instanceof Request ? url.url : url))) return fetch(url, { ...rest, redirect: 'manual' });
    if (dispatcher === undefined) throw new TypeError('outgoing requests can not be checked on this runtime');
    return fetch(url, { ...options, redirect: 'manual' });
  };
}

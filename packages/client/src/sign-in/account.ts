import { type Account, account, type ClientConfiguration, clientConfiguration } from '@visavis/contract';
import type { PublicFault, Result } from '@visavis/kernel';
import type { ServerPort } from '../ports.ts';
import { callServer } from '../server/call-server.ts';

/** What a client must know before it starts. A web page trusts the host that serves it; others pin the operator key. */
export function fetchConfiguration(server: ServerPort): Promise<Result<ClientConfiguration, PublicFault>> {
  return callServer(server, { method: 'GET', path: '/api/configuration', answer: clientConfiguration });
}

/** The citizen's identity and devices; needs a session. */
export function fetchAccount(server: ServerPort): Promise<Result<Account, PublicFault>> {
  return callServer(server, { method: 'GET', path: '/api/account', answer: account });
}

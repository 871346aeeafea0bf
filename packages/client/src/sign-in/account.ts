import { type Account, account, type ClientConfiguration, clientConfiguration } from '@visavis/contract';
import type { PublicFault, Result } from '@visavis/kernel';
import { z } from 'zod';
import type { ServerPort } from '../ports.ts';
import { callServer } from '../server/call-server.ts';

/** What a client must know before it starts. A web page trusts the host that serves it; others pin the operator key. */
export function fetchConfiguration(server: ServerPort): Promise<Result<ClientConfiguration, PublicFault>> {
  return callServer(server, { method: 'GET', path: '/api/configuration', answer: clientConfiguration });
}

/** The citizen's identity, devices and consents; needs a session. */
export function fetchAccount(server: ServerPort): Promise<Result<Account, PublicFault>> {
  return callServer(server, { method: 'GET', path: '/api/account', answer: account });
}

/** That service is asked about again at its next sign-in. */
export function revokeConsent(server: ServerPort, clientId: string): Promise<Result<undefined, PublicFault>> {
  return callServer(server, { method: 'DELETE', path: `/api/account/consents/${encodeURIComponent(clientId)}`, answer: z.undefined() });
}

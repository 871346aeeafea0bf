import { type AccountEmail, accountEmail } from '@visavis/contract';
import type { PublicFault, Result } from '@visavis/kernel';
import { z } from 'zod';
import type { ServerPort } from '../ports.ts';
import { callServer } from '../server/call-server.ts';

/** The citizen's e-mail address and whether there can be one; needs a session. */
export function fetchEmail(server: ServerPort): Promise<Result<AccountEmail, PublicFault>> {
  return callServer(server, { method: 'GET', path: '/api/account/email', answer: accountEmail });
}

/** Confirms the address that the code was sent to. @faults EMAIL_CODE_REFUSED */
export function confirmEmailCode(server: ServerPort, code: string): Promise<Result<undefined, PublicFault>> {
  return callServer(server, { method: 'POST', path: '/api/account/email/confirmation', body: { code }, answer: z.undefined() });
}

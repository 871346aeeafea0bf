import { type Notices, notices } from '@visavis/contract';
import type { PublicFault, Result } from '@visavis/kernel';
import { z } from 'zod';
import type { ServerPort } from '../ports.ts';
import { callServer } from '../server/call-server.ts';

/** What happened to the identity and was not put away yet, newest first; needs a session. */
export function fetchNotices(server: ServerPort): Promise<Result<Notices, PublicFault>> {
  return callServer(server, { method: 'GET', path: '/api/account/notices', answer: notices });
}

export function dismissNotice(server: ServerPort, noticeId: string): Promise<Result<undefined, PublicFault>> {
  return callServer(server, { method: 'DELETE', path: `/api/account/notices/${encodeURIComponent(noticeId)}`, answer: z.undefined() });
}

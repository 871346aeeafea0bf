import { z } from 'zod';
import { randomId } from './primitives.ts';

/**
 * What happened to a citizen's identity, told on all their devices until they put it away.
 *
 * | call | body | answer |
 * |---|---|---|
 * | `GET /api/account/notices` | | notices, newest first; 401 SIGN_IN_NEEDED |
 * | `DELETE /api/account/notices/:noticeId` | | 204, also when it is gone already |
 */
export const noticeKind = z.enum([
  'deviceAdded',
  'deviceRemoved',
  'identityFrozen',
  'identityUnfrozen',
  'methodLocked',
  'methodUnlocked',
  'serviceBlocked',
  'serviceUnblocked',
  'recoveryStarted',
  'recoveryVetoed',
  'recoveryCompleted',
  'emailConfirmed',
  'emailChanged',
  'emailRemoved',
  'proofShared',
  'proofSeen',
]);
export type NoticeKind = z.infer<typeof noticeKind>;

/** Nothing in it says who, where or with which service. */
export const notices = z.array(z.strictObject({ noticeId: randomId, kind: noticeKind, at: z.iso.datetime() }));
export type Notices = z.infer<typeof notices>;

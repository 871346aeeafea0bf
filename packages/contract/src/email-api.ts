import { z } from 'zod';
import { emailAddress } from './email-address.ts';

/**
 * The citizen's e-mail address, if they want one: to be told that there is a notice, and for services that they let
 * know it. Set and removed by the acts `setEmail` and `removeEmail`, which only a passkey does.
 *
 * | call | body | answer |
 * |---|---|---|
 * | `GET /api/account/email` | | accountEmail; 401 SIGN_IN_NEEDED |
 * | `POST /api/account/email/confirmation` | `{ code }` | 204, once; 403 EMAIL_CODE_REFUSED |
 */
export const accountEmail = z.strictObject({
  /** The operator has a way to send mail. */
  isOffered: z.boolean(),
  address: emailAddress.optional(),
  /** A code is on its way there. */
  waiting: emailAddress.optional(),
});
export type AccountEmail = z.infer<typeof accountEmail>;

export const EMAIL_CODE_DIGITS = 8;
export const emailCode = z.string().regex(/^[0-9]{8}$/);

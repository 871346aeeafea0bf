import { z } from 'zod';

/**
 * What a citizen lets services know, and whom they shut out; by session cookie but for the first.
 *
 * | call | body | answer |
 * |---|---|---|
 * | `POST /api/interactions/:uid/consent` | consentAnswer | 200 `{ returnTo }`: follow it in the browser; 400 CONSENT_CLAIM_NOT_ASKED, CONSENT_ESSENTIAL_MISSING |
 * | `GET /api/account/services` | | accountServices; 401 SIGN_IN_NEEDED |
 * | `PUT /api/account/services/:clientId/claims` | agreedClaims | 204: as on the consent page, over what the service asked for until now; 404 ACCOUNT_SERVICE_UNKNOWN |
 * | `DELETE /api/account/services/:clientId` | | 204: that service is asked about again |
 * | `POST /api/account/services/:clientId/block` | `{}` | 200 accountCase: its sessions and tokens are dead, and it signs nobody in as this citizen any more |
 * | `POST /api/account/services/:clientId/unblock/options` | `{}` | 200 passkeyChallenge |
 * | `POST /api/account/services/:clientId/unblock` | passkeyAnswer | 204; 401 SIGN_IN_*: a session alone lets nobody in again |
 *
 * A service that is not among this citizen's is 404 ACCOUNT_SERVICE_UNKNOWN, whoever else's it is.
 */

const claimNames = z.array(z.string().max(32)).max(16).refine((names) => new Set(names).size === names.length, 'each once');

/** Every claim that may be told, the essential ones too; what is left out is refused. */
export const agreedClaims = z.strictObject({ claims: claimNames });

export const consentAnswer = z.discriminatedUnion('agree', [z.strictObject({ agree: z.literal(false) }), agreedClaims.extend({ agree: z.literal(true) })]);
export type ConsentAnswer = z.infer<typeof consentAnswer>;

/** Letters and digits to be read out on a telephone: without I, L, O and U. */
const caseNumber = z.string().regex(/^[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$/);

/** Something a citizen reported; names nobody. */
export const accountCase = z.strictObject({
  caseNumber,
  /** `notMe`: signed in at a service as this citizen, but not by them, they say. The service is shut out while it is open. */
  kind: z.enum(['notMe']),
  state: z.enum(['open', 'closed']),
  openedAt: z.iso.datetime(),
  clientId: z.string(),
  serviceName: z.string(),
});
export type AccountCase = z.infer<typeof accountCase>;

/** A service that this citizen decided about. */
export const accountService = z.strictObject({
  clientId: z.string(),
  name: z.string(),
  /** Why it wants to know, as registered. */
  purposes: z.array(z.string()),
  /** All that it may ever ask for, as registered, and what was decided. Essential: it said that it can't work without. */
  claims: z.array(z.strictObject({ name: z.string(), decision: z.enum(['agreed', 'declined', 'notAsked']), essential: z.boolean() })),
  /** Day of the last decision; left out when nothing is agreed. */
  givenAt: z.iso.datetime().optional(),
  isBlocked: z.boolean(),
});
export type AccountService = z.infer<typeof accountService>;

export const accountServices = z.strictObject({ services: z.array(accountService), /** Newest first. */ cases: z.array(accountCase) });
export type AccountServices = z.infer<typeof accountServices>;

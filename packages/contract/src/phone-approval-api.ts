import { z } from 'zod';
import { interaction } from './account-api.ts';
import { base64Url, randomId } from './primitives.ts';

/**
 * A sign-in on one screen, proved by the passkey of a phone. The computer calls what is below `/api/interactions/:uid`,
 * with the cookie of its sign-in; the phone the rest, with a cookie that it gets when it scans.
 *
 * | call | body | answer |
 * |---|---|---|
 * | `POST /api/interactions/:uid/phone` | `{}` | 200 phoneApproval: a new attempt, which ends an earlier one; 429 SIGN_IN_PHONE_TOO_MANY |
 * | `GET /api/interactions/:uid/phone` | | 200 phoneApproval: ask every {@link PHONE_ASK_EVERY_MS}; at `approved`, read the interaction again |
 * | `DELETE /api/interactions/:uid/phone` | | 204 |
 * | `POST /api/phone/scan` | phoneScan | 200 scannedApproval and the cookie; 410 SIGN_IN_PHONE_CODE_STALE, 409 SIGN_IN_PHONE_SCANNED_TWICE, 429 SIGN_IN_PHONE_PAUSED |
 * | `POST /api/phone/:id/number` | phoneNumber | 200 passkeyChallenge; 403 SIGN_IN_PHONE_NUMBER_WRONG |
 * | `POST /api/phone/:id/passkey` | passkeyAnswer | 204; 401 SIGN_IN_*, which ends the attempt |
 * | `POST /api/phone/:id/refusal` | `{}` | 204 |
 */
export const phoneApproval = z.strictObject({
  state: z.enum(['showing', 'scanned', 'approved', 'numberWrong', 'scannedTwice', 'refused', 'over']),
  /** Shown as long as the attempt lives. The phone's citizen picks it out of several. */
  number: z.int().optional(),
  /** Set when there is a new one to show, which replaces the last. */
  secret: base64Url(16).optional(),
});
export type PhoneApproval = z.infer<typeof phoneApproval>;

export const PHONE_ASK_EVERY_MS = 1500;

/** The page that a phone opens: the secret is behind the `#`, which no server, proxy or log sees. */
export const phonePagePath = (secret: string): string => `/phone#${secret}`;

export const phoneScan = z.strictObject({ secret: z.string().regex(/^[A-Za-z0-9_-]{22}$/) });
export const phoneNumber = z.strictObject({ number: z.int().min(10).max(99) });

/** What the citizen is shown on the phone, before anything is asked of them. */
export const scannedApproval = z.strictObject({
  id: randomId,
  service: interaction.shape.service,
  claims: interaction.shape.claims,
  /** One of them is on the computer's screen. */
  numbers: z.array(z.int()),
  /** The computer speaks to us from another network than the phone. Usual with mobile data; a hint and no more. */
  isOtherNetwork: z.boolean(),
});
export type ScannedApproval = z.infer<typeof scannedApproval>;

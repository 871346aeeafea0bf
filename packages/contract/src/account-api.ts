import { z } from 'zod';
import { loggedEntry } from './log-entry.ts';
import { levelOfAssurance, printedDocument, printedIdentity } from './verdict.ts';

/**
 * The citizen's own pages, by session cookie (SameSite=Lax, HttpOnly). Passkey ceremonies are WebAuthn JSON.
 *
 * | call | body | answer |
 * |---|---|---|
 * | `GET /api/configuration` | | clientConfiguration |
 * | `GET /health` | | `{ status, walls, booths: { free, inUse, most, waiting }, faceRooms: { free, inUse, most, waiting } }` |
 * | `POST /api/session/options` | `{}` | 200 `{ challengeId, options: PublicKeyCredentialRequestOptionsJSON }` |
 * | `POST /api/session` | passkeyAnswer | 204 and the cookie; 401 SIGN_IN_* |
 * | `DELETE /api/session` | | 204 |
 * | `GET /api/account` | | account; 401 SIGN_IN_NEEDED |
 * | `GET /api/account/log` | | accountLog: what the transparency log says about this identity, oldest first |
 * | `POST /api/account/erasure/options` | `{}` | 200 passkeyChallenge; no session needed: who can't sign in any more can still erase |
 * | `POST /api/account/erasure` | passkeyAnswer | 200 receiptFile: the identity is erased, at once and for good; 401 SIGN_IN_* |
 * | `GET /api/interactions/:uid` | | interaction; 404 SIGN_IN_INTERACTION_UNKNOWN |
 * | `POST /api/interactions/:uid/passkey` | passkeyAnswer | 200 interaction |
 *
 * The OpenID Provider sits at `/oidc` (issuer = site origin + `/oidc`); an interaction page is `/sign-in/:uid` on the site.
 */
export const passkeyAnswer = z.strictObject({ challengeId: z.string().max(64), /** WebAuthn `AuthenticationResponseJSON`. */ passkey: z.record(z.string(), z.unknown()) });
export type PasskeyAnswer = z.infer<typeof passkeyAnswer>;

/** A challenge to answer with a passkey. */
export const passkeyChallenge = z.strictObject({ challengeId: z.string(), /** WebAuthn `PublicKeyCredentialRequestOptionsJSON`. */ options: z.record(z.string(), z.unknown()) });

export const accountLog = z.array(loggedEntry);
export type AccountLog = z.infer<typeof accountLog>;

export const account = z.strictObject({
  person: printedIdentity,
  document: printedDocument,
  levelOfAssurance,
  pathway: z.enum(['face', 'counter']),
  createdAt: z.iso.datetime(),
  devices: z.array(z.strictObject({ deviceId: z.string(), addedAt: z.iso.datetime() })),
});
export type Account = z.infer<typeof account>;

/** Who proves a claim: the document that the identity was made from, the state's civil registry, or an address that the citizen confirmed. */
const claimSource = z.enum(['document', 'civilRegistry', 'confirmedAddress']);
export type ClaimSource = z.infer<typeof claimSource>;

/** What the consent screen shows of a sign-in in progress. */
export const interaction = z.strictObject({
  uid: z.string(),
  step: z.enum(['passkey', 'consent', 'done']),
  service: z.strictObject({ name: z.string(), origin: z.string(), /** Why it wants to know, as registered. */ purposes: z.array(z.string()) }),
  /** What the service asks for; values, who proves them, and what was decided before, only after the citizen proved who they are. Essential: it can't work without. */
  claims: z.array(z.strictObject({ name: z.string(), essential: z.boolean(), value: z.string().optional(), source: claimSource.optional(), agreed: z.boolean().optional() })),
  levelOfAssurance,
  /** Set at `passkey`: answer it with a passkey. */
  challenge: passkeyChallenge.optional(),
  /** Set at `done`: consent was remembered; follow it in the browser. */
  returnTo: z.string().optional(),
});
export type Interaction = z.infer<typeof interaction>;

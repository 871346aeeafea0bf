import { z } from 'zod';
import { passkeyAnswer } from './account-api.ts';
import { p256PublicJwk, randomId, sha256 } from './primitives.ts';

/**
 * The counter: those who work there, and a citizen's visit.
 *
 * | call | body | answer |
 * |---|---|---|
 * | `POST /api/desk/invitation/options` | deskInvitation | 200 `PublicKeyCredentialCreationOptionsJSON` |
 * | `POST /api/desk/invitation` | deskRegistration | 204: the passkey is the agent's from now on |
 * | `POST /api/desk/session/options` | `{}` | 200 passkeyChallenge |
 * | `POST /api/desk/session` | passkeyAnswer | 204 and a cookie of its own |
 * | `GET /api/desk/session` | | deskAgent; 401 DESK_SIGN_IN_NEEDED |
 * | `DELETE /api/desk/session` | | 204 |
 * | `POST /api/desk/acts/options` | deskAct | 200 passkeyChallenge, for exactly this act |
 * | `POST /api/desk/acts` | deskActRequest | 200 counterVisit |
 * | `POST /api/desk/visits` | openVisit, once per code | 200 counterVisit |
 * | `GET /api/desk/visits/:id` | | counterVisit |
 * | `POST /api/counter/visits` | createVisit, by the citizen | 201 visitCreated |
 */
export const deskRole = z.enum(['agent', 'reviewer']);
export type DeskRole = z.infer<typeof deskRole>;

/** Shown to the operator once. */
export const deskInvitation = z.strictObject({ invitation: sha256 });
export const deskRegistration = deskInvitation.extend({ /** WebAuthn `RegistrationResponseJSON`. */ passkey: z.record(z.string(), z.unknown()) });

export const deskAgent = z.strictObject({ agentId: randomId, name: z.string().max(80), roles: z.array(deskRole).min(1).max(2), /** The session ends then. */ expiresAt: z.iso.datetime() });
export type DeskAgent = z.infer<typeof deskAgent>;

/** All that an agent looks at; each of them is needed. */
export const COUNTER_CHECKS = ['personMatchesPortrait', 'documentFeatures', 'documentMatchesChip', 'actsFreely'] as const;
export const COUNTER_REFUSALS = ['personDiffers', 'documentSuspicious', 'chipDiffers', 'underPressure', 'citizenLeft'] as const;

/** What an agent does with their passkey in hand. */
export const deskAct = z.discriminatedUnion('act', [
  z.strictObject({ act: z.literal('attest'), visitId: randomId, enrolmentId: randomId, checks: z.array(z.enum(COUNTER_CHECKS)).max(COUNTER_CHECKS.length) }),
  /** By another agent. */
  z.strictObject({ act: z.literal('confirm'), visitId: randomId, enrolmentId: randomId }),
  z.strictObject({ act: z.literal('refuse'), visitId: randomId, reason: z.enum(COUNTER_REFUSALS) }),
]);
export type DeskAct = z.infer<typeof deskAct>;
export const deskActRequest = z.strictObject({ act: deskAct, answer: passkeyAnswer });

/** As the citizen's screen shows it, of the alphabet of device codes: 40 bits, which only a signed-in agent may try. */
export const COUNTER_CODE_LENGTH = 8;
export const counterCode = z.string().regex(/^[0-9A-HJKMNP-TV-Z]{8}$/);
export const openVisit = z.strictObject({ code: counterCode });

export const counterVisit = z.strictObject({
  visitId: randomId,
  state: z.enum(['opened', 'attested', 'confirmed', 'refused']),
  /** The agent who opened it: another one must confirm. */
  openedBy: randomId,
  enrolmentId: randomId.optional(),
  checks: z.array(z.enum(COUNTER_CHECKS)),
  expiresAt: z.iso.datetime(),
});
export type CounterVisit = z.infer<typeof counterVisit>;

/** What is agreed to at this door: no face is processed by a machine. */
export const counterConsent = z.strictObject({
  identityCreation: z.literal(true),
  /** An agent sees the portrait of the chip, which is not kept. */
  agentSeesPortrait: z.literal(true),
  textVersion: z.string().regex(/^counter-[a-z0-9.-]{1,24}$/),
  language: z.string().regex(/^[a-z]{2}$/),
});
export const createVisit = z.strictObject({ clientKey: p256PublicJwk, consent: counterConsent });
export const visitCreated = z.strictObject({ visitId: randomId, /** Shown once. */ code: counterCode, expiresAt: z.iso.datetime() });
export type VisitCreated = z.infer<typeof visitCreated>;

import { z } from 'zod';
import { passkeyAnswer } from './account-api.ts';
import { emailAddress } from './email-address.ts';
import { base64Url, isoDate, plainWords, randomId } from './primitives.ts';
import { shareProof } from './shared-proof-api.ts';

/**
 * The citizen's devices, locks and freeze, by session cookie; and the way of a new device into the account, by code.
 *
 * | call | body | answer |
 * |---|---|---|
 * | `GET /api/account/devices` | | deviceOverview; 401 SIGN_IN_NEEDED |
 * | `POST /api/account/devices/:deviceId/name` | `{ name }` | 204; 404 DEVICE_UNKNOWN |
 * | `DELETE /api/account/device-ticket` | | 204: the new device is turned away |
 * | `POST /api/account/acts/options` | accountAct | 200 passkeyChallenge, for exactly this act of exactly this account |
 * | `POST /api/account/acts` | `{ act, answer, handover? }` | 200 accountActDone |
 * | `POST /api/device-tickets/open` | `{ code }` | 200 ticketOpened: once; 404 DEVICE_TICKET_OVER |
 * | `POST /api/device-tickets/passkey` | ticketPasskey | 200 `{ number }` |
 * | `POST /api/device-tickets/state` | `{ claim }` | 200 ticketState |
 *
 * The new device's page is `/add-device`; the code is typed there, or stands in the address's fragment, which no server sees.
 */

/** Crockford's base 32: no I, L, O or U, so that what is read or heard is typed as it was meant. */
export const TYPED_ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
export const DEVICE_CODE_LENGTH = 12;
export const deviceCode = z.string().regex(/^[0-9A-HJKMNP-TV-Z]{12}$/);

const MAX_DEVICE_NAME_LENGTH = 40;
export const deviceName = plainWords(MAX_DEVICE_NAME_LENGTH);

/** A way to be known that can be locked: one device's passkey, or a method. */
const lockTarget = z.union([randomId, z.enum(['phoneApproval', 'recovery'])]);
export type LockTarget = z.infer<typeof lockTarget>;

/** While it is locked; without `until`, until the citizen lifts it. */
const lockState = z.strictObject({ until: z.iso.datetime().optional() });
export type LockState = z.infer<typeof lockState>;

export const deviceOverview = z.strictObject({
  isFrozen: z.boolean(),
  devices: z.array(
    z.strictObject({
      deviceId: randomId,
      name: deviceName.optional(),
      addedAt: z.iso.datetime(),
      /** The last day of the past 30 on which its passkey was used. */
      lastUsedOn: isoDate.optional(),
      lock: lockState.optional(),
      /** Its passkey opened this session. */
      isInUse: z.boolean(),
    }),
  ),
  methods: z.array(z.strictObject({ method: z.enum(['phoneApproval', 'recovery']), lock: lockState.optional() })),
  ticket: z
    .strictObject({
      ticketId: randomId,
      state: z.enum(['waiting', 'opened', 'made', 'added']),
      /** Both devices show it, from `made` on. */
      number: z.string().regex(/^[0-9]{4}$/).optional(),
      handoverKey: base64Url(65).length(87).optional(),
      expiresAt: z.iso.datetime(),
    })
    .optional(),
});
export type DeviceOverview = z.infer<typeof deviceOverview>;

/** What only a fresh answer of a passkey may do. The challenge is made for the act as it stands here, word for word. */
export const accountAct = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('startDeviceTicket') }),
  z.strictObject({ kind: z.literal('addDevice'), ticketId: randomId }),
  z.strictObject({ kind: z.literal('removeDevice'), deviceId: randomId }),
  z.strictObject({ kind: z.literal('lock'), target: lockTarget, until: z.iso.datetime().optional() }),
  z.strictObject({ kind: z.literal('unlock'), target: lockTarget }),
  z.strictObject({ kind: z.literal('freeze') }),
  z.strictObject({ kind: z.literal('unfreeze') }),
  z.strictObject({ kind: z.literal('setEmail'), address: emailAddress }),
  z.strictObject({ kind: z.literal('removeEmail') }),
  z.strictObject({ kind: z.literal('vetoRecovery'), recoveryId: randomId }),
  shareProof,
]);
export type AccountAct = z.infer<typeof accountAct>;

/** HPKE's encapsulated key, the history's private key and AES-GCM's tag. */
const handover = base64Url(65 + 32 + 16).length(151);

/** `handover`: with `addDevice`, the history's key sealed to the new device. */
export const accountActRequest = z.strictObject({ act: accountAct, answer: passkeyAnswer, handover: handover.optional() });

/** `code`: of `startDeviceTicket`, told this once. */
export const accountActDone = z.strictObject({ code: deviceCode.optional() });

/** What the new device proves by that it is the one that opened the ticket. */
const ticketClaim = base64Url(32).length(43);

export const openTicket = z.strictObject({ code: deviceCode });
export const ticketOpened = z.strictObject({ claim: ticketClaim, givenNames: z.string(), /** WebAuthn `PublicKeyCredentialCreationOptionsJSON`. */ options: z.record(z.string(), z.unknown()) });
export const ticketPasskey = z.strictObject({ claim: ticketClaim, /** WebAuthn `RegistrationResponseJSON`. */ passkey: z.record(z.string(), z.unknown()), handoverKey: base64Url(65).length(87).optional() });
export const ticketMade = z.strictObject({ number: z.string().regex(/^[0-9]{4}$/) });
export const ticketClaimed = z.strictObject({ claim: ticketClaim });
export const ticketState = z.strictObject({ isAdded: z.boolean(), handover: handover.optional() });

/** HPKE `info` of a handover. */
export const historyHandoverInfo = (identityId: string, publicKey: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(`visavis history handover v1\n${identityId}\n${publicKey}`);

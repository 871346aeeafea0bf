import { z } from 'zod';
import { passkeyAnswer } from './account-api.ts';
import { deviceName } from './devices-api.ts';
import { compactJws, randomId } from './primitives.ts';

/**
 * Back into an identity after its devices were lost: the same document and face again, a new passkey, and a day in
 * which whoever still has an old device can say that this is not them.
 *
 * | call | body | answer |
 * |---|---|---|
 * | `POST /api/enrolments/:id/recovery-options` | provenVerdict (`recoveryOptions`) | 200 `PublicKeyCredentialCreationOptionsJSON` |
 * | `POST /api/enrolments/:id/recovery` | recoverIdentity (`recover`) | 201 recoveryStarted; the same answer again for the same request |
 * | `GET /api/account/recovery` | | accountRecovery: what waits, for the holder to stop by the act `vetoRecovery` |
 * | `POST /api/recoveries/state/options` | `{}` | 200 passkeyChallenge |
 * | `POST /api/recoveries/state` | passkeyAnswer of the new passkey | 200 recoveryState |
 * | `POST /api/recoveries/completion/options` | `{ keep }` | 200 passkeyChallenge, for keeping exactly these devices |
 * | `POST /api/recoveries/completion` | completeRecovery | 204 and the session cookie: once |
 */
export const provenVerdict = z.strictObject({ possession: compactJws, verdict: compactJws, boothCertificate: compactJws });

export const recoverIdentity = provenVerdict.extend({ /** WebAuthn `RegistrationResponseJSON`. */ passkey: z.record(z.string(), z.unknown()) });
export type RecoverIdentity = z.infer<typeof recoverIdentity>;

export const recoveryStarted = z.strictObject({ /** From here on it can be completed, */ readyAt: z.iso.datetime(), /** and from here on no more. */ expiresAt: z.iso.datetime() });
export type RecoveryStarted = z.infer<typeof recoveryStarted>;

export const accountRecovery = z.strictObject({ waiting: z.strictObject({ recoveryId: randomId, startedAt: z.iso.datetime(), readyAt: z.iso.datetime() }).optional() });
export type AccountRecovery = z.infer<typeof accountRecovery>;

/** `devices`: once it can be completed, the ones to keep or to remove. */
export const recoveryState = z.strictObject({
  readyAt: z.iso.datetime(),
  devices: z.array(z.strictObject({ deviceId: randomId, name: deviceName.optional(), addedAt: z.iso.datetime() })).optional(),
});
export type RecoveryState = z.infer<typeof recoveryState>;

/** One place stays for the new device. */
const MOST_KEPT = 9;
export const keptDevices = z.array(randomId).max(MOST_KEPT);
export const completeRecovery = z.strictObject({ keep: keptDevices, answer: passkeyAnswer });
export type CompleteRecovery = z.infer<typeof completeRecovery>;

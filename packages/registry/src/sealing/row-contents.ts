import { deviceName, emailAddress, emailCode, levelOfAssurance, printedDocument, printedIdentity } from '@visavis/contract';
import { z } from 'zod';

/** WebAuthn Level 3 §4: a credential id has at most 1023 bytes; in base64url. */
export const MAX_CREDENTIAL_ID_LENGTH = 1364;
/** An RSA key of 8192 bits and its COSE frame; in base64url. */
export const MAX_PUBLIC_KEY_LENGTH = 1480;
/** WebAuthn Level 3 §5.8.4; what a browser says beyond these is not kept. */
export const TRANSPORTS = ['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb'] as const;

/**
 * What is sealed in each table: exactly this, checked when it is sealed. Another content is another version of the seal. There is no place here
 * for an image, a template or a score, and a test measures that there is no room for one either.
 */
export const ROW_CONTENTS = {
  identities: z.strictObject({
    person: printedIdentity,
    document: printedDocument,
    levelOfAssurance,
    pathway: z.enum(['face', 'counter']),
    policyVersion: z.string().max(64),
    createdAt: z.iso.datetime(),
    /** When a booth or an agent last compared holder and document. */
    checkedAt: z.iso.datetime(),
    /** Confirmed by its holder, if they want one here. */
    email: emailAddress.optional(),
  }),
  devices: z.strictObject({
    credentialId: z.string().max(MAX_CREDENTIAL_ID_LENGTH),
    /** COSE key, base64url. */
    publicKey: z.string().max(MAX_PUBLIC_KEY_LENGTH),
    transports: z.array(z.enum(TRANSPORTS)).max(TRANSPORTS.length),
    addedAt: z.iso.datetime(),
    /** As its holder calls it. */
    name: deviceName.optional(),
  }),
  consents: z.strictObject({ textVersion: z.string().max(32), language: z.string().max(8), givenAt: z.iso.datetime() }),
  /** Each claim that the service asked for until now, and the citizen's last word on it. */
  service_consents: z.strictObject({ clientId: z.string().max(64), claims: z.array(z.strictObject({ name: z.string().max(32), agreed: z.boolean(), essential: z.boolean() })).max(16), givenAt: z.iso.datetime() }),
  cases: z.strictObject({ clientId: z.string().max(64) }),
  email_codes: z.strictObject({ address: emailAddress, code: emailCode, goodUntil: z.iso.datetime() }),
  /** What the verdict of a recovery says about the identity, once that is completed. */
  recoveries: z.strictObject({ levelOfAssurance, pathway: z.enum(['face', 'counter']), policyVersion: z.string().max(64), checkedAt: z.iso.datetime() }),
  /** `nonce` makes the entry's salt, together with the salt key that is in the key store only. */
  identity_log: z.strictObject({ nonce: z.string().max(32), text: z.string().max(2000) }),
} as const;

export type SealedTable = keyof typeof ROW_CONTENTS;
export type RowContent<Table extends SealedTable> = z.output<(typeof ROW_CONTENTS)[Table]>;

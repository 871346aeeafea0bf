import { z } from 'zod';
import { accessKey } from './booth-messages.ts';

/**
 * The made-up state's own server (development and demo only; never part of the product's server).
 *
 * | call | body | answer |
 * |---|---|---|
 * | `POST /passports` | mintPassportRequest, portrait as base64 JPEG | 201 mintedPassport |
 * | `WS /chips/:chipId` | `cardBatch` as JSON text | `cardAnswers` as JSON text: one connection is one presence of the chip in the field |
 * | `GET /trust-anchors` | | trustAnchors |
 */
export const mintPassportRequest = z.strictObject({
  /** JPEG, base64. A webcam shot of oneself. */
  portrait: z.base64().max(3_000_000),
  familyName: z.string().regex(/^[A-Z' -]{1,30}$/),
  givenNames: z.string().regex(/^[A-Z' -]{1,30}$/),
  dateOfBirth: z.iso.date(),
  dateOfExpiry: z.iso.date(),
  sex: z.enum(['male', 'female', 'unspecified']),
  /** How the chip lets itself be read; both by default. */
  access: z.enum(['pace', 'bac', 'paceAndBac']).default('paceAndBac'),
  /** How the chip proves that it is no copy. */
  authentication: z.enum(['chipAuthentication', 'activeAuthentication', 'both', 'none']).default('both'),
  /** What a forger does to it afterwards, so that a whole system can be shown to refuse it; nothing by default. */
  tampering: z
    .enum(['none', 'alteredDg1', 'alteredDg2', 'flippedSodSignature', 'unknownCsca', 'expiredSigner', 'revokedSigner', 'strippedDg14Dg15', 'cloneWithoutKeys', 'cloneWithForeignKeys', 'paceRefused', 'cardAccessAltered', 'cardAccessRemoved'])
    .default('none'),
});
export type MintPassportRequest = z.input<typeof mintPassportRequest>;

export const mintedPassport = z.strictObject({ chipId: z.string(), access: accessKey, mrz: z.array(z.string()), documentNumber: z.string() });
export type MintedPassport = z.infer<typeof mintedPassport>;

/** DER, base64. */
export const trustAnchors = z.strictObject({ specimen: z.boolean(), cscaCertificates: z.array(z.base64()).max(2000), crls: z.array(z.base64()).max(500) });
export type TrustAnchors = z.infer<typeof trustAnchors>;

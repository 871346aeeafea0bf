import { defineFaults, err, type Fault, ok, type Result } from '@visavis/kernel';
import { type CryptoKey, importJWK, type JWK, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { JWT_TYPES } from './jwt-types.ts';
import { base64Url, p256PublicJwk, randomId, thumbprint } from './primitives.ts';

export const boothCertificateFaults = defineFaults({
  BOOTH_CERTIFICATE_INVALID: {
    stage: 'booth',
    retry: 'never',
    meaning: 'The sealed room could not show that it belongs to this service.',
    nextStep: 'Nothing was sent. Close this page and start again from the official address.',
  },
});

/** What the operator's key vouches for: this booth, these keys, this one enrolment, this one device. */
export const boothCertificateClaims = z.strictObject({
  enrolmentId: randomId,
  /** HPKE public key, an uncompressed P-256 point. Born in the chip cell. */
  channelKey: base64Url(65),
  /** The key that signs this enrolment's one verdict. Born in the chip cell. */
  verdictKey: p256PublicJwk,
  clientKeyThumbprint: thumbprint,
  iat: z.int(),
  exp: z.int(),
});
export type BoothCertificate = z.infer<typeof boothCertificateClaims>;

/** Signed by the operator. @param operatorKey ES256 private key. */
export async function signBoothCertificate(claims: BoothCertificate, operatorKey: CryptoKey): Promise<string> {
  return new SignJWT(boothCertificateClaims.parse(claims)).setProtectedHeader({ alg: 'ES256', typ: JWT_TYPES.boothCertificate }).sign(operatorKey);
}

/**
 * Establishes that the operator's key certified this booth for this enrolment and device, and that `at` lies within
 * its validity. Does not establish that the booth still lives.
 * @param token controlled by whoever carried it: the server towards a client, a client towards the registry
 * @param expected operator's public key (pinned by the caller), the enrolment and the device key the caller knows
 * @faults BOOTH_CERTIFICATE_INVALID
 */
export async function verifyBoothCertificate(
  token: string,
  expected: { readonly operatorKey: JWK; readonly enrolmentId: string; readonly clientKeyThumbprint: string; readonly atMs: number },
): Promise<Result<BoothCertificate>> {
  const invalid = (reason: string): Result<never, Fault> => err(boothCertificateFaults.fault('BOOTH_CERTIFICATE_INVALID', { reason }));
  let payload: unknown;
  try {
    const key = await importJWK(expected.operatorKey, 'ES256');
    ({ payload } = await jwtVerify(token, key, { algorithms: ['ES256'], typ: JWT_TYPES.boothCertificate, currentDate: new Date(expected.atMs), requiredClaims: ['iat', 'exp'] }));
  } catch {
    return invalid('signature, type or time');
  }
  const claims = boothCertificateClaims.safeParse(payload);
  if (!claims.success) return invalid('claims');
  if (claims.data.enrolmentId !== expected.enrolmentId) return invalid('another enrolment');
  if (claims.data.clientKeyThumbprint !== expected.clientKeyThumbprint) return invalid('another device');
  return ok(claims.data);
}

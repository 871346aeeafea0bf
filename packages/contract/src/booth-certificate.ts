import { defineFaults, err, type Fault, fromBase64Url, ok, type Result, toBase64Url } from '@visavis/kernel';
import { calculateJwkThumbprint, type CryptoKey, importJWK, type JWK, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { JWT_TYPES } from './jwt-types.ts';
import { readLogEntry } from './log-entry.ts';
import { base64Url, p256PublicJwk, randomId, thumbprint } from './primitives.ts';

export const boothCertificateFaults = defineFaults({
  BOOTH_CERTIFICATE_INVALID: {
    stage: 'booth',
    retry: 'never',
    meaning: 'The sealed room could not show that it belongs to this service.',
    nextStep: 'Nothing was sent. Close this page and start again from the official address.',
  },
  BOOTH_KEY_NOT_LOGGED: {
    stage: 'booth',
    retry: 'never',
    meaning: 'The keys of this sealed room are not in the public log, as those of every honest one are.',
    nextStep: 'Nothing was sent. Close this page, start again from the official address, and tell others if it happens twice.',
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

/** The longest that a certificate may hold: a booth's eight minutes, the time for a passkey, and the leeway of clocks. */
export const MAX_BOOTH_CERTIFICATE_S = 20 * 60;

/**
 * What a `boothOpened` entry of the log says of a booth: SHA-256 over the channel key's bytes, and the verdict key's
 * RFC 7638 thumbprint, both base64url.
 */
export async function boothKeyDigests(keys: Pick<BoothCertificate, 'channelKey' | 'verdictKey'>): Promise<{ readonly boothKeyHash: string; readonly verdictKeyThumbprint: string }> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', fromBase64Url(keys.channelKey)));
  return { boothKeyHash: toBase64Url(hash), verdictKeyThumbprint: await calculateJwkThumbprint(keys.verdictKey, 'sha256') };
}

/**
 * Whether this text, out of a log entry that was verified, says that exactly these keys were logged as a booth's.
 * @returns when they were, by the server's clock; undefined: it says something else
 */
export async function boothOpenedAt(text: string, keys: Pick<BoothCertificate, 'channelKey' | 'verdictKey'>): Promise<string | undefined> {
  const entry = readLogEntry(text);
  if (entry?.kind !== 'boothOpened') return undefined;
  const digests = await boothKeyDigests(keys);
  return entry.boothKeyHash === digests.boothKeyHash && entry.verdictKeyThumbprint === digests.verdictKeyThumbprint ? entry.at : undefined;
}

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

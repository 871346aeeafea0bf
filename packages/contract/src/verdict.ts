import { defineFaults, err, type Fault, ok, type Result } from '@visavis/kernel';
import { type CryptoKey, importJWK, type JWK, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { verifyBoothCertificate } from './booth-certificate.ts';
import { JWT_TYPES } from './jwt-types.ts';
import { isoDate, randomId, thumbprint } from './primitives.ts';

export const verdictFaults = defineFaults({
  VERDICT_INVALID: {
    stage: 'identity',
    retry: 'never',
    meaning: 'The decision presented was not made by a sealed room of this service for this device.',
    nextStep: 'Start a new enrolment on this device.',
  },
  VERDICT_NOT_ACCEPTED: {
    stage: 'identity',
    retry: 'agent',
    meaning: 'The sealed room did not accept this enrolment, so no identity can be made from it.',
    nextStep: 'Try again, or go to a counter with your document.',
  },
});

export const levelOfAssurance = z.enum(['eidas1', 'eidas2', 'eidas3']);
export type LevelOfAssurance = z.infer<typeof levelOfAssurance>;

/** What the document's data page prints and its signed DG1 says. There is no place here for an image or a template. */
export const printedIdentity = z.strictObject({
  familyName: z.string().min(1).max(64),
  givenNames: z.string().max(64),
  dateOfBirth: isoDate,
  sex: z.enum(['male', 'female', 'unspecified']),
  /** ICAO 9303-3 §5 codes, as in the MRZ. */
  nationality: z.string().regex(/^[A-Z]{1,3}$/),
});
export type PrintedIdentity = z.infer<typeof printedIdentity>;

export const printedDocument = z.strictObject({
  type: z.enum(['passport', 'identityCard']),
  issuingState: z.string().regex(/^[A-Z]{1,3}$/),
  documentNumber: z.string().regex(/^[A-Z0-9]{1,22}$/),
  dateOfExpiry: isoDate,
});
export type PrintedDocument = z.infer<typeof printedDocument>;

const checkOutcome = z.discriminatedUnion('status', [
  z.strictObject({ check: z.string().max(64), status: z.literal('pass') }),
  z.strictObject({ check: z.string().max(64), status: z.literal('fail'), code: z.string().max(64) }),
  z.strictObject({ check: z.string().max(64), status: z.literal('notRun'), reason: z.string().max(64) }),
]);

const common = {
  enrolmentId: randomId,
  clientKeyThumbprint: thumbprint,
  consentId: randomId,
  pathway: z.enum(['face', 'counter']),
  policyVersion: z.string().max(64),
  checks: z.array(checkOutcome).max(64),
  iat: z.int(),
  exp: z.int(),
};

/** A verdict's claims. Only an accepted one carries an identity. */
export const verdictClaims = z.discriminatedUnion('outcome', [
  z.strictObject({ ...common, outcome: z.literal('accept'), levelOfAssurance, person: printedIdentity, document: printedDocument }),
  z.strictObject({ ...common, outcome: z.enum(['refer', 'reject']), reasons: z.array(z.string().max(64)).min(1).max(32) }),
]);
export type VerdictClaims = z.infer<typeof verdictClaims>;
export type AcceptedVerdictClaims = Extract<VerdictClaims, { outcome: 'accept' }>;

declare const verified: unique symbol;
/** An accepted verdict whose signature, certificate, enrolment and device were checked. Made by {@link verifyVerdict} only. */
export type Verdict = AcceptedVerdictClaims & { readonly [verified]: true };

/** Signed in the chip cell by the key its booth certificate names. */
export async function signVerdict(claims: VerdictClaims, verdictKey: CryptoKey): Promise<string> {
  return new SignJWT(verdictClaims.parse(claims)).setProtectedHeader({ alg: 'ES256', typ: JWT_TYPES.verdict }).sign(verdictKey);
}

/**
 * The one place where a signed verdict gets its type back. Establishes that a booth certified by the operator for
 * this enrolment and device accepted it, and that it is fresh. Does not establish that it was not used before:
 * that is the registry's, in the transaction that uses it.
 * @param presented carried by the client; nothing in it is trusted before it is checked
 * @faults BOOTH_CERTIFICATE_INVALID, VERDICT_INVALID, VERDICT_NOT_ACCEPTED
 */
export async function verifyVerdict(
  presented: { readonly verdict: string; readonly boothCertificate: string },
  expected: { readonly operatorKey: JWK; readonly enrolmentId: string; readonly clientKeyThumbprint: string; readonly consentId: string; readonly atMs: number },
): Promise<Result<Verdict>> {
  const certificate = await verifyBoothCertificate(presented.boothCertificate, expected);
  if (!certificate.ok) return certificate;
  const invalid = (reason: string): Result<never, Fault> => err(verdictFaults.fault('VERDICT_INVALID', { reason }));
  let payload: unknown;
  try {
    const key = await importJWK(certificate.value.verdictKey, 'ES256');
    ({ payload } = await jwtVerify(presented.verdict, key, { algorithms: ['ES256'], typ: JWT_TYPES.verdict, currentDate: new Date(expected.atMs), requiredClaims: ['iat', 'exp'] }));
  } catch {
    return invalid('signature, type or time');
  }
  const claims = verdictClaims.safeParse(payload);
  if (!claims.success) return invalid('claims');
  if (claims.data.enrolmentId !== expected.enrolmentId) return invalid('another enrolment');
  if (claims.data.clientKeyThumbprint !== expected.clientKeyThumbprint) return invalid('another device');
  if (claims.data.consentId !== expected.consentId) return invalid('another consent');
  if (claims.data.outcome !== 'accept') return err(verdictFaults.fault('VERDICT_NOT_ACCEPTED', { outcome: claims.data.outcome }));
  return ok(claims.data as Verdict);
}

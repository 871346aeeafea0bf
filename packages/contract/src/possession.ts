import { defineFaults, err, type Fault, ok, type Result, toBase64Url, utf8 } from '@visavis/kernel';
import { calculateJwkThumbprint, type CryptoKey, importJWK, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { JWT_TYPES } from './jwt-types.ts';
import { base64Url, p256PublicJwk, randomId } from './primitives.ts';

export const possessionFaults = defineFaults({
  CLIENT_KEY_NOT_PROVEN: {
    stage: 'identity',
    retry: 'never',
    meaning: 'This request does not come from the device that started the enrolment.',
    nextStep: 'Continue on the device where you started, or start again here.',
  },
});

const possessionClaims = z.strictObject({
  enrolmentId: randomId,
  action: z.enum(['status', 'passkeyOptions', 'renewalOptions', 'recoveryOptions', 'bind', 'recover', 'withdraw', 'receipt']),
  /** What the action is done with, as {@link contentHash} has it. Whoever ends TLS between device and server could put something of their own there. */
  over: base64Url(32).length(43).optional(),
  iat: z.int(),
  exp: z.int(),
});
type PossessionAction = z.infer<typeof possessionClaims>['action'];

/** SHA-256, base64url, over the JSON text with every object's names sorted: the order in which a parser gives them back does not count. */
export async function contentHash(content: object): Promise<string> {
  const sorted = (_name: string, value: unknown): unknown =>
    typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))) : value;
  return toBase64Url(new Uint8Array(await crypto.subtle.digest('SHA-256', utf8(JSON.stringify(content, sorted)))));
}

/** Proof, by the non-extractable key a device made at the start, that it is that device; valid for one action, two minutes. */
export async function signPossession(input: { enrolmentId: string; action: PossessionAction; publicKey: z.infer<typeof p256PublicJwk>; privateKey: CryptoKey; atMs: number; over?: string }): Promise<string> {
  const iat = Math.floor(input.atMs / 1000);
  return new SignJWT({ enrolmentId: input.enrolmentId, action: input.action, ...(input.over === undefined ? {} : { over: input.over }), iat, exp: iat + 120 })
    .setProtectedHeader({ alg: 'ES256', typ: JWT_TYPES.possession, jwk: input.publicKey })
    .sign(input.privateKey);
}

/**
 * Establishes that the holder of the key with `clientKeyThumbprint` asked for this action on this enrolment, and with
 * exactly this content where `over` is given; a proof over a content is none for an action that has none.
 * @faults CLIENT_KEY_NOT_PROVEN
 */
export async function verifyPossession(
  token: string,
  expected: { readonly enrolmentId: string; readonly action: PossessionAction; readonly clientKeyThumbprint: string; readonly atMs: number; readonly over?: string },
): Promise<Result<true>> {
  const refused = (reason: string): Result<never, Fault> => err(possessionFaults.fault('CLIENT_KEY_NOT_PROVEN', { reason }));
  let payload: unknown;
  let thumbprint: string;
  try {
    const resolved = await jwtVerify(
      token,
      async (header) => {
        const jwk = p256PublicJwk.parse(header.jwk);
        thumbprint = await calculateJwkThumbprint(jwk, 'sha256');
        if (thumbprint !== expected.clientKeyThumbprint) throw new Error('another key');
        return importJWK(jwk, 'ES256');
      },
      // A phone's clock may be off by a little; a proof is still bound to one enrolment, one action and one key.
      { algorithms: ['ES256'], typ: JWT_TYPES.possession, currentDate: new Date(expected.atMs), clockTolerance: 300, requiredClaims: ['iat', 'exp'] },
    );
    payload = resolved.payload;
  } catch {
    return refused('signature, key, type or time');
  }
  const claims = possessionClaims.safeParse(payload);
  if (!claims.success) return refused('claims');
  if (claims.data.enrolmentId !== expected.enrolmentId || claims.data.action !== expected.action) return refused('another purpose');
  if (claims.data.over !== expected.over) return refused('another content');
  return ok(true);
}

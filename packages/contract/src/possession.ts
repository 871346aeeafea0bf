import { defineFaults, err, type Fault, ok, type Result } from '@visavis/kernel';
import { calculateJwkThumbprint, type CryptoKey, importJWK, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { JWT_TYPES } from './jwt-types.ts';
import { p256PublicJwk, randomId } from './primitives.ts';

export const possessionFaults = defineFaults({
  CLIENT_KEY_NOT_PROVEN: {
    stage: 'identity',
    retry: 'never',
    meaning: 'This request does not come from the device that started the enrolment.',
    nextStep: 'Continue on the device where you started, or start again here.',
  },
});

const possessionClaims = z.strictObject({ enrolmentId: randomId, action: z.enum(['status', 'passkeyOptions', 'renewalOptions', 'bind', 'withdraw', 'receipt']), iat: z.int(), exp: z.int() });
type PossessionAction = z.infer<typeof possessionClaims>['action'];

/** Proof, by the non-extractable key a device made at the start, that it is that device; valid for one action, two minutes. */
export async function signPossession(input: { enrolmentId: string; action: PossessionAction; publicKey: z.infer<typeof p256PublicJwk>; privateKey: CryptoKey; atMs: number }): Promise<string> {
  const iat = Math.floor(input.atMs / 1000);
  return new SignJWT({ enrolmentId: input.enrolmentId, action: input.action, iat, exp: iat + 120 })
    .setProtectedHeader({ alg: 'ES256', typ: JWT_TYPES.possession, jwk: input.publicKey })
    .sign(input.privateKey);
}

/**
 * Establishes that the holder of the key with `clientKeyThumbprint` asked for this action on this enrolment.
 * @faults CLIENT_KEY_NOT_PROVEN
 */
export async function verifyPossession(
  token: string,
  expected: { readonly enrolmentId: string; readonly action: PossessionAction; readonly clientKeyThumbprint: string; readonly atMs: number },
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
  return ok(true);
}

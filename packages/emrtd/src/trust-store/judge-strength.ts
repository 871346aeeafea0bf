import type { HashName } from '../crypto/index.ts';
import type { Certificate } from '../pki/parse-certificate.ts';
import type { TrustPolicy } from './trust-policy.ts';

/** Why a key or signature is weaker than the operator accepts. */
export type Weakness = 'sha1' | 'rsaBits' | 'ecBits' | 'explicitCurve';

/**
 * What the policy has against a signature by this certificate's key.
 * @param hashNames all hash functions that it rests on
 * @param signedAtMs when it was made, as far as is known
 * @returns undefined: nothing. A key that is no accepted key at all is not judged here
 */
export function weaknessOf(o: { readonly policy: TrustPolicy; readonly certificate: Certificate; readonly hashNames: readonly HashName[]; readonly signedAtMs: number }): Weakness | undefined {
  const { policy, certificate, hashNames } = o;
  if (hashNames.includes('sha1') && o.signedAtMs >= policy.sha1SignedBeforeMs) return 'sha1';
  if (certificate.hasExplicitCurve && policy.explicitCurves === 'refuse') return 'explicitCurve';
  const key = certificate.publicKey;
  if (key?.kind === 'rsa' && key.bits < policy.minRsaBits) return 'rsaBits';
  return key?.kind === 'ec' && key.bits < policy.minEcBits ? 'ecBits' : undefined;
}

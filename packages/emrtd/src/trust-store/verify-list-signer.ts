import { err, ok, type Result } from '@visavis/kernel';
import { type EmrtdFault, type EmrtdFaultCode, emrtdFaults } from '../faults.ts';
import type { Certificate } from '../pki/parse-certificate.ts';
import type { SignedData } from '../pki/parse-signed-data.ts';
import { type SignedDataRefusal, verifySignedData } from '../pki/verify-signed-data.ts';
import { verifySignature } from '../pki/verify-signature.ts';
import { authorityIndex } from './authority-index.ts';
import { weaknessOf } from './judge-strength.ts';
import { mayStandBehindSigners } from './open-trust-store.ts';
import type { TrustPolicy } from './trust-policy.ts';

/** What an operator says about a list that is to be imported. */
export interface ListImportOptions {
  /** The authorities (CSCA) that the operator trusts to vouch for this list's signer: without one no list is believed. */
  readonly anchors: readonly Certificate[];
  readonly policy: TrustPolicy;
  /** The time of the import. */
  readonly atMs: number;
}

/** Who signed a list, under which of the operator's anchors. */
export interface ListSigner {
  readonly signer: Certificate;
  readonly anchor: Certificate;
  readonly signingTimeMs: number | undefined;
}

const CODES = { malformed: 'TRUST_LIST_MALFORMED', algorithm: 'TRUST_LIST_ALGORITHM_UNSUPPORTED', signerMissing: 'TRUST_LIST_MALFORMED', signature: 'TRUST_LIST_SIGNATURE_INVALID' } as const satisfies Record<SignedDataRefusal['kind'], EmrtdFaultCode>;

/**
 * Establishes that a list was signed by a certificate made for signing such lists, under an authority that the operator
 * named for it. Certificates inside the list are no anchors for its own signer. Validity is asked at the signing time,
 * where the list gives one: lists are read long after (an old list can take nothing away from what is trusted).
 * @param purpose the extended key usage that the signer must have
 * @faults TRUST_LIST_*
 * @source ICAO 9303-12 §7.1.2 and §8
 */
export function verifyListSigner(signedData: SignedData, purpose: string, { anchors, policy, atMs }: ListImportOptions): Result<ListSigner, EmrtdFault> {
  const refuse = (code: EmrtdFaultCode, reason: string): Result<never, EmrtdFault> => err(emrtdFaults.fault(code, { reason }));
  const verified = verifySignedData(signedData);
  if (!verified.ok) return refuse(CODES[verified.fault.kind], verified.fault.reason);
  const { signer, signingTimeMs, hashNames } = verified.value;
  const mayList = signer.keyUsage?.digitalSignature === true && signer.isAuthority !== true && !signer.hasUnknownCriticalExtension && signer.extendedKeyUsage?.purposes.includes(purpose) === true;
  if (!mayList) return refuse('TRUST_LIST_SIGNER_NOT_ALLOWED', 'purpose');
  const algorithm = signer.signatureAlgorithm;
  if (algorithm === undefined) return refuse('TRUST_LIST_ALGORITHM_UNSUPPORTED', 'signer certificate');
  const anchor = authorityIndex(anchors.filter(mayStandBehindSigners))
    .likelyIssuersOf(signer)
    .find(({ publicKey }) => publicKey !== undefined && verifySignature({ algorithm, contextHash: undefined, key: publicKey, message: signer.signedPart, signature: signer.signature }));
  if (anchor === undefined) return refuse('TRUST_LIST_ANCHOR_UNKNOWN', 'anchor');
  const signedAtMs = signingTimeMs ?? atMs;
  const valid = (c: Certificate): boolean => c.notBeforeMs <= signedAtMs && signedAtMs <= c.notAfterMs;
  if (!valid(signer) || !valid(anchor) || signedAtMs > atMs + CLOCK_LEEWAY_MS) return refuse('TRUST_LIST_SIGNER_NOT_VALID', 'validity');
  const weakness = weaknessOf({ policy, certificate: signer, hashNames, signedAtMs }) ?? weaknessOf({ policy, certificate: anchor, hashNames: algorithm.hashName === undefined ? [] : [algorithm.hashName], signedAtMs: signer.notBeforeMs });
  return weakness === undefined ? ok({ signer, anchor, signingTimeMs }) : refuse('TRUST_LIST_ALGORITHM_UNSUPPORTED', weakness);
}

/** A list from the future was signed by a wrong clock, or is one of another time. */
const CLOCK_LEEWAY_MS = 86_400_000;

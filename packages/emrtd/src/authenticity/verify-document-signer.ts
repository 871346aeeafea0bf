import { equalBytes, err, ok, type Result } from '@visavis/kernel';
import type { HashName } from '../crypto/index.ts';
import { type EmrtdFault, emrtdFaults } from '../faults.ts';
import type { Certificate } from '../pki/parse-certificate.ts';
import { verifySignature } from '../pki/verify-signature.ts';
import { weaknessOf } from '../trust-store/judge-strength.ts';
import type { TrustStore } from '../trust-store/open-trust-store.ts';

/** Who signed a file of the chip, when (as it says itself, under the signature), and what that signature rests on. */
export interface SignedBy {
  readonly documentSigner: Certificate;
  readonly signingTimeMs: number | undefined;
  readonly hashNames: readonly HashName[];
}

/** Clocks of signing machines, and local time written as if it were UTC. */
const SIGNING_TIME_LEEWAY_MS = 86_400_000;

/**
 * All that is asked of a document signer, in one: a trusted authority signed its certificate, both are valid, it could
 * sign when it did, nobody withdrew it, and nothing in the chain is weaker than the operator accepts.
 * @returns the authority
 * @faults PA_SIGNER_NOT_ALLOWED, PA_ALGORITHM_UNSUPPORTED, PA_ALGORITHM_TOO_WEAK, PA_CSCA_UNKNOWN, PA_SIGNER_NOT_VALID,
 *   PA_CSCA_NOT_VALID, PA_SIGNER_REVOKED, PA_CSCA_REVOKED, PA_REVOCATION_UNKNOWN
 */
export function verifyDocumentSigner(signed: SignedBy, trustStore: TrustStore, atMs: number): Result<Certificate, EmrtdFault> {
  const strong = verifyStrength(signed, trustStore);
  if (!strong.ok) return strong;
  const authority = findAuthority(signed.documentSigner, trustStore);
  if (!authority.ok) return authority;
  const revocation = verifyNotRevoked(signed.documentSigner, authority.value, trustStore, atMs);
  if (!revocation.ok) return revocation;
  const validity = verifyValidity(signed, authority.value, atMs);
  return validity.ok ? authority : validity;
}

/** That the document signer's own signature is of a strength that the operator accepts. @faults PA_ALGORITHM_TOO_WEAK */
export function verifyStrength({ documentSigner, hashNames, signingTimeMs }: SignedBy, { policy }: TrustStore): Result<undefined, EmrtdFault> {
  const weakness = weaknessOf({ policy, certificate: documentSigner, hashNames, signedAtMs: signingTimeMs ?? documentSigner.notBeforeMs });
  return weakness === undefined ? ok(undefined) : err(emrtdFaults.fault('PA_ALGORITHM_TOO_WEAK', { weakness }));
}

/**
 * Finds the trusted authority that signed a document signer's certificate. The chain has one step: what an authority's
 * link certificate vouches for, the operator installs as an anchor of its own.
 * @param signer from the chip: untrusted
 * @faults PA_SIGNER_NOT_ALLOWED, PA_ALGORITHM_UNSUPPORTED, PA_CSCA_UNKNOWN, PA_ALGORITHM_TOO_WEAK
 * @source ICAO 9303-12 §7.1, 9303-11 §5.1
 */
export function findAuthority(signer: Certificate, store: TrustStore): Result<Certificate, EmrtdFault> {
  if (!maySignDocuments(signer)) return err(emrtdFaults.fault('PA_SIGNER_NOT_ALLOWED', { authority: signer.isAuthority === true, keyUsage: signer.keyUsage?.digitalSignature === true }));
  const algorithm = signer.signatureAlgorithm;
  if (algorithm === undefined) return err(emrtdFaults.fault('PA_ALGORITHM_UNSUPPORTED', { reason: 'signer certificate' }));
  const candidates = store.authorities.likelyIssuersOf(signer);
  const authority = candidates.find(({ publicKey }) => publicKey !== undefined && verifySignature({ algorithm, contextHash: undefined, key: publicKey, message: signer.signedPart, signature: signer.signature }));
  if (authority === undefined) return err(emrtdFaults.fault('PA_CSCA_UNKNOWN', { candidates: candidates.length }));
  // Some authorities' certificates lack basicConstraints: one of them must not pass as a document signer under itself.
  if (equalBytes(authority.signedPart, signer.signedPart)) return err(emrtdFaults.fault('PA_SIGNER_NOT_ALLOWED', { authority: true, keyUsage: true }));
  const hashNames = algorithm.hashName === undefined ? [] : [algorithm.hashName];
  const weakness = weaknessOf({ policy: store.policy, certificate: authority, hashNames, signedAtMs: signer.notBeforeMs });
  return weakness === undefined ? ok(authority) : err(emrtdFaults.fault('PA_ALGORITHM_TOO_WEAK', { weakness }));
}

/** A document signer signs nothing but documents: no certificates, no lists (9303-12 §7.1.1: no extended key usage). */
const maySignDocuments = (signer: Certificate): boolean =>
  signer.isAuthority !== true && signer.keyUsage?.digitalSignature === true && !signer.keyUsage.keyCertSign && !signer.hasUnknownCriticalExtension && signer.extendedKeyUsage?.critical !== true && !(signer.extendedKeyUsage?.purposes ?? []).some((purpose) => LIST_PURPOSES.includes(purpose));

/** id-icao-cscaMasterListSigningKey, id-icao-deviationListSigningKey. */
const LIST_PURPOSES: readonly string[] = ['2.23.136.1.1.3', '2.23.136.1.1.8'];

/**
 * Both certificates' validity at the time of the check (a document signer's certificate outlives its last document),
 * and the document signer's when it signed: within its certificate's validity and its private key's usage period, where
 * the signature says when and the certificate says how long.
 * @faults PA_SIGNER_NOT_VALID, PA_CSCA_NOT_VALID
 * @source ICAO 9303-12 §7.1.1 (validity, privateKeyUsagePeriod)
 */
export function verifyValidity({ documentSigner, signingTimeMs }: Pick<SignedBy, 'documentSigner' | 'signingTimeMs'>, authority: Certificate, atMs: number): Result<undefined, EmrtdFault> {
  const current = (c: Certificate): boolean => c.notBeforeMs <= atMs && atMs <= c.notAfterMs;
  if (!current(documentSigner)) return err(emrtdFaults.fault('PA_SIGNER_NOT_VALID', { when: 'now' }));
  if (!current(authority)) return err(emrtdFaults.fault('PA_CSCA_NOT_VALID'));
  if (signingTimeMs === undefined) return ok(undefined);
  const { notBeforeMs, notAfterMs, privateKeyUsage } = documentSigner;
  const from = Math.max(notBeforeMs, privateKeyUsage?.notBeforeMs ?? notBeforeMs) - SIGNING_TIME_LEEWAY_MS;
  const until = Math.min(notAfterMs, privateKeyUsage?.notAfterMs ?? notAfterMs) + SIGNING_TIME_LEEWAY_MS;
  return from <= signingTimeMs && signingTimeMs <= until ? ok(undefined) : err(emrtdFaults.fault('PA_SIGNER_NOT_VALID', { when: 'signing' }));
}

/**
 * Asks the issuing state's lists. Without one that is current the answer is unknown, and unknown is refused; a stale
 * list still counts for what it lists.
 * @returns `noList` where the policy lets a state without any list pass
 * @faults PA_SIGNER_REVOKED, PA_CSCA_REVOKED, PA_REVOCATION_UNKNOWN
 * @source ICAO 9303-12 §7.1.4
 */
export function verifyNotRevoked(signer: Certificate, authority: Certificate, store: Pick<TrustStore, 'crls' | 'policy'>, atMs: number): Result<'notRevoked' | 'noList', EmrtdFault> {
  const { revocation, crlGraceMs } = store.policy;
  const lists = store.crls.filter((crl) => (crl.issuerCountry !== undefined && crl.issuerCountry === authority.subjectCountry) || equalBytes(crl.issuer, signer.issuer));
  if (lists.some((crl) => crl.revokedSerialNumbersHex.has(signer.serialNumberHex))) return err(emrtdFaults.fault('PA_SIGNER_REVOKED'));
  if (lists.some((crl) => crl.revokedSerialNumbersHex.has(authority.serialNumberHex))) return err(emrtdFaults.fault('PA_CSCA_REVOKED'));
  if (lists.some((crl) => crl.thisUpdateMs <= atMs && atMs <= crl.nextUpdateMs + crlGraceMs)) return ok('notRevoked');
  return lists.length === 0 && revocation === 'whereListed' ? ok('noList') : err(emrtdFaults.fault('PA_REVOCATION_UNKNOWN', { lists: lists.length }));
}

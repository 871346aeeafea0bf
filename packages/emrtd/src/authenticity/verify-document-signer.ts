import { err, ok, type Result, toHex } from '@visavis/kernel';
import { type EmrtdFault, emrtdFaults } from '../faults.ts';
import type { Certificate } from '../pki/parse-certificate.ts';
import { verifySignature } from '../pki/verify-signature.ts';
import type { TrustStore } from '../trust-store/open-trust-store.ts';

/**
 * Finds the trusted authority that signed a document signer's certificate: by key identifier, then by name, then any of
 * the same country; the signature alone decides (names repeat and differ in case, key identifiers collide). The chain
 * has one step: what an authority's link certificate vouches for, the operator installs as an anchor of its own.
 * @param signer from the chip: untrusted
 * @faults PA_SIGNER_NOT_ALLOWED, PA_CSCA_UNKNOWN
 * @source ICAO 9303-12 §7.1, 9303-11 §5.1
 */
export function findAuthority(signer: Certificate, store: TrustStore): Result<Certificate, EmrtdFault> {
  if (signer.isAuthority === true || signer.keyUsage?.digitalSignature !== true || signer.hasUnknownCriticalExtension) {
    return err(emrtdFaults.fault('PA_SIGNER_NOT_ALLOWED', { authority: signer.isAuthority === true, keyUsage: signer.keyUsage?.digitalSignature === true }));
  }
  const algorithm = signer.signatureAlgorithm;
  if (algorithm === undefined) return err(emrtdFaults.fault('PA_ALGORITHM_UNSUPPORTED', { reason: 'signer certificate' }));
  const issuer = toHex(signer.issuer);
  const likelihood = (authority: Certificate): number =>
    signer.authorityKeyIdHex !== undefined && authority.subjectKeyIdHex === signer.authorityKeyIdHex ? 0 : toHex(authority.subject) === issuer ? 1 : signer.issuerCountry !== undefined && authority.subjectCountry === signer.issuerCountry ? 2 : 3;
  const candidates = store.authorities.filter((authority) => likelihood(authority) < 3).sort((a, b) => likelihood(a) - likelihood(b));
  const authority = candidates.find(({ publicKey }) => publicKey !== undefined && verifySignature({ algorithm, contextHash: undefined, key: publicKey, message: signer.signedPart, signature: signer.signature }));
  return authority === undefined ? err(emrtdFaults.fault('PA_CSCA_UNKNOWN', { candidates: candidates.length })) : ok(authority);
}

/** Both certificates' validity at the time of the check. @faults PA_SIGNER_NOT_VALID, PA_CSCA_NOT_VALID */
export function verifyValidity(signer: Certificate, authority: Certificate, atMs: number): Result<undefined, EmrtdFault> {
  const current = (c: Certificate): boolean => c.notBeforeMs <= atMs && atMs <= c.notAfterMs;
  if (!current(signer)) return err(emrtdFaults.fault('PA_SIGNER_NOT_VALID'));
  return current(authority) ? ok(undefined) : err(emrtdFaults.fault('PA_CSCA_NOT_VALID'));
}

/**
 * Asks the issuing state's lists. Without one that is current the answer is unknown, and unknown is refused; a stale
 * list still counts for what it lists.
 * @faults PA_SIGNER_REVOKED, PA_CSCA_REVOKED, PA_REVOCATION_UNKNOWN
 * @source ICAO 9303-12 §7.1.4
 */
export function verifyNotRevoked(signer: Certificate, authority: Certificate, store: TrustStore, atMs: number): Result<undefined, EmrtdFault> {
  const lists = store.crls.filter((crl) => toHex(crl.issuer) === toHex(signer.issuer) || (crl.issuerCountry !== undefined && crl.issuerCountry === authority.subjectCountry));
  if (lists.some((crl) => crl.revokedSerialNumbersHex.has(signer.serialNumberHex))) return err(emrtdFaults.fault('PA_SIGNER_REVOKED'));
  if (lists.some((crl) => crl.revokedSerialNumbersHex.has(authority.serialNumberHex))) return err(emrtdFaults.fault('PA_CSCA_REVOKED'));
  const current = lists.some((crl) => crl.thisUpdateMs <= atMs && atMs <= crl.nextUpdateMs);
  return current ? ok(undefined) : err(emrtdFaults.fault('PA_REVOCATION_UNKNOWN', { lists: lists.length }));
}

import { equalBytes, err, ok, type Result } from '@visavis/kernel';
import { type EmrtdFault, emrtdFaults } from '../faults.ts';
import { type Certificate, parseCertificate } from '../pki/parse-certificate.ts';
import { type Crl, parseCrl } from '../pki/parse-crl.ts';
import { verifySignature } from '../pki/verify-signature.ts';
import { authorityIndex, type AuthorityIndex } from './authority-index.ts';
import type { DeviationList } from './parse-deviation-list.ts';
import type { TrustPolicy } from './trust-policy.ts';

declare const opened: unique symbol;

/** Country signing authorities that the operator trusts, their lists of withdrawn certificates, and what else is accepted. Made by {@link openTrustStore} only. */
export interface TrustStore {
  readonly [opened]: true;
  readonly policy: TrustPolicy;
  /** Those certificates that may sign document signers. */
  readonly authorities: AuthorityIndex;
  readonly crls: readonly Crl[];
  readonly deviationLists: readonly DeviationList[];
}

/** What an operator hands over; order has no meaning. */
export interface TrustStoreContents {
  /** DER. */
  readonly cscaCertificates: readonly Uint8Array[];
  /** DER. */
  readonly crls: readonly Uint8Array[];
  /** As `importDeviationList` gave them. */
  readonly deviationLists: readonly DeviationList[];
  readonly policy: TrustPolicy;
}

/**
 * Reads the operator's anchors. Certificates are trusted because the operator says so; their own signatures are not
 * looked at, and basicConstraints are not asked for (those of eight states lack or deny them). A certificate that may
 * not sign certificates (no keyCertSign, an unknown critical extension, a key that is not accepted) is left out:
 * documents under it are unknown. Every list must be signed by one of the authorities. Keys are imported when a
 * document first needs them.
 * @param o chosen by the operator
 * @faults TRUST_STORE_EMPTY, TRUST_STORE_CERTIFICATE_MALFORMED, TRUST_STORE_CRL_MALFORMED, TRUST_STORE_CRL_NOT_TRUSTED
 * @source ICAO 9303-12 §5 and §7.1
 */
export function openTrustStore(o: TrustStoreContents): Result<TrustStore, EmrtdFault> {
  const usable: Certificate[] = [];
  for (const [index, der] of o.cscaCertificates.entries()) {
    const certificate = parseCertificate(der.slice());
    if (certificate === undefined) return err(emrtdFaults.fault('TRUST_STORE_CERTIFICATE_MALFORMED', { index }));
    if (mayStandBehindSigners(certificate)) usable.push(certificate);
  }
  if (!usable.some(({ publicKey }) => publicKey !== undefined)) return err(emrtdFaults.fault('TRUST_STORE_EMPTY'));
  const authorities = authorityIndex(usable);
  const crls: Crl[] = [];
  for (const [index, der] of o.crls.entries()) {
    const crl = parseCrl(der.slice());
    if (crl === undefined) return err(emrtdFaults.fault('TRUST_STORE_CRL_MALFORMED', { index }));
    if (!authorities.likelyIssuersOf(crl).some((authority) => isSignedBy(crl, authority))) return err(emrtdFaults.fault('TRUST_STORE_CRL_NOT_TRUSTED', { index }));
    crls.push(crl);
  }
  return ok({ policy: o.policy, authorities, crls, deviationLists: o.deviationLists } as unknown as TrustStore);
}

/** What the certificate itself says; its key is looked at when it is needed. */
export const mayStandBehindSigners = (c: Certificate): boolean => c.keyUsage?.keyCertSign === true && !c.hasUnknownCriticalExtension && c.extendedKeyUsage?.critical !== true;

/** Whether this authority's key signed the list. */
export function isSignedBy(crl: Crl, authority: Certificate): boolean {
  const sameIssuer = equalBytes(authority.subject, crl.issuer) || (crl.issuerCountry !== undefined && authority.subjectCountry === crl.issuerCountry);
  if (!sameIssuer || authority.keyUsage?.crlSign !== true || crl.signatureAlgorithm === undefined || authority.publicKey === undefined) return false;
  return verifySignature({ algorithm: crl.signatureAlgorithm, contextHash: undefined, key: authority.publicKey, message: crl.signedPart, signature: crl.signature });
}

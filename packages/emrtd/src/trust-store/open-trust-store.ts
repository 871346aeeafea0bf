import { err, ok, type Result, toHex } from '@visavis/kernel';
import { type EmrtdFault, emrtdFaults } from '../faults.ts';
import { type Certificate, parseCertificate } from '../pki/parse-certificate.ts';
import { type Crl, parseCrl } from '../pki/parse-crl.ts';
import { verifySignature } from '../pki/verify-signature.ts';

declare const opened: unique symbol;

/** Country signing authorities that the operator trusts, and their lists of withdrawn certificates. Made by {@link openTrustStore} only. */
export interface TrustStore {
  readonly [opened]: true;
  /** Those certificates that may sign document signers. */
  readonly authorities: readonly Certificate[];
  readonly crls: readonly Crl[];
}

/**
 * Reads the operator's anchors. Certificates are trusted because the operator says so; their own signatures are not
 * looked at, and basicConstraints are not asked for (those of eight states lack or deny them). A certificate that may
 * not sign certificates (no keyCertSign, an unknown critical extension, a key that is not accepted) is left out:
 * documents under it are unknown. Every list must be signed by one of the authorities.
 * @param o.cscaCertificates, o.crls DER; chosen by the operator; order has no meaning
 * @faults TRUST_STORE_EMPTY, TRUST_STORE_CERTIFICATE_MALFORMED, TRUST_STORE_CRL_MALFORMED, TRUST_STORE_CRL_NOT_TRUSTED
 * @source ICAO 9303-12 §5 and §7.1
 */
export function openTrustStore(o: { readonly cscaCertificates: readonly Uint8Array[]; readonly crls: readonly Uint8Array[] }): Result<TrustStore, EmrtdFault> {
  const authorities: Certificate[] = [];
  for (const [index, der] of o.cscaCertificates.entries()) {
    const certificate = parseCertificate(der.slice());
    if (certificate === undefined) return err(emrtdFaults.fault('TRUST_STORE_CERTIFICATE_MALFORMED', { index }));
    if (isUsableAuthority(certificate)) authorities.push(certificate);
  }
  if (authorities.length === 0) return err(emrtdFaults.fault('TRUST_STORE_EMPTY'));
  const crls: Crl[] = [];
  for (const [index, der] of o.crls.entries()) {
    const crl = parseCrl(der.slice());
    if (crl === undefined) return err(emrtdFaults.fault('TRUST_STORE_CRL_MALFORMED', { index }));
    if (!authorities.some((authority) => signed(authority, crl))) return err(emrtdFaults.fault('TRUST_STORE_CRL_NOT_TRUSTED', { index }));
    crls.push(crl);
  }
  return ok({ authorities, crls } as unknown as TrustStore);
}

const isUsableAuthority = (c: Certificate): boolean => c.keyUsage?.keyCertSign === true && c.publicKey !== undefined && !c.hasUnknownCriticalExtension;

function signed(authority: Certificate, crl: Crl): boolean {
  const sameIssuer = toHex(authority.subject) === toHex(crl.issuer) || (crl.issuerCountry !== undefined && authority.subjectCountry === crl.issuerCountry);
  if (!sameIssuer || authority.keyUsage?.crlSign !== true || crl.signatureAlgorithm === undefined || authority.publicKey === undefined) return false;
  return verifySignature({ algorithm: crl.signatureAlgorithm, contextHash: undefined, key: authority.publicKey, message: crl.signedPart, signature: crl.signature });
}

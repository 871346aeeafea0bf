import { equalBytes } from '@visavis/kernel';
import type { EmrtdFaultCode } from '../faults.ts';
import type { Certificate } from '../pki/parse-certificate.ts';
import { verifySignature } from '../pki/verify-signature.ts';
import { weaknessOf } from './judge-strength.ts';
import { mayStandBehindSigners } from './open-trust-store.ts';
import type { TrustPolicy } from './trust-policy.ts';

/** Mistakes that states made and that change nothing: the certificate is used, and the operator told. */
export type AuthorityNote = 'malformedSubjectKeyIdentifier' | 'noSubjectKeyIdentifier' | 'noBasicConstraints' | 'basicConstraintsDenyAuthority' | 'notYetValid';

/** `root`: signed by its own key. `link`: signed by another one, to carry trust from an authority's old key to its new one. */
export type AuthorityJudgement =
  | { readonly refused: EmrtdFaultCode }
  | { readonly refused: undefined; readonly role: 'root' | 'link'; readonly expired: boolean; readonly notes: readonly AuthorityNote[] };

/**
 * Whether an authority's certificate can stand behind document signers. Establishes nothing about whose it is: that is
 * said by who signed the list, or by the operator.
 * @source ICAO 9303-12 §7.1.1
 */
export function judgeAuthority(certificate: Certificate, policy: TrustPolicy, atMs: number): AuthorityJudgement {
  const { keyUsage, publicKey, signatureAlgorithm: algorithm } = certificate;
  if (keyUsage?.keyCertSign !== true) return { refused: 'TRUST_CERTIFICATE_NOT_AUTHORITY' };
  if (!mayStandBehindSigners(certificate)) return { refused: 'TRUST_CERTIFICATE_EXTENSION_UNKNOWN' };
  if (publicKey === undefined) return { refused: 'TRUST_CERTIFICATE_KEY_UNSUPPORTED' };
  if (weaknessOf({ policy, certificate, hashNames: [], signedAtMs: certificate.notBeforeMs }) !== undefined) return { refused: 'TRUST_CERTIFICATE_TOO_WEAK' };
  const bySelf = algorithm !== undefined && verifySignature({ algorithm, contextHash: undefined, key: publicKey, message: certificate.signedPart, signature: certificate.signature });
  if (!bySelf && saysItSignedItself(certificate)) return { refused: 'TRUST_CERTIFICATE_SIGNATURE_INVALID' };
  return { refused: undefined, role: bySelf ? 'root' : 'link', expired: certificate.notAfterMs < atMs, notes: notesOn(certificate, atMs) };
}

const saysItSignedItself = (c: Certificate): boolean => (c.authorityKeyIdHex === undefined || c.subjectKeyIdHex === undefined ? equalBytes(c.issuer, c.subject) : c.authorityKeyIdHex === c.subjectKeyIdHex);

function notesOn(c: Certificate, atMs: number): readonly AuthorityNote[] {
  const notes: AuthorityNote[] = [];
  if (c.hasMalformedKeyId) notes.push('malformedSubjectKeyIdentifier');
  else if (c.subjectKeyIdHex === undefined) notes.push('noSubjectKeyIdentifier');
  if (c.isAuthority === undefined) notes.push('noBasicConstraints');
  if (c.isAuthority === false) notes.push('basicConstraintsDenyAuthority');
  if (c.notBeforeMs > atMs) notes.push('notYetValid');
  return notes;
}

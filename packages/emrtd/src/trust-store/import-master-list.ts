import { equalBytes, err, MalformedBytes, ok, type Result } from '@visavis/kernel';
import { hash } from '../crypto/index.ts';
import { type EmrtdFault, type EmrtdFaultCode, emrtdFaults } from '../faults.ts';
import { type Certificate, parseCertificate } from '../pki/parse-certificate.ts';
import { parseSignedData } from '../pki/parse-signed-data.ts';
import { verifySignature } from '../pki/verify-signature.ts';
import { DerFields, parseDer, TAG } from '../tlv/der.ts';
import { derSmallInteger, hexOf } from '../tlv/der-values.ts';
import { authorityIndex } from './authority-index.ts';
import { type AuthorityJudgement, type AuthorityNote, judgeAuthority } from './judge-authority.ts';
import { type ListImportOptions, type ListSigner, verifyListSigner } from './verify-list-signer.ts';

/** What became of one certificate of a list. */
export interface AccountedCertificate {
  readonly der: Uint8Array;
  /** SHA-256. */
  readonly fingerprintHex: string;
  readonly country: string | undefined;
  /** undefined: not known, refused. */
  readonly role: 'root' | 'link' | undefined;
  readonly status: 'trusted' | 'expired' | 'refused';
  /** Why it was refused. */
  readonly code: EmrtdFaultCode | undefined;
  readonly notes: readonly AuthorityNote[];
  /** A link certificate's own issuer: the authority whose old key vouches for the new one. */
  readonly vouchedByHex: string | undefined;
  /**
   * What it is good for. `anchor`: its key may stand behind document signers. `newKey`: a link certificate whose key has
   * no certificate of its own here; its key becomes an anchor only when the operator says so. `nothing`: refused, or a
   * link certificate whose key is an anchor already.
   */
  readonly use: 'anchor' | 'newKey' | 'nothing';
}

export interface MasterListImport extends ListSigner {
  /** Of the state that published it. */
  readonly country: string | undefined;
  /** Each certificate of the list, in its order; each once. */
  readonly certificates: readonly AccountedCertificate[];
}

const ID_MASTER_LIST = '2.23.136.1.1.2';
const ID_MASTER_LIST_SIGNING = '2.23.136.1.1.3';
/** Published lists hold under 600; all states' authorities ever made are some 1 500. */
const MAX_CERTIFICATES = 10_000;
/** A certificate has some 120 nodes. */
const MAX_MASTER_LIST_NODES = 2_000_000;

/**
 * Reads a CSCA master list. Establishes that an authority which the operator named stands behind the list, and accounts
 * for every certificate in it. Link certificates never become intermediates.
 * @param cms the file, from anybody
 * @faults TRUST_LIST_*
 * @source ICAO 9303-12 §8
 */
export function importMasterList(cms: Uint8Array, options: ListImportOptions): Result<MasterListImport, EmrtdFault> {
  const signedData = parseSignedData(cms);
  if (signedData?.contentType !== ID_MASTER_LIST) return err(emrtdFaults.fault('TRUST_LIST_MALFORMED', { reason: signedData === undefined ? 'structure' : 'content type' }));
  const signer = verifyListSigner(signedData, ID_MASTER_LIST_SIGNING, options);
  if (!signer.ok) return signer;
  const certificates = readCertificates(signedData.content);
  if (certificates === undefined) return err(emrtdFaults.fault('TRUST_LIST_MALFORMED', { reason: 'content' }));
  return ok({ ...signer.value, country: signer.value.signer.issuerCountry, certificates: accountFor(certificates, options) });
}

/** CscaMasterList ::= SEQUENCE { version INTEGER, certList SET OF Certificate } */
function readCertificates(content: Uint8Array): readonly Uint8Array[] | undefined {
  try {
    const fields = new DerFields(parseDer(content, MAX_MASTER_LIST_NODES), TAG.sequence);
    derSmallInteger(fields.next(TAG.integer));
    const list = fields.next(TAG.set).children;
    fields.end();
    return list.length > MAX_CERTIFICATES ? undefined : list.map(({ raw }) => raw);
  } catch (thrown) {
    if (thrown instanceof MalformedBytes) return undefined;
    throw thrown;
  }
}

/** Judges certificates that somebody vouched for: a list's signer, or the operator by naming them one by one. */
export function accountFor(certificates: readonly Uint8Array[], { anchors, policy, atMs }: ListImportOptions): readonly AccountedCertificate[] {
  const judged = certificates.map((der) => {
    const certificate = parseCertificate(der);
    const judgement: AuthorityJudgement = certificate === undefined ? { refused: 'TRUST_CERTIFICATE_MALFORMED' } : judgeAuthority(certificate, policy, atMs);
    return { der, certificate, judgement };
  });
  const roots = judged.flatMap(({ certificate, judgement }) => (certificate !== undefined && judgement.refused === undefined && judgement.role === 'root' ? [certificate] : []));
  const trusted = [...roots, ...anchors];
  const byIssuer = authorityIndex(trusted);
  return judged.map(({ der, certificate, judgement }) => {
    const base = { der, fingerprintHex: hexOf(hash('sha256', der)), country: certificate?.subjectCountry };
    const refused = (code: EmrtdFaultCode, role?: 'link'): AccountedCertificate => ({ ...base, role, status: 'refused', code, notes: [], vouchedByHex: undefined, use: 'nothing' });
    if (certificate === undefined || judgement.refused !== undefined) return refused(judgement.refused ?? 'TRUST_CERTIFICATE_MALFORMED');
    const { role, notes } = judgement;
    const accepted = { ...base, role, status: judgement.expired ? 'expired' : 'trusted', code: undefined, notes } as const;
    if (role === 'root') return { ...accepted, vouchedByHex: undefined, use: 'anchor' };
    const issuer = byIssuer.likelyIssuersOf(certificate).find((authority) => isSignedByAuthority(certificate, authority));
    if (issuer === undefined) return refused('TRUST_LINK_NOT_VOUCHED', 'link');
    const keyIsKnown = trusted.some(({ subjectPublicKeyInfo }) => equalBytes(subjectPublicKeyInfo, certificate.subjectPublicKeyInfo));
    return { ...accepted, vouchedByHex: hexOf(hash('sha256', issuer.raw)), use: keyIsKnown ? 'nothing' : 'newKey' };
  });
}

function isSignedByAuthority({ signatureAlgorithm: algorithm, signedPart, signature }: Certificate, { publicKey }: Certificate): boolean {
  return algorithm !== undefined && publicKey !== undefined && verifySignature({ algorithm, contextHash: undefined, key: publicKey, message: signedPart, signature });
}

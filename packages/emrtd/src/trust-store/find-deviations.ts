import { equalBytes } from '@visavis/kernel';
import { hash, type HashName } from '../crypto/index.ts';
import type { Certificate } from '../pki/parse-certificate.ts';
import { hexOf } from '../tlv/der-values.ts';
import type { Deviation, DeviationList } from './parse-deviation-list.ts';

/** A state said that it made this document wrongly. */
export interface DeviationNote {
  readonly country: string | undefined;
  readonly types: readonly string[];
  /** By which of the list's criteria. */
  readonly namedBy: 'documentSigner' | 'documentNumber' | 'both';
}

/**
 * What the lists say of a document: of those of its signer's state only, where signer and number both fit as far as the
 * entry names them. Date of issue and type are not compared (the chip need not hold them): an entry that names nothing
 * else names nobody here.
 * @param o.documentNumber from DG1, when it was read
 */
export function findDeviations(lists: readonly DeviationList[], o: { readonly documentSigner: Certificate; readonly documentNumber: string | undefined }): readonly DeviationNote[] {
  const notes: DeviationNote[] = [];
  for (const { country, deviations } of lists) {
    if (country === undefined || country !== o.documentSigner.issuerCountry) continue;
    for (const deviation of deviations) {
      const bySigner = deviation.documentSigner === undefined ? undefined : isNamed(o.documentSigner, deviation.documentSigner);
      const byNumber = deviation.documentNumbers === undefined ? undefined : o.documentNumber !== undefined && deviation.documentNumbers.has(o.documentNumber);
      if (bySigner === false || byNumber === false || (bySigner === undefined && byNumber === undefined)) continue;
      notes.push({ country, types: deviation.types, namedBy: bySigner === undefined ? 'documentNumber' : byNumber === undefined ? 'documentSigner' : 'both' });
    }
  }
  return notes;
}

/** The digest's own length tells its function. */
const DIGESTS: Readonly<Record<number, HashName>> = { 40: 'sha1', 56: 'sha224', 64: 'sha256', 96: 'sha384', 128: 'sha512' };

function isNamed(signer: Certificate, by: NonNullable<Deviation['documentSigner']>): boolean {
  if ('issuer' in by) return by.serialNumberHex === signer.serialNumberHex && equalBytes(by.issuer, signer.issuer);
  if ('subjectKeyIdHex' in by) return by.subjectKeyIdHex === signer.subjectKeyIdHex;
  const digest = DIGESTS[by.certificateDigestHex.length];
  return digest !== undefined && hexOf(hash(digest, signer.raw)) === by.certificateDigestHex;
}

import { createHash } from 'node:crypto';
import type { Bytes } from '@visavis/kernel';
import { bitString, explicit, implicitPrimitive, integer, objectIdentifier, octetString, sequence, time } from '../der/der.ts';
import { type Certificate, ecdsaWithSha256, subjectKeyIdentifier } from './issue-certificate.ts';
import { signDigest } from './elliptic-curve.ts';

/** 9303-12: at least every 90 days. */
const NEXT_UPDATE_MS = 90 * 86_400_000;

/** A version 2 CRL of this CSCA (9303-12 §7.1.4) naming the given serial numbers as revoked at `thisUpdateMs`. DER. */
export function issueCrl(o: { readonly csca: Certificate; readonly revoked: readonly Uint8Array[]; readonly crlNumber: number; readonly thisUpdateMs: number }): Bytes {
  const entries = o.revoked.map((serialNumber) => sequence(integer(serialNumber), time(o.thisUpdateMs)));
  const extensions = sequence(
    sequence(objectIdentifier('2.5.29.35'), octetString(sequence(implicitPrimitive(0, subjectKeyIdentifier(o.csca.key.publicKey))))),
    sequence(objectIdentifier('2.5.29.20'), octetString(integer(o.crlNumber))),
  );
  const tbs = sequence(
    integer(1),
    ecdsaWithSha256,
    o.csca.name,
    time(o.thisUpdateMs),
    time(o.thisUpdateMs + NEXT_UPDATE_MS),
    ...(entries.length > 0 ? [sequence(...entries)] : []),
    explicit(0, extensions),
  );
  return sequence(tbs, ecdsaWithSha256, bitString(signDigest(o.csca.key, createHash('sha256').update(tbs).digest(), 'der')));
}

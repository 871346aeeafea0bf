import type { Bytes } from '@visavis/kernel';
import { bitString, explicit, implicitPrimitive, integer, objectIdentifier, octetString, sequence, time } from '../der/der.ts';
import { type Certificate, subjectKeyIdentifier } from './issue-certificate.ts';

/** 9303-12: at least every 90 days. */
const NEXT_UPDATE_MS = 90 * 86_400_000;

/** A version 2 CRL of this CSCA (9303-12 §7.1.4) naming the given serial numbers as revoked at `thisUpdateMs`. DER. */
export function issueCrl(o: { readonly csca: Certificate<unknown>; readonly revoked: readonly Uint8Array[]; readonly crlNumber: number; readonly thisUpdateMs: number }): Bytes {
  const entries = o.revoked.map((serialNumber) => sequence(integer(serialNumber), time(o.thisUpdateMs)));
  const extensions = sequence(
    sequence(objectIdentifier('2.5.29.35'), octetString(sequence(implicitPrimitive(0, subjectKeyIdentifier(o.csca.signing.publicKey))))),
    sequence(objectIdentifier('2.5.29.20'), octetString(integer(o.crlNumber))),
  );
  const tbs = sequence(
    integer(1),
    o.csca.signing.algorithm,
    o.csca.name,
    time(o.thisUpdateMs),
    time(o.thisUpdateMs + NEXT_UPDATE_MS),
    ...(entries.length > 0 ? [sequence(...entries)] : []),
    explicit(0, extensions),
  );
  return sequence(tbs, o.csca.signing.algorithm, bitString(o.csca.signing.sign(tbs)));
}

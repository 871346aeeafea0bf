import { MalformedBytes } from '@visavis/kernel';
import { DerFields, parseDer, TAG } from '../tlv/der.ts';
import { derBits, derBoolean, derIntegerHex, derOid, derTimeMs } from '../tlv/der-values.ts';
import { country } from './parse-certificate.ts';
import { readSignatureAlgorithm, type SignatureAlgorithm } from './signature-algorithm.ts';

/** A certificate revocation list of ICAO 9303-12 §7.1.4. */
export interface Crl {
  readonly signedPart: Uint8Array;
  readonly issuer: Uint8Array;
  readonly issuerCountry: string | undefined;
  readonly thisUpdateMs: number;
  readonly nextUpdateMs: number;
  readonly revokedSerialNumbersHex: ReadonlySet<string>;
  readonly signatureAlgorithm: SignatureAlgorithm | undefined;
  readonly signature: Uint8Array;
}

/** CRL number and authority key identifier; any other critical extension (delta, partial lists) means something that this code does not do. */
const KNOWN_EXTENSIONS: readonly string[] = ['2.5.29.20', '2.5.29.35'];

/** Reads a list. Establishes its structure only. @returns undefined when malformed, partial, or without a next update */
export function parseCrl(der: Uint8Array): Crl | undefined {
  try {
    const outer = new DerFields(parseDer(der), TAG.sequence);
    const tbs = outer.next(TAG.sequence);
    const algorithm = outer.next(TAG.sequence);
    const signature = derBits(outer.next(TAG.bitString));
    outer.end();
    const fields = new DerFields(tbs, TAG.sequence);
    fields.optional(TAG.integer);
    fields.next(TAG.sequence);
    const issuer = fields.next(TAG.sequence);
    const thisUpdateMs = derTimeMs(fields.any());
    const nextUpdateMs = derTimeMs(fields.any());
    const revoked = fields.optional(TAG.sequence);
    const extensions = fields.optional(0xa0);
    fields.end();
    for (const extension of extensions?.children[0]?.children ?? []) {
      const parts = new DerFields(extension, TAG.sequence);
      const oid = derOid(parts.next(TAG.objectIdentifier));
      const critical = parts.optional(TAG.boolean);
      if (critical !== undefined && derBoolean(critical) && !KNOWN_EXTENSIONS.includes(oid)) return undefined;
    }
    return {
      signedPart: tbs.raw,
      issuer: issuer.raw,
      issuerCountry: country(issuer),
      thisUpdateMs,
      nextUpdateMs,
      revokedSerialNumbersHex: new Set((revoked?.children ?? []).map((entry) => derIntegerHex(new DerFields(entry, TAG.sequence).next(TAG.integer)))),
      signatureAlgorithm: readSignatureAlgorithm(algorithm),
      signature,
    };
  } catch (thrown) {
    if (thrown instanceof MalformedBytes) return undefined;
    throw thrown;
  }
}

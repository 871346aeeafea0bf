import { MalformedBytes } from '@visavis/kernel';
import { DerFields, parseDer, TAG } from '../tlv/der.ts';
import { derBits, derBoolean, derIntegerHex, derOid, derTimeMs } from '../tlv/der-values.ts';
import { country, keyId } from './parse-certificate.ts';
import { readSignatureAlgorithm, type SignatureAlgorithm } from './signature-algorithm.ts';

/** A certificate revocation list of ICAO 9303-12 §7.1.4. */
export interface Crl {
  readonly signedPart: Uint8Array;
  readonly issuer: Uint8Array;
  readonly issuerCountry: string | undefined;
  readonly authorityKeyIdHex: string | undefined;
  readonly thisUpdateMs: number;
  readonly nextUpdateMs: number;
  readonly revokedSerialNumbersHex: ReadonlySet<string>;
  readonly signatureAlgorithm: SignatureAlgorithm | undefined;
  readonly signature: Uint8Array;
}

/** CRL number and authority key identifier; any other critical extension (delta, partial lists) means something that this code does not do. */
/** Some states list every document signer they ever had: five nodes to an entry. */
const MAX_CRL_NODES = 2_000_000;
const AUTHORITY_KEY_ID = '2.5.29.35';
const KNOWN_EXTENSIONS: readonly string[] = ['2.5.29.20', AUTHORITY_KEY_ID];

/** Reads a list. Establishes its structure only. @returns undefined when malformed, partial, or without a next update */
export function parseCrl(der: Uint8Array): Crl | undefined {
  try {
    const outer = new DerFields(parseDer(der, MAX_CRL_NODES), TAG.sequence);
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
    let authorityKeyId: Uint8Array | undefined;
    for (const extension of extensions?.children[0]?.children ?? []) {
      const parts = new DerFields(extension, TAG.sequence);
      const oid = derOid(parts.next(TAG.objectIdentifier));
      const critical = parts.optional(TAG.boolean);
      if (critical !== undefined && derBoolean(critical) && !KNOWN_EXTENSIONS.includes(oid)) return undefined;
      if (oid === AUTHORITY_KEY_ID) authorityKeyId = parts.next(TAG.octetString).contents;
    }
    return {
      signedPart: tbs.raw,
      issuer: issuer.raw,
      issuerCountry: country(issuer),
      authorityKeyIdHex: keyId(authorityKeyId, (node) => node.children.find((child) => child.tag === 0x80)),
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

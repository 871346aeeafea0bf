import { MalformedBytes } from '@visavis/kernel';
import { hashByOid, type HashName } from '../crypto/index.ts';
import { DerFields, type DerNode, parseDer, TAG } from '../tlv/der.ts';
import { derOid, derSmallInteger } from '../tlv/der-values.ts';

/** LDSSecurityObject: the hash of every data group the issuer signed. */
export interface LdsSecurityObject {
  readonly hashName: HashName;
  /** By data group number. */
  readonly hashes: ReadonlyMap<number, Uint8Array>;
  /** Versions that the issuer signed (LDS 1.8), e.g. `0108` and `040000`; what EF.COM says of them is not signed. */
  readonly versionInfo: { readonly ldsVersion: string; readonly unicodeVersion: string } | undefined;
}

const DATA_GROUPS = 16;
const PRINTABLE_STRING = 0x13;
/** v0 of LDS 1.7, v1 of LDS 1.8. */
const MAX_VERSION = 1;

/**
 * Version 1 should say which LDS it is of, and version 0 can't; either is taken with or without, since nothing depends on it.
 * @returns undefined when malformed, a number twice, another version, or an unknown hash function
 * @source ICAO 9303-10 §4.6.2.3
 */
export function parseLdsSecurityObject(der: Uint8Array): LdsSecurityObject | undefined {
  try {
    const fields = new DerFields(parseDer(der), TAG.sequence);
    if (derSmallInteger(fields.next(TAG.integer)) > MAX_VERSION) return undefined;
    const hashName = hashByOid(derOid(new DerFields(fields.next(TAG.sequence), TAG.sequence).next(TAG.objectIdentifier)));
    if (hashName === undefined) return undefined;
    const hashes = new Map<number, Uint8Array>();
    for (const entry of fields.next(TAG.sequence).children) {
      const pair = new DerFields(entry, TAG.sequence);
      const number = derSmallInteger(pair.next(TAG.integer));
      if (number < 1 || number > DATA_GROUPS || hashes.has(number)) return undefined;
      hashes.set(number, pair.next(TAG.octetString).contents);
      pair.end();
    }
    const versionInfo = readVersionInfo(fields.optional(TAG.sequence));
    fields.end();
    return hashes.size === 0 ? undefined : { hashName, hashes, versionInfo };
  } catch (thrown) {
    if (thrown instanceof MalformedBytes) return undefined;
    throw thrown;
  }
}

function readVersionInfo(node: DerNode | undefined): LdsSecurityObject['versionInfo'] {
  if (node === undefined) return undefined;
  const fields = new DerFields(node, TAG.sequence);
  const [ldsVersion, unicodeVersion] = [fields.next(PRINTABLE_STRING), fields.next(PRINTABLE_STRING)].map(({ contents }) => new TextDecoder('latin1').decode(contents)) as [string, string];
  fields.end();
  return { ldsVersion, unicodeVersion };
}

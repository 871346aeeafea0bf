import { MalformedBytes } from '@visavis/kernel';
import { hashByOid, type HashName } from '../crypto/index.ts';
import { DerFields, parseDer, TAG } from '../tlv/der.ts';
import { derOid, derSmallInteger } from '../tlv/der-values.ts';

/** LDSSecurityObject: the hash of every data group the issuer signed. */
export interface LdsSecurityObject {
  readonly hashName: HashName;
  /** By data group number. */
  readonly hashes: ReadonlyMap<number, Uint8Array>;
}

const DATA_GROUPS = 16;

/** @returns undefined when malformed, a number twice, or an unknown hash function @source ICAO 9303-10 §4.6.2.3 */
export function parseLdsSecurityObject(der: Uint8Array): LdsSecurityObject | undefined {
  try {
    const fields = new DerFields(parseDer(der), TAG.sequence);
    derSmallInteger(fields.next(TAG.integer));
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
    return hashes.size === 0 ? undefined : { hashName, hashes };
  } catch (thrown) {
    if (thrown instanceof MalformedBytes) return undefined;
    throw thrown;
  }
}

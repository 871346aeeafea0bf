import { type Bytes, MalformedBytes } from '@visavis/kernel';
import { DerFields, type DerNode, parseDer, TAG } from '../tlv/der.ts';
import { derBits, derInteger, derOid, derSmallInteger } from '../tlv/der-values.ts';
import { dhGroup } from './dh-group.ts';
import { DH_GROUPS, type DhParameters } from './dh-groups.ts';
import { isCurveName } from './ec-points.ts';
import { ellipticCurveGroup } from './elliptic-curve-group.ts';
import { bitLength, modPow, toInteger } from './integers.ts';
import type { KeyAgreementGroup } from './key-agreement-group.ts';
import { importSpki } from './public-key.ts';
import { standardizedGroup } from './standardized-groups.ts';

/** A public key of Chip Authentication: an element of a group. */
export interface AgreementKey {
  readonly group: KeyAgreementGroup;
  /** As {@link KeyAgreementGroup.decode} gave it. */
  readonly publicKey: Bytes;
}

const ID_EC_PUBLIC_KEY = '1.2.840.10045.2.1';
/** PKCS #3: prime and generator. */
const ID_DH_KEY_AGREEMENT = '1.2.840.113549.1.3.1';
/** ANSI X9.42: prime, generator and order (RFC 3279 §2.3.3). */
const ID_DH_PUBLIC_NUMBER = '1.2.840.10046.2.1';
/** BSI's: only the number of a group (ICAO 9303-11 §9.5.1). */
const ID_STANDARDIZED = '0.4.0.127.0.7.1.2';
const PRIME_BITS = { min: 1024, max: 4096 } as const;
const MIN_ORDER_BITS = 160;

/**
 * Reads a SubjectPublicKeyInfo for key agreement. Explicit parameters of a curve are taken only when they spell a
 * standardized one. That DH parameters are prime is the issuer's word: they stand in a file that it signed.
 * @param spki DER, from a chip: untrusted
 * @returns undefined for other keys, other curves, and elements that are not of the group
 */
export function importAgreementKey(spki: Uint8Array): AgreementKey | undefined {
  try {
    const fields = new DerFields(parseDer(spki), TAG.sequence);
    const algorithm = new DerFields(fields.next(TAG.sequence), TAG.sequence);
    const group = groupOf(derOid(algorithm.next(TAG.objectIdentifier)), algorithm, spki);
    const encoded = derBits(fields.next(TAG.bitString));
    if (group === undefined) return undefined;
    const publicKey = group.decode(group.agreement === 'ecdh' ? encoded : positive(parseDer(encoded)));
    return publicKey && { group, publicKey };
  } catch (thrown) {
    if (thrown instanceof MalformedBytes) return undefined;
    throw thrown;
  }
}

function groupOf(oid: string, algorithm: DerFields, spki: Uint8Array): KeyAgreementGroup | undefined {
  if (oid === ID_STANDARDIZED) return standardizedGroup(derSmallInteger(algorithm.next(TAG.integer)));
  if (oid === ID_EC_PUBLIC_KEY) {
    const curve = importSpki(spki)?.asymmetricKeyDetails?.namedCurve;
    return curve !== undefined && isCurveName(curve) ? ellipticCurveGroup(curve) : undefined;
  }
  if (oid !== ID_DH_KEY_AGREEMENT && oid !== ID_DH_PUBLIC_NUMBER) return undefined;
  const parameters = new DerFields(algorithm.next(TAG.sequence), TAG.sequence);
  const p = toInteger(positive(parameters.next(TAG.integer)));
  const g = toInteger(positive(parameters.next(TAG.integer)));
  const q = oid === ID_DH_PUBLIC_NUMBER ? toInteger(positive(parameters.next(TAG.integer))) : knownOrder(p, g);
  return areSound({ p, g, q }) ? dhGroup({ p, g, q }) : undefined;
}

/** PKCS #3 leaves the order out; the standardized groups are known. */
const knownOrder = (p: bigint, g: bigint): bigint | undefined => Object.values(DH_GROUPS).find((group) => group.p === p && group.g === g)?.q;

function areSound({ p, g, q }: DhParameters): boolean {
  const bits = bitLength(p);
  if (bits < PRIME_BITS.min || bits > PRIME_BITS.max || p % 2n === 0n || g < 2n || g >= p - 1n) return false;
  return q === undefined || (bitLength(q) >= MIN_ORDER_BITS && (p - 1n) % q === 0n && modPow(g, q, p) === 1n);
}

function positive(node: DerNode): Uint8Array {
  const contents = derInteger(node);
  if (contents[0]! >= 0x80) throw new MalformedBytes('negative integer', 0);
  return contents[0] === 0 ? contents.subarray(1) : contents;
}

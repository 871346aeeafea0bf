import { equalBytes, MalformedBytes } from '@visavis/kernel';
import type { Cipher } from '../crypto/index.ts';
import { DerFields, type DerNode, parseDer, TAG } from '../tlv/der.ts';
import { derInteger, derOid, derSmallInteger } from '../tlv/der-values.ts';

/** Version 2 of PACE by its OID's arcs under bsi-de 2 2 4 (ICAO 9303-11 §9.2.1). */
export interface PaceInfo {
  readonly protocol: string;
  /** Standardized domain parameters (ICAO 9303-11 §9.5.1). */
  readonly parameterId: number | undefined;
}

export interface ChipAuthenticationInfo {
  readonly agreement: 'dh' | 'ecdh';
  readonly protocol: string;
  readonly cipher: Cipher;
  /** As it is sent to the chip. */
  readonly keyId: Uint8Array | undefined;
}

export interface ChipAuthenticationPublicKey {
  readonly agreement: 'dh' | 'ecdh';
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array;
  readonly keyId: Uint8Array | undefined;
}

/** SecurityInfos as EF.CardAccess and EF.DG14 carry them; objects that this terminal does not know are left out. */
export interface SecurityInfos {
  readonly pace: readonly PaceInfo[];
  readonly chipAuthentication: readonly ChipAuthenticationInfo[];
  readonly chipAuthenticationPublicKeys: readonly ChipAuthenticationPublicKey[];
  /** OID of the signature algorithm of Active Authentication by ECDSA. */
  readonly activeAuthenticationAlgorithm: string | undefined;
}

const ID_PACE = '0.4.0.127.0.7.2.2.4.';
const ID_CA = '0.4.0.127.0.7.2.2.3.';
const ID_PK = '0.4.0.127.0.7.2.2.1.';
const ID_AA = '2.23.136.1.1.5';
const CIPHERS: Readonly<Record<string, Cipher>> = { '1': 'des3', '2': 'aes128', '3': 'aes192', '4': 'aes256' };
const AGREEMENTS: Readonly<Record<string, 'dh' | 'ecdh'>> = { '1': 'dh', '2': 'ecdh' };
const MAX_INFOS = 64;

/**
 * Reads a SET OF SecurityInfo. Throws MalformedBytes.
 * @source ICAO 9303-11 §9.2
 */
export function readSecurityInfos(der: Uint8Array): SecurityInfos {
  const set = parseDer(der);
  if (set.tag !== TAG.set || set.children.length > MAX_INFOS) throw new MalformedBytes('security infos', 0);
  const pace: PaceInfo[] = [];
  const chipAuthentication: ChipAuthenticationInfo[] = [];
  const chipAuthenticationPublicKeys: ChipAuthenticationPublicKey[] = [];
  let activeAuthenticationAlgorithm: string | undefined;
  for (const info of set.children) {
    const fields = new DerFields(info, TAG.sequence);
    const protocol = derOid(fields.next(TAG.objectIdentifier));
    const arcs = protocol.split('.');
    if (/^0\.4\.0\.127\.0\.7\.2\.2\.4\.\d+\.\d+$/.test(protocol) && protocol.startsWith(ID_PACE)) {
      const version = derSmallInteger(fields.next(TAG.integer));
      const parameter = fields.optional(TAG.integer);
      if (version === 2) pace.push({ protocol, parameterId: parameter && derSmallInteger(parameter) });
    } else if (protocol.startsWith(ID_CA) && arcs.length === 11) {
      const agreement = AGREEMENTS[arcs[9]!];
      const cipher = CIPHERS[arcs[10]!];
      const version = derSmallInteger(fields.next(TAG.integer));
      const keyId = keyIdOf(fields.optional(TAG.integer));
      if (agreement !== undefined && cipher !== undefined && version === 1) chipAuthentication.push({ agreement, protocol, cipher, keyId });
    } else if (protocol.startsWith(ID_PK) && arcs.length === 10) {
      const agreement = AGREEMENTS[arcs[9]!];
      const publicKey = fields.next(TAG.sequence).raw;
      const keyId = keyIdOf(fields.optional(TAG.integer));
      if (agreement !== undefined) chipAuthenticationPublicKeys.push({ agreement, publicKey, keyId });
    } else if (protocol === ID_AA) {
      fields.next(TAG.integer);
      activeAuthenticationAlgorithm = derOid(fields.next(TAG.objectIdentifier));
    }
  }
  return { pace, chipAuthentication, chipAuthenticationPublicKeys, activeAuthenticationAlgorithm };
}

/** Without a sign byte: German chips want C3 where DG14 says 00C3. */
function keyIdOf(node: DerNode | undefined): Uint8Array | undefined {
  const contents = node && derInteger(node);
  return contents !== undefined && contents.length > 1 && contents[0] === 0 ? contents.subarray(1) : contents;
}

export const sameKeyId = (a: Uint8Array | undefined, b: Uint8Array | undefined): boolean => (a === undefined || b === undefined ? a === b : equalBytes(a, b));

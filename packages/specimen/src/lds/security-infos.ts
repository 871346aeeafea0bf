import { standardizedGroup } from '@visavis/emrtd/crypto';
import type { Bytes } from '@visavis/kernel';
import type { CipherName } from '../chip/ciphers.ts';
import { bitString, integer, objectIdentifier, sequence, setOf, tlv } from '../der/der.ts';
import { curves, subjectPublicKeyInfo } from '../pki/elliptic-curve.ts';
import type { HashName } from '../pki/signing-key.ts';
import type { ActiveAuthenticationKey, AgreementKeyPair, ChipAuthenticationKey, PaceVariant } from './passport.ts';

const BSI = '0.4.0.127.0.7.2.2';
const CIPHER_ARC: Readonly<Record<CipherName, number>> = { tripleDes: 1, aes128: 2, aes192: 3, aes256: 4 };
const MAPPING_ARC = { generic: { dh: 1, ecdh: 2 }, integrated: { dh: 3, ecdh: 4 }, chipAuthentication: { dh: 6, ecdh: 6 } } as const;
const ACTIVE_AUTHENTICATION = '2.23.136.1.1.5';
const ECDSA_PLAIN = '0.4.0.127.0.7.1.1.4.1';
const HASH_ARC: Readonly<Record<HashName, number>> = { sha1: 1, sha224: 2, sha256: 3, sha384: 4, sha512: 5 };
const STANDARDIZED_PARAMETERS = '0.4.0.127.0.7.1.2';

const agreementOf = (parameterId: number): 'dh' | 'ecdh' => (parameterId < 8 ? 'dh' : 'ecdh');
const keyArc = (parameterId: number): number => (agreementOf(parameterId) === 'dh' ? 1 : 2);

export const paceProtocol = ({ mapping, parameterId, cipher }: PaceVariant): string => `${BSI}.4.${MAPPING_ARC[mapping][agreementOf(parameterId)]}.${CIPHER_ARC[cipher]}`;
export const chipAuthenticationProtocol = ({ pair, cipher }: Pick<ChipAuthenticationKey, 'pair' | 'cipher'>): string => `${BSI}.3.${keyArc(pair.parameterId)}.${CIPHER_ARC[cipher]}`;

const paceInfo = (variant: PaceVariant): Bytes => sequence(objectIdentifier(paceProtocol(variant)), integer(2), integer(variant.parameterId));
const keyNumber = (keyId: number | undefined): readonly Bytes[] => (keyId === undefined ? [] : [integer(keyId)]);
const publicKeyInfo = (pair: AgreementKeyPair, keyId: number | undefined): Bytes => sequence(objectIdentifier(`${BSI}.1.${keyArc(pair.parameterId)}`), agreementKeyInfo(pair), ...keyNumber(keyId));

/** Explicit domain parameters for the two curves that most states have; for the others the number of the group (§9.5.1). */
function agreementKeyInfo({ parameterId, publicKey }: AgreementKeyPair): Bytes {
  const named = (Object.keys(curves) as (keyof typeof curves)[]).find((name) => curves[name].paceParameterId === parameterId);
  if (named !== undefined) return subjectPublicKeyInfo(named, publicKey);
  const bits = standardizedGroup(parameterId)?.agreement === 'dh' ? integer(publicKey) : publicKey;
  return sequence(sequence(objectIdentifier(STANDARDIZED_PARAMETERS), integer(parameterId)), bitString(bits));
}

/** EF.CardAccess, readable by anybody: how PACE is done (9303-11 §9.2.1). Not signed. */
export const encodeCardAccess = (variants: readonly PaceVariant[]): Bytes => setOf(...variants.map(paceInfo));

/** What EF.CardSecurity signs: how PACE is done, and the key that chip authentication mapping proves (§9.2.11). */
export const encodeCardSecurityInfos = (variants: readonly PaceVariant[], mappingKey: AgreementKeyPair): Bytes => setOf(...variants.map(paceInfo), publicKeyInfo(mappingKey, undefined));

/**
 * EF.DG14, signed through EF.SOD: chip and active authentication, and once more what EF.CardAccess says, so that a
 * reader can find out whether that was tampered with. Undefined when there is nothing to say.
 */
export function encodeDg14(profile: { readonly paceVariants: readonly PaceVariant[]; readonly chipAuthentication: readonly ChipAuthenticationKey[]; readonly activeAuthenticationKey: ActiveAuthenticationKey | undefined }): Bytes | undefined {
  const infos = profile.paceVariants.map(paceInfo);
  for (const key of profile.chipAuthentication) {
    if (!key.withoutInfo) infos.push(sequence(objectIdentifier(chipAuthenticationProtocol(key)), integer(1), ...keyNumber(key.keyId)));
    infos.push(publicKeyInfo(key.pair, key.keyId));
  }
  // Needed when the active authentication key is an elliptic one (9303-11 §9.2.4); an RSA signature says its hash itself.
  const active = profile.activeAuthenticationKey;
  if (active?.kind === 'ecdsa') infos.push(sequence(objectIdentifier(ACTIVE_AUTHENTICATION), integer(1), objectIdentifier(`${ECDSA_PLAIN}.${HASH_ARC[active.hash]}`)));
  return infos.length === 0 ? undefined : tlv(0x6e, setOf(...infos));
}

/** EF.DG15: the active authentication public key. */
export const encodeDg15 = (key: ActiveAuthenticationKey): Bytes => tlv(0x6f, key.subjectPublicKeyInfo);

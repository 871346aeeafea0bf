import type { Bytes } from '@visavis/kernel';
import type { ActiveAuthenticationKey } from './passport.ts';
import { integer, objectIdentifier, sequence, setOf, tlv } from '../der/der.ts';
import { type CurveName, curves, type EcKeyPair, subjectPublicKeyInfo } from '../pki/elliptic-curve.ts';

/** Object identifiers of ICAO 9303-11 §9.2 that this state's chips use. */
export const PACE_ECDH_GM_AES_128 = '0.4.0.127.0.7.2.2.4.2.2';
export const CHIP_AUTHENTICATION_OIDS = { tripleDes: '0.4.0.127.0.7.2.2.3.2.1', aes128: '0.4.0.127.0.7.2.2.3.2.2' } as const;
const CHIP_AUTHENTICATION_PUBLIC_KEY_ECDH = '0.4.0.127.0.7.2.2.1.2';
const ACTIVE_AUTHENTICATION = '2.23.136.1.1.5';
const ECDSA_PLAIN_SHA256 = '0.4.0.127.0.7.1.1.4.1.3';

export interface SecurityProfile {
  readonly paceCurve: CurveName | undefined;
  readonly chipAuthentication: { readonly key: EcKeyPair; readonly cipher: 'tripleDes' | 'aes128' } | undefined;
  readonly activeAuthenticationKey: ActiveAuthenticationKey | undefined;
}

const paceInfo = (curve: CurveName): Bytes => sequence(objectIdentifier(PACE_ECDH_GM_AES_128), integer(2), integer(curves[curve].paceParameterId));

/** EF.CardAccess, readable by anybody: how PACE is done (9303-11 §9.2.1). Not signed. */
export const encodeCardAccess = (paceCurve: CurveName): Bytes => setOf(paceInfo(paceCurve));

/**
 * EF.DG14, signed through EF.SOD: chip and active authentication, and once more what EF.CardAccess says, so that a
 * reader can find out whether that was tampered with. Undefined when there is nothing to say.
 */
export function encodeDg14(profile: SecurityProfile): Bytes | undefined {
  const infos: Bytes[] = [];
  if (profile.paceCurve !== undefined) infos.push(paceInfo(profile.paceCurve));
  if (profile.chipAuthentication !== undefined) {
    const { key, cipher } = profile.chipAuthentication;
    infos.push(sequence(objectIdentifier(CHIP_AUTHENTICATION_OIDS[cipher]), integer(1)));
    infos.push(sequence(objectIdentifier(CHIP_AUTHENTICATION_PUBLIC_KEY_ECDH), subjectPublicKeyInfo(key.curve, key.publicKey)));
  }
  // Needed when the active authentication key is an elliptic one (9303-11 §9.2.4); an RSA signature says its hash itself.
  if (profile.activeAuthenticationKey?.kind === 'ecdsa') infos.push(sequence(objectIdentifier(ACTIVE_AUTHENTICATION), integer(1), objectIdentifier(ECDSA_PLAIN_SHA256)));
  return infos.length === 0 ? undefined : tlv(0x6e, setOf(...infos));
}

/** EF.DG15: the active authentication public key. */
export const encodeDg15 = (key: ActiveAuthenticationKey): Bytes => tlv(0x6f, key.subjectPublicKeyInfo);

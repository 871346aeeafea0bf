import { equalBytes } from '@visavis/kernel';
import type { ChipAuthenticationMappingEvidence } from '../access/pace.ts';
import { decodePoint, encodePoint, importAgreementKey, multiplyPoint, STANDARDIZED_CURVES, standardizedGroup } from '../crypto/index.ts';
import type { SecurityInfos } from '../lds/security-infos.ts';

/**
 * PK_Map,IC = CA_IC · PK_IC: only the holder of a private key in the signed EF.CardSecurity could tell the quotient of
 * its mapping key and that key, sealed under the session's key.
 * @param cardSecurity its SecurityInfos, signature verified; any of its keys in PACE's group may be the one (by its
 *   identifier it should be the one that is called like the group, §9.2.1)
 * @source ICAO 9303-11 §4.4.3.5.2
 */
export function verifyMappingKey({ parameterId, mappingKey, chipAuthenticationData }: ChipAuthenticationMappingEvidence, cardSecurity: SecurityInfos): boolean {
  const curve = STANDARDIZED_CURVES[parameterId];
  const group = standardizedGroup(parameterId);
  if (curve === undefined || group === undefined || chipAuthenticationData.length !== scalarBytes(parameterId)) return false;
  return cardSecurity.chipAuthenticationPublicKeys.some(({ agreement, publicKey }) => {
    const key = agreement === 'ecdh' ? importAgreementKey(publicKey) : undefined;
    if (key === undefined || !equalBytes(key.group.generator, group.generator)) return false;
    const product = multiplyPoint(decodePoint(curve, key.publicKey)!, chipAuthenticationData);
    return product !== undefined && equalBytes(encodePoint(product), mappingKey);
  });
}

/** The data has as many bytes as the group's order (§4.4.5.6), which on all these curves are those of the field. */
const scalarBytes = (parameterId: number): number => Math.ceil(standardizedGroup(parameterId)!.bits / 8);

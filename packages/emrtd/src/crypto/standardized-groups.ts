import { dhGroup } from './dh-group.ts';
import { DH_GROUPS, type DhGroupId } from './dh-groups.ts';
import type { CurveName } from './ec-points.ts';
import { ellipticCurveGroup } from './elliptic-curve-group.ts';
import type { KeyAgreementGroup } from './key-agreement-group.ts';

/** The curves among the standardized domain parameters (ICAO 9303-11 §9.5.1 table 12). */
export const STANDARDIZED_CURVES: Readonly<Record<number, CurveName>> = {
  8: 'prime192v1',
  9: 'brainpoolP192r1',
  10: 'secp224r1',
  11: 'brainpoolP224r1',
  12: 'prime256v1',
  13: 'brainpoolP256r1',
  14: 'brainpoolP320r1',
  15: 'secp384r1',
  16: 'brainpoolP384r1',
  17: 'brainpoolP512r1',
  18: 'secp521r1',
};

const isDhGroupId = (id: number): id is DhGroupId => Object.hasOwn(DH_GROUPS, id);

/** The group behind a standardized domain parameter identifier; undefined for reserved ones. */
export function standardizedGroup(parameterId: number): KeyAgreementGroup | undefined {
  if (isDhGroupId(parameterId)) return dhGroup(DH_GROUPS[parameterId]);
  const curve = Object.hasOwn(STANDARDIZED_CURVES, parameterId) ? STANDARDIZED_CURVES[parameterId] : undefined;
  return curve && ellipticCurveGroup(curve);
}

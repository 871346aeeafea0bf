import { equalBytes } from '@visavis/kernel';
import { hash } from '../crypto/index.ts';
import { type EmrtdFault, emrtdFaults } from '../faults.ts';
import type { LdsSecurityObject } from '../lds/parse-lds-security-object.ts';

/** `notRead`: the issuer signed it and nobody read it. */
export type DataGroupOutcome = 'pass' | 'fail' | 'notRead';

/**
 * Compares every data group that was read with the hash that its issuer signed. Hashes are over the raw bytes.
 * @param dataGroups by number
 * @param securityObject from a signature file whose signature holds
 * @returns the outcome of each group that was read or is signed, and the first fault: PA_DG_NOT_SIGNED, PA_DG_HASH_MISMATCH
 * @source ICAO 9303-11 §5.1
 */
export function verifyDataGroups(dataGroups: ReadonlyMap<number, Uint8Array>, securityObject: LdsSecurityObject): { readonly outcomes: ReadonlyMap<number, DataGroupOutcome>; readonly fault: EmrtdFault | undefined } {
  const outcomes = new Map<number, DataGroupOutcome>();
  let fault: EmrtdFault | undefined;
  const numbers = [...new Set([...securityObject.hashes.keys(), ...dataGroups.keys()])].sort((a, b) => a - b);
  for (const dataGroup of numbers) {
    const contents = dataGroups.get(dataGroup);
    const expected = securityObject.hashes.get(dataGroup);
    if (contents === undefined) outcomes.set(dataGroup, 'notRead');
    else if (expected !== undefined && equalBytes(hash(securityObject.hashName, contents), expected)) outcomes.set(dataGroup, 'pass');
    else {
      outcomes.set(dataGroup, 'fail');
      fault ??= emrtdFaults.fault(expected === undefined ? 'PA_DG_NOT_SIGNED' : 'PA_DG_HASH_MISMATCH', { dataGroup });
    }
  }
  return { outcomes, fault };
}

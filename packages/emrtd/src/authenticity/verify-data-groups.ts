import { equalBytes, err, ok, type Result } from '@visavis/kernel';
import { hash } from '../crypto/index.ts';
import { type EmrtdFault, emrtdFaults } from '../faults.ts';
import type { LdsSecurityObject } from '../lds/parse-lds-security-object.ts';
import type { DocumentFiles } from '../terminal/document-reading.ts';

/**
 * Establishes that every data group that was read is the one its issuer signed, and that those which prove the chip
 * (DG14, DG15) were not withheld: what the signature file lists must be there.
 * @param securityObject from a signature file whose signature holds
 * @faults PA_DG_NOT_SIGNED, PA_DG_HASH_MISMATCH, PA_DG_MISSING
 * @source ICAO 9303-11 §5.1
 */
export function verifyDataGroups(files: DocumentFiles, securityObject: LdsSecurityObject): Result<undefined, EmrtdFault> {
  const groups: readonly (readonly [number, Uint8Array | undefined])[] = [[1, files.dg1], [2, files.dg2], [14, files.dg14], [15, files.dg15]];
  for (const [dataGroup, contents] of groups) {
    const expected = securityObject.hashes.get(dataGroup);
    if (contents === undefined && expected !== undefined) return err(emrtdFaults.fault('PA_DG_MISSING', { dataGroup }));
    if (contents === undefined) continue;
    if (expected === undefined) return err(emrtdFaults.fault('PA_DG_NOT_SIGNED', { dataGroup }));
    if (!equalBytes(hash(securityObject.hashName, contents), expected)) return err(emrtdFaults.fault('PA_DG_HASH_MISMATCH', { dataGroup }));
  }
  return ok(undefined);
}

import { parseLdsSecurityObject } from '../lds/parse-lds-security-object.ts';
import { parseEfSod } from './parse-ef-sod.ts';

/** Numbers of the data groups that EF.SOD lists. Its signature is not looked at here: this says what to read, not what to believe. @returns undefined when malformed */
export function listSignedDataGroups(efSod: Uint8Array): ReadonlySet<number> | undefined {
  const signedData = parseEfSod(efSod);
  const securityObject = signedData && parseLdsSecurityObject(signedData.content);
  return securityObject && new Set(securityObject.hashes.keys());
}

import { ByteReader, MalformedBytes } from '@visavis/kernel';
import { readTlv } from '../tlv/tlv.ts';
import { readSecurityInfos, type SecurityInfos } from './security-infos.ts';

/**
 * EF.CardAccess: what can be done before the chip is open. Not signed: DG14 says it again, signed.
 * @param answer what READ BINARY gave, possibly with fill bytes after the file's contents
 * @returns undefined when malformed
 * @source ICAO 9303-10 §3.11.3
 */
export function parseEfCardAccess(answer: Uint8Array): SecurityInfos | undefined {
  try {
    return readSecurityInfos(readTlv(answer, new ByteReader(answer)).raw);
  } catch (thrown) {
    if (thrown instanceof MalformedBytes) return undefined;
    throw thrown;
  }
}

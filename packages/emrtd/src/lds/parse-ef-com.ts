import { MalformedBytes } from '@visavis/kernel';
import { readOnlyTlv, readTlvs } from '../tlv/tlv.ts';

/** EF.COM: what the chip says it holds. Nobody signed it: nothing may depend on it. */
export interface EfCom {
  /** e.g. `0107` */
  readonly ldsVersion: string;
  /** Data group tags, e.g. 0x61 for DG1. */
  readonly tags: readonly number[];
}

/** @returns undefined when malformed @source ICAO 9303-10 §4.6.1 */
export function parseEfCom(file: Uint8Array): EfCom | undefined {
  try {
    const objects = readTlvs(readOnlyTlv(file, 0x60), 8);
    const version = objects.find((o) => o.tag === 0x5f01)?.value;
    const tags = objects.find((o) => o.tag === 0x5c)?.value;
    if (version === undefined || tags === undefined || version.length !== 4) return undefined;
    const ldsVersion = new TextDecoder('latin1').decode(version);
    return /^\d{4}$/.test(ldsVersion) ? { ldsVersion, tags: [...tags] } : undefined;
  } catch (thrown) {
    if (thrown instanceof MalformedBytes) return undefined;
    throw thrown;
  }
}

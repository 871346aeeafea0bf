import { ByteReader, MalformedBytes } from '@visavis/kernel';
import { readOnlyTlv, readTlv, readTlvs } from '../tlv/tlv.ts';

/** EF.ATR/INFO, as far as a terminal needs it: how long the APDUs are that the chip takes and gives. */
export interface EfAtrInfo {
  /** undefined: the chip does not say, so that extended length must not be used (ICAO 9303-10 §3.6.4). */
  readonly extendedLength: { readonly commandBytes: number; readonly responseBytes: number } | undefined;
}

const EXTENDED_LENGTH_INFORMATION = 0x7f66;
const MAX_OBJECTS = 32;

/**
 * Reads as many data objects as there are; fill bytes after them end it.
 * @returns undefined when not even one can be read
 * @source ICAO 9303-10 §3.11.1, ISO/IEC 7816-4 §12.7.1
 */
export function parseEfAtrInfo(file: Uint8Array): EfAtrInfo | undefined {
  const reader = new ByteReader(file);
  for (let count = 0; count < MAX_OBJECTS && reader.remaining > 0; count++) {
    try {
      const object = readTlv(file, reader);
      if (object.tag === EXTENDED_LENGTH_INFORMATION) return { extendedLength: readSizes(object.value) };
    } catch (thrown) {
      if (thrown instanceof MalformedBytes) return count === 0 ? undefined : { extendedLength: undefined };
      throw thrown;
    }
  }
  return reader.offset === 0 ? undefined : { extendedLength: undefined };
}

/** Two integers; one that is no number of bytes means that nothing was said. */
function readSizes(value: Uint8Array): EfAtrInfo['extendedLength'] {
  const sizes = readTlvs(value, 2).map(({ tag, raw }) => (tag === 0x02 ? readOnlyTlv(raw, tag).reduce((n, byte) => n * 256 + byte, 0) : 0));
  const [commandBytes = 0, responseBytes = 0] = sizes;
  return commandBytes >= 256 && responseBytes >= 256 ? { commandBytes, responseBytes: Math.min(responseBytes, 0x10000) } : undefined;
}

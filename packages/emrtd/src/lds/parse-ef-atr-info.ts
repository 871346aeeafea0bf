import { ByteReader, MalformedBytes } from '@visavis/kernel';
import { readOnlyTlv, readTlv, readTlvs, type Tlv } from '../tlv/tlv.ts';

/** EF.ATR/INFO: what the chip can do. Nobody signed it: it decides how a terminal asks, and nothing else. */
export interface EfAtrInfo {
  /** Longest APDUs that the chip takes and gives. undefined: the chip does not say, so that extended length must not be used (ICAO 9303-10 §3.6.4). */
  readonly extendedLength: { readonly commandBytes: number; readonly responseBytes: number } | undefined;
  /** Undefined where the chip does not say. */
  readonly capabilities: CardCapabilities | undefined;
}

/** The software functions that matter to a terminal (ISO/IEC 7816-4 §12.2.2.9). */
export interface CardCapabilities {
  readonly selectByFullName: boolean;
  readonly selectByFileId: boolean;
  readonly shortFileIds: boolean;
  readonly commandChaining: boolean;
  readonly extendedLength: boolean;
  /** Whether buffer sizes are said to be in this file. */
  readonly extendedLengthInformation: boolean;
}

const EXTENDED_LENGTH_INFORMATION = 0x7f66;
const CARD_CAPABILITIES = 0x47;
const MAX_OBJECTS = 32;
/** Shorter than the shortest of buffers, a number means that nothing was said; longer than the longest APDU, it is that. */
const MIN_BUFFER_BYTES = 256;
const MAX_BUFFER_BYTES = 0x10000;
/** 00 and FF may stand before, between and after data objects, without meaning (ISO/IEC 7816-4 §5.2.2). */
const FILL = [0x00, 0xff];

/**
 * Reads as many data objects as there are; what is no data object ends them, since chips fill the file up variously.
 * @returns undefined when not even one can be read
 * @source ICAO 9303-10 §3.11.1, ISO/IEC 7816-4 §12.7.1
 */
export function parseEfAtrInfo(file: Uint8Array): EfAtrInfo | undefined {
  const objects = readObjects(file);
  if (objects.length === 0) return undefined;
  const find = (tag: number): Uint8Array | undefined => objects.find((object) => object.tag === tag)?.value;
  const [sizes, functions] = [find(EXTENDED_LENGTH_INFORMATION), find(CARD_CAPABILITIES)];
  return { extendedLength: sizes && readSizes(sizes), capabilities: functions && readCapabilities(functions) };
}

function readObjects(file: Uint8Array): readonly Tlv[] {
  const reader = new ByteReader(file);
  const objects: Tlv[] = [];
  try {
    while (objects.length < MAX_OBJECTS && reader.remaining > 0) {
      if (FILL.includes(reader.peek()!)) reader.u8();
      else objects.push(readTlv(file, reader));
    }
  } catch (thrown) {
    if (!(thrown instanceof MalformedBytes)) throw thrown;
  }
  return objects;
}

/** Two integers. @returns undefined when they are not, or are no buffer's sizes */
function readSizes(value: Uint8Array): EfAtrInfo['extendedLength'] {
  try {
    const [commandBytes = 0, responseBytes = 0] = readTlvs(value, 2).map(({ raw }) => readOnlyTlv(raw, 0x02).reduce((n, byte) => n * 256 + byte, 0));
    if (commandBytes < MIN_BUFFER_BYTES || responseBytes < MIN_BUFFER_BYTES) return undefined;
    return { commandBytes: Math.min(commandBytes, MAX_BUFFER_BYTES), responseBytes: Math.min(responseBytes, MAX_BUFFER_BYTES) };
  } catch (thrown) {
    if (thrown instanceof MalformedBytes) return undefined;
    throw thrown;
  }
}

/** Three bytes, of which older chips give fewer: what they don't say, they can't. */
function readCapabilities(value: Uint8Array): CardCapabilities {
  const [selection = 0, , transport = 0] = value;
  return {
    selectByFullName: (selection & 0x80) !== 0,
    selectByFileId: (selection & 0x10) !== 0,
    shortFileIds: (selection & 0x04) !== 0,
    commandChaining: (transport & 0x80) !== 0,
    extendedLength: (transport & 0x40) !== 0,
    extendedLengthInformation: (transport & 0x20) !== 0,
  };
}

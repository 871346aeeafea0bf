import { ByteReader, MalformedBytes, toHex } from '@visavis/kernel';
import { readOnlyTlv, readTlvs } from '../tlv/tlv.ts';

/** The first portrait of EF.DG2, still encoded. Nothing in the image has been looked at beyond its first bytes. */
export interface Portrait {
  readonly mediaType: 'image/jpeg' | 'image/jp2';
  readonly bytes: Uint8Array;
}

/** Biometric templates in one DG2; one is usual, the specification allows 9. */
const MAX_TEMPLATES = 9;
/** Feature points of one face; MPEG-4 knows under 100. */
const MAX_FEATURE_POINTS = 256;
const FEATURE_POINT_BYTES = 8;

/** How each image format begins. A bare JPEG 2000 codestream counts as image/jp2: decoders of one take the other. */
const SIGNATURES: readonly (readonly [string, Portrait['mediaType']])[] = [
  ['ffd8ff', 'image/jpeg'],
  ['0000000c6a502020', 'image/jp2'],
  ['ff4fff51', 'image/jp2'],
];

/**
 * EF.DG2 with an ISO/IEC 19794-5 face record. The image type is told by its first bytes, not by the record's field,
 * which some states fill wrongly; a record length that does not fit is ignored in favour of the data block's end.
 * @returns undefined when malformed, or in another format
 * @source ICAO 9303-10 §4.7.2, ISO/IEC 19794-5:2005 §5
 */
export function parseDg2(file: Uint8Array): Portrait | undefined {
  try {
    const group = readTlvs(readOnlyTlv(readOnlyTlv(file, 0x75), 0x7f61), MAX_TEMPLATES + 1);
    const template = group.find((o) => o.tag === 0x7f60);
    const block = template && readTlvs(template.value, 4).find((o) => o.tag === 0x5f2e || o.tag === 0x7f2e);
    return block && readFaceRecord(block.value);
  } catch (thrown) {
    if (thrown instanceof MalformedBytes) return undefined;
    throw thrown;
  }
}

function readFaceRecord(record: Uint8Array): Portrait | undefined {
  const reader = new ByteReader(record);
  if (toHex(reader.take(8)) !== '4641430030313000') return undefined; // "FAC\0" "010\0"
  reader.u32(); // length of the whole record, told better by the data object around it
  if (reader.u16() === 0) return undefined;
  const start = reader.offset;
  const length = reader.u32();
  const featurePoints = reader.u16();
  if (featurePoints > MAX_FEATURE_POINTS) return undefined;
  reader.take(14 + featurePoints * FEATURE_POINT_BYTES + 12); // rest of facial information, feature points, image information
  const end = length > reader.offset - start && start + length <= record.length ? start + length : record.length;
  const bytes = record.subarray(reader.offset, end);
  const mediaType = SIGNATURES.find(([signature]) => toHex(bytes.subarray(0, signature.length / 2)) === signature)?.[1];
  return mediaType && { mediaType, bytes };
}

import { ByteReader, toHex } from '@visavis/kernel';
import { type EncodedImage, encodedImage } from './encoded-image.ts';

/** "FAC\0" "010\0" */
const FORMAT_AND_VERSION = '4641430030313000';
/** Faces of one record; one is usual. */
const MAX_FACES = 9;
/** Feature points of one face; MPEG-4 knows under 100. */
const MAX_FEATURE_POINTS = 256;
const FEATURE_POINT_BYTES = 8;

/**
 * The first face of an ISO/IEC 19794-5 record. The record's own length is ignored (New Zealand's is 8 too short); the
 * face's only counts where another face follows it: otherwise the data object around the record tells its end better.
 * Throws MalformedBytes.
 * @returns undefined when it is another kind of record, holds no face or more than any passport, or another image format
 * @source ISO/IEC 19794-5:2005 §5
 */
export function readFace19794(record: Uint8Array): EncodedImage | undefined {
  const reader = new ByteReader(record);
  if (toHex(reader.take(8)) !== FORMAT_AND_VERSION) return undefined;
  reader.u32();
  const faces = reader.u16();
  if (faces === 0 || faces > MAX_FACES) return undefined;
  const start = reader.offset;
  const length = reader.u32();
  const featurePoints = reader.u16();
  if (featurePoints > MAX_FEATURE_POINTS) return undefined;
  reader.take(14 + featurePoints * FEATURE_POINT_BYTES + 12); // rest of facial information, feature points, image information
  return encodedImage(faces === 1 ? record.subarray(reader.offset) : reader.take(length - (reader.offset - start)));
}

import { MalformedBytes } from '@visavis/kernel';
import { readOnlyTlv, readTlvs } from '../tlv/tlv.ts';
import { type EncodedImage, encodedImage } from './encoded-image.ts';

/** Objects of one level: the standard knows up to 12, and lets later editions add some. */
const MAX_OBJECTS = 32;
/** Representations of one block; one is usual. */
const MAX_REPRESENTATIONS = 9;
const FACE_BLOCK = 0x65;
/** This edition and what is compatible with it. */
const GENERATION = 3;

/**
 * The first face of an ISO/IEC 39794-5 block: its picture lies at representation, imageRepresentation, base,
 * imageRepresentation2DBlock, representationData2D. What else is said of it is not looked at.
 * Throws MalformedBytes.
 * @param block value of the biometric data block; the face block is in a further object A1 in ICAO's profile
 * @returns undefined when it holds no two-dimensional image, or another image format
 * @source ISO/IEC 39794-5:2019 annex A, ICAO application profile
 */
export function readFace39794(block: Uint8Array): EncodedImage | undefined {
  const objects = readTlvs(block, MAX_OBJECTS);
  const face = objects.find(({ tag }) => tag === FACE_BLOCK) ?? readTlvs(only(objects, 0xa1), MAX_OBJECTS).find(({ tag }) => tag === FACE_BLOCK);
  if (face === undefined) return undefined;
  const parts = readTlvs(face.value, MAX_OBJECTS);
  const [generation] = readTlvs(only(parts, 0xa0), MAX_OBJECTS);
  if (generation?.tag !== 0x80 || generation.value.length !== 1 || generation.value[0] !== GENERATION) return undefined;
  for (const { raw } of readTlvs(only(parts, 0xa1), MAX_REPRESENTATIONS)) {
    const picture = only(readTlvs(readOnlyTlv(raw, 0x30), MAX_OBJECTS), 0xa1);
    // A three-dimensional shape, or an image of a later edition, is another choice.
    const base = readTlvs(picture, 1).find(({ tag }) => tag === 0xa0);
    const flat = base && readTlvs(base.value, 1).find(({ tag }) => tag === 0xa0);
    if (flat !== undefined) return encodedImage(only(readTlvs(flat.value, MAX_OBJECTS), 0x80));
  }
  return undefined;
}

/** The value of the one object with this tag. */
function only(objects: ReturnType<typeof readTlvs>, tag: number): Uint8Array {
  const [found, second] = objects.filter((object) => object.tag === tag);
  if (found === undefined || second !== undefined) throw new MalformedBytes(`not one data object ${tag.toString(16)}`, 0);
  return found.value;
}

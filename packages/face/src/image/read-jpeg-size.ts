import { ByteReader, MalformedBytes } from '@visavis/kernel';

/** Start-of-frame markers of baseline, extended and progressive JPEG; others (lossless, arithmetic) are not accepted. */
const START_OF_FRAME = new Set([0xc0, 0xc1, 0xc2]);
/** A header with more segments than this is not a camera's. */
const MAX_SEGMENTS = 64;
/** A progressive file of a camera or an encoder has about ten; each costs the decoder a walk over the whole picture, whatever its length. */
const MAX_SCANS = 32;

/**
 * Reads width, height and the number of components from a JPEG's header without decoding anything, so that limits are checked first.
 * @returns undefined when this is not a JPEG of a kind that cameras and documents use, or one in more scans than those have
 * @source ISO/IEC 10918-1 annex B
 */
export function readJpegSize(bytes: Uint8Array): { readonly width: number; readonly height: number; readonly components: number } | undefined {
  try {
    const reader = new ByteReader(bytes);
    if (reader.u16() !== 0xffd8) return undefined;
    for (let segment = 0; segment < MAX_SEGMENTS; segment++) {
      if (reader.u8() !== 0xff) return undefined;
      let marker = reader.u8();
      while (marker === 0xff) marker = reader.u8(); // fill bytes
      const body = new ByteReader(reader.take(Math.max(0, reader.u16() - 2)));
      if (START_OF_FRAME.has(marker)) {
        if (body.u8() !== 8) return undefined; // bits per sample
        const height = body.u16();
        return countScans(bytes, reader.offset) > MAX_SCANS ? undefined : { height, width: body.u16(), components: body.u8() };
      }
      if (marker >= 0xc3 && marker <= 0xcf && marker !== 0xc4) return undefined;
      if (marker === 0xda || marker === 0xd9) return undefined; // pixels or the end before any size
    }
    return undefined;
  } catch (error) {
    if (error instanceof MalformedBytes) return undefined;
    throw error;
  }
}

/** Start-of-scan markers: inside a scan's bits 0xFF is always followed by a zero or a restart. A segment's own bytes may look like one, which only counts too many. */
function countScans(bytes: Uint8Array, from: number): number {
  let scans = 0;
  for (let at = bytes.indexOf(0xff, from); at !== -1 && scans <= MAX_SCANS; at = bytes.indexOf(0xff, at + 1)) if (bytes[at + 1] === 0xda) scans += 1;
  return scans;
}

import { ByteReader, MalformedBytes } from '@visavis/kernel';
import { readTlv, readTlvs } from '../tlv/tlv.ts';

/** An application that the chip says it holds. */
export interface ChipApplication {
  readonly aid: Uint8Array;
  /** For people. */
  readonly label: string | undefined;
}

const MAX_APPLICATIONS = 32;
const MAX_OBJECTS = 16;
const TEMPLATE = 0x61;
const FILL = [0x00, 0xff];
const [MIN_AID_BYTES, MAX_AID_BYTES] = [5, 16];

/**
 * EF.DIR: the applications of the chip. Nobody signed it.
 * @param file templates one after the other, possibly with fill bytes after them
 * @returns undefined when malformed, or when a template names no application
 * @source ICAO 9303-10 §3.11.2, ISO/IEC 7816-4 §12.2.3
 */
export function parseEfDir(file: Uint8Array): readonly ChipApplication[] | undefined {
  try {
    const reader = new ByteReader(file);
    const applications: ChipApplication[] = [];
    while (reader.remaining > 0 && !FILL.includes(reader.peek()!)) {
      const template = readTlv(file, reader);
      if (template.tag !== TEMPLATE || applications.length === MAX_APPLICATIONS) return undefined;
      const objects = readTlvs(template.value, MAX_OBJECTS);
      const aid = objects.find(({ tag }) => tag === 0x4f)?.value;
      if (aid === undefined || aid.length < MIN_AID_BYTES || aid.length > MAX_AID_BYTES) return undefined;
      const label = objects.find(({ tag }) => tag === 0x50)?.value;
      applications.push({ aid, label: label && new TextDecoder('latin1').decode(label) });
    }
    return applications;
  } catch (thrown) {
    if (thrown instanceof MalformedBytes) return undefined;
    throw thrown;
  }
}

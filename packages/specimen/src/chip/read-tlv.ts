import { ByteReader, type Bytes, MalformedBytes } from '@visavis/kernel';

export interface DataObject {
  readonly tag: number;
  readonly value: Bytes;
}

/** Data objects with one-byte tags, one after the other to the end. Undefined when malformed. */
export function readDataObjects(bytes: Uint8Array): readonly DataObject[] | undefined {
  try {
    const reader = new ByteReader(bytes);
    const objects: DataObject[] = [];
    while (reader.remaining > 0) {
      const tag = reader.u8();
      const first = reader.u8();
      const length = first < 0x80 ? first : first === 0x81 ? reader.u8() : first === 0x82 ? reader.u16() : reader.remaining + 1;
      objects.push({ tag, value: reader.take(length).slice() });
    }
    return objects;
  } catch (error) {
    if (error instanceof MalformedBytes) return undefined;
    throw error;
  }
}

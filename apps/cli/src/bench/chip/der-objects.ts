import { concatBytes } from '@visavis/kernel';

/** One data object of a file that this program has made itself: no stranger's bytes come here. */
export interface DerObject {
  readonly raw: Uint8Array;
  readonly value: Uint8Array;
  /** Tag bytes. */
  readonly tag: Uint8Array;
}

/** The data objects that a value is made of. */
export function derObjects(bytes: Uint8Array): readonly DerObject[] {
  const objects: DerObject[] = [];
  for (let at = 0; at < bytes.length; ) {
    const start = at++;
    if ((bytes[start]! & 0x1f) === 0x1f) while ((bytes[at++]! & 0x80) !== 0);
    const tag = bytes.subarray(start, at);
    let length = bytes[at++]!;
    if (length >= 0x80) {
      const count = length & 0x7f;
      length = 0;
      for (let i = 0; i < count; i++) length = length * 256 + bytes[at++]!;
    }
    objects.push({ tag, value: bytes.subarray(at, at + length), raw: bytes.subarray(start, at + length) });
    at += length;
  }
  return objects;
}

/** The data object at a path of positions, from the outermost value on. */
export function derAt(bytes: Uint8Array, ...path: readonly number[]): DerObject {
  const [first = 0, ...rest] = path;
  const object = derObjects(bytes)[first];
  if (object === undefined) throw new RangeError('no such data object');
  return rest.length === 0 ? object : derAt(object.value, ...rest);
}

export function derObject(tag: Uint8Array | number, ...parts: readonly Uint8Array[]): Uint8Array {
  const value = concatBytes(...parts);
  const n = value.length;
  const length = n < 0x80 ? [n] : n < 0x100 ? [0x81, n] : n < 0x10000 ? [0x82, n >> 8, n & 0xff] : [0x83, n >> 16, (n >> 8) & 0xff, n & 0xff];
  return concatBytes(typeof tag === 'number' ? Uint8Array.of(tag) : tag, Uint8Array.from(length), value);
}

/** A file with an object more, as the last one of its last object's last object, `depth` levels down. */
export function appendInside(file: Uint8Array, depth: number, addition: Uint8Array): Uint8Array {
  const objects = derObjects(file);
  const last = objects.at(-1)!;
  const value = depth === 0 ? concatBytes(last.value, addition) : appendInside(last.value, depth - 1, addition);
  return concatBytes(...objects.slice(0, -1).map(({ raw }) => raw), derObject(last.tag, value));
}

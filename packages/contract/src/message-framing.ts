import { ByteReader, type Bytes, concatBytes, utf8 } from '@visavis/kernel';
import type { z } from 'zod';

/** Longest JSON head of a message: a full batch of extended APDUs in hexadecimal. */
const MAX_HEAD_BYTES = 400 * 1024;
/** Heads are filled up with spaces to a multiple of this: whoever carries them sealed can't tell one prompt, or one choice of the citizen's, from another by its length. */
const HEAD_UNIT_BYTES = 256;
const SPACE = 0x20;

/** One message: 4 bytes big-endian length of the JSON head, the head and spaces, then a binary tail (may be empty). */
export function encodeMessage(head: unknown, tail: Uint8Array = new Uint8Array()): Bytes {
  const text = utf8(JSON.stringify(head));
  const json = new Uint8Array(Math.ceil(text.length / HEAD_UNIT_BYTES) * HEAD_UNIT_BYTES).fill(SPACE);
  json.set(text);
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, json.length);
  return concatBytes(length, json, tail);
}

/**
 * Parses a message once, strictly. The tail is a view into `bytes`.
 * @returns undefined when the bytes are no message of this schema: the caller answers with its own coded fault.
 */
export function decodeMessage<S extends z.ZodType>(schema: S, bytes: Uint8Array): { readonly head: z.output<S>; readonly tail: Uint8Array } | undefined {
  if (bytes.length < 4) return undefined;
  const reader = new ByteReader(bytes);
  const length = reader.u32();
  if (length > MAX_HEAD_BYTES || length > reader.remaining) return undefined;
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(reader.take(length)));
  } catch {
    return undefined;
  }
  const parsed = schema.safeParse(json);
  return parsed.success ? { head: parsed.data, tail: reader.take(reader.remaining) } : undefined;
}

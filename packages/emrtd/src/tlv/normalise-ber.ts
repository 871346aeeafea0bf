import { ByteReader, type Bytes, MalformedBytes } from '@visavis/kernel';
import { MAX_DEPTH, MAX_NODES } from './der.ts';
import { encodeTlv } from './tlv.ts';

const CONSTRUCTED = 0x20;
const CONSTRUCTED_OCTET_STRING = 0x24;

/**
 * Re-encodes BER with DER's lengths: indefinite lengths become definite, long length fields shortest, an octet string
 * in pieces one piece. Values and the order of sets stay. Some states' signature files need it (New Zealand 2013).
 * Parts that are DER already come out byte for byte the same, so signatures over them still hold.
 * Throws {@link MalformedBytes}; the caller parses the outcome strictly.
 */
export function normaliseBer(bytes: Uint8Array): Bytes {
  const budget = { nodes: MAX_NODES };
  const reader = new ByteReader(bytes);
  const out = readNode(reader, 0, budget);
  reader.end();
  return out;
}

function readNode(reader: ByteReader, depth: number, budget: { nodes: number }): Bytes {
  if (depth > MAX_DEPTH) throw new MalformedBytes('nested too deep', reader.offset);
  if (--budget.nodes < 0) throw new MalformedBytes('too many nodes', reader.offset);
  const tag = reader.u8();
  if ((tag & 0x1f) === 0x1f || tag === 0) throw new MalformedBytes('tag', reader.offset);
  const length = readLength(reader);
  if ((tag & CONSTRUCTED) === 0) {
    if (length === undefined) throw new MalformedBytes('indefinite primitive', reader.offset);
    return encodeTlv(tag, reader.take(length));
  }
  const children: Bytes[] = [];
  if (length === undefined) {
    while (reader.peek() !== 0) children.push(readNode(reader, depth + 1, budget));
    if (reader.u16() !== 0) throw new MalformedBytes('end of contents', reader.offset);
  } else {
    const inner = new ByteReader(reader.take(length));
    while (inner.remaining > 0) children.push(readNode(inner, depth + 1, budget));
  }
  if (tag !== CONSTRUCTED_OCTET_STRING) return encodeTlv(tag, ...children);
  return encodeTlv(0x04, ...children.map(octets));
}

/** The contents of an (already joined) octet string piece. */
function octets(piece: Bytes): Uint8Array {
  if (piece[0] !== 0x04) throw new MalformedBytes('piece of an octet string', 0);
  const reader = new ByteReader(piece);
  reader.u8();
  const length = readLength(reader);
  return reader.take(length ?? 0);
}

/** undefined: indefinite. */
function readLength(reader: ByteReader): number | undefined {
  const first = reader.u8();
  if (first < 0x80) return first;
  if (first === 0x80) return undefined;
  const count = first & 0x7f;
  if (count > 4) throw new MalformedBytes('length field', reader.offset);
  let length = 0;
  for (let i = 0; i < count; i++) length = length * 256 + reader.u8();
  return length;
}

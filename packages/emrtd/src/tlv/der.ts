import { ByteReader, MalformedBytes } from '@visavis/kernel';

/** One node of a DER encoding. `children` is empty for primitive tags. */
export interface DerNode {
  readonly tag: number;
  readonly contents: Uint8Array;
  /** The whole node as it was encoded: what signatures and hashes are over. */
  readonly raw: Uint8Array;
  readonly children: readonly DerNode[];
}

export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** Certificates nest about 10 deep. */
export const MAX_DEPTH = 32;
/** A signature file with a few certificates has under 1 000 nodes; a large revocation list under 100 000. */
export const MAX_NODES = 200_000;
const CONSTRUCTED = 0x20;

/** Definite, shortest length (X.690 §10.1). */
function readLength(reader: ByteReader): number {
  const first = reader.u8();
  if (first < 0x80) return first;
  const count = first & 0x7f;
  if (count === 0 || count > 4) throw new MalformedBytes('length field', reader.offset);
  let length = 0;
  for (let i = 0; i < count; i++) length = length * 256 + reader.u8();
  if (length < 0x80 || length < 256 ** (count - 1)) throw new MalformedBytes('length not shortest', reader.offset);
  return length;
}

/**
 * Reads one whole DER value, strictly: shortest definite lengths, single-byte tags, no trailing bytes, bounded depth
 * and count. Throws {@link MalformedBytes}; never leaves this package.
 * @source ITU-T X.690 §10
 */
export function parseDer(bytes: Uint8Array): DerNode {
  const budget = { nodes: MAX_NODES };
  const reader = new ByteReader(bytes);
  const node = readNode(bytes, reader, 0, budget);
  reader.end();
  return node;
}

function readNode(bytes: Uint8Array, reader: ByteReader, depth: number, budget: { nodes: number }): DerNode {
  if (depth > MAX_DEPTH) throw new MalformedBytes('nested too deep', reader.offset);
  if (--budget.nodes < 0) throw new MalformedBytes('too many nodes', reader.offset);
  const start = reader.offset;
  const tag = reader.u8();
  if ((tag & 0x1f) === 0x1f || tag === 0) throw new MalformedBytes('tag', start);
  const contents = reader.take(readLength(reader));
  const raw = bytes.subarray(start, reader.offset);
  const children: DerNode[] = [];
  if ((tag & CONSTRUCTED) !== 0) {
    const inner = new ByteReader(contents);
    while (inner.remaining > 0) children.push(readNode(contents, inner, depth + 1, budget));
  }
  return { tag, contents, raw, children };
}

/** Takes the children of a node one after the other, by tag. */
export class DerFields {
  readonly #children: readonly DerNode[];
  #at = 0;

  /** @param tag what the node itself must be */
  constructor(node: DerNode, tag: number) {
    if (node.tag !== tag) throw new MalformedBytes(`tag ${node.tag.toString(16)} where ${tag.toString(16)} belongs`, 0);
    this.#children = node.children;
  }

  next(tag: number): DerNode {
    const node = this.any();
    if (node.tag !== tag) throw new MalformedBytes(`tag ${node.tag.toString(16)} where ${tag.toString(16)} belongs`, this.#at);
    return node;
  }

  any(): DerNode {
    const node = this.#children[this.#at];
    if (node === undefined) throw new MalformedBytes('field missing', this.#at);
    this.#at++;
    return node;
  }

  optional(...tags: readonly number[]): DerNode | undefined {
    const node = this.#children[this.#at];
    if (node === undefined || !tags.includes(node.tag)) return undefined;
    this.#at++;
    return node;
  }

  end(): void {
    if (this.#at !== this.#children.length) throw new MalformedBytes('field too many', this.#at);
  }
}

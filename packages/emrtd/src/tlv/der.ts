import { MalformedBytes } from '@visavis/kernel';

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

/**
 * Reads one whole DER value, strictly: shortest definite lengths, single-byte tags, no trailing bytes, bounded depth
 * and count. All of it is checked at once; nodes and views are made only when somebody looks at them. Throws
 * {@link MalformedBytes}; never leaves this package.
 * @param maxNodes for what is known to be larger than any chip's file
 * @source ITU-T X.690 §10
 */
export function parseDer(bytes: Uint8Array, maxNodes: number = MAX_NODES): DerNode {
  const end = checkNode(bytes, 0, bytes.length, 0, { nodes: maxNodes });
  if (end !== bytes.length) throw new MalformedBytes(`${bytes.length - end} trailing bytes`, end);
  return nodeAt(bytes, 0);
}

/** Checks the node at `start` with all that is in it. @returns where it ends */
function checkNode(bytes: Uint8Array, start: number, limit: number, depth: number, budget: { nodes: number }): number {
  if (depth > MAX_DEPTH) throw new MalformedBytes('nested too deep', start);
  if (--budget.nodes < 0) throw new MalformedBytes('too many nodes', start);
  if (limit - start < 2) throw new MalformedBytes('cut short', start);
  const tag = bytes[start]!;
  if ((tag & 0x1f) === 0x1f || tag === 0) throw new MalformedBytes('tag', start);
  let at = start + 2;
  let length = bytes[start + 1]!;
  if (length >= 0x80) {
    const count = length & 0x7f;
    if (count === 0 || count > 4 || limit - at < count) throw new MalformedBytes('length field', at);
    length = 0;
    for (const fieldEnd = at + count; at < fieldEnd; at++) length = length * 256 + bytes[at]!;
    if (length < 0x80 || length < 256 ** (count - 1)) throw new MalformedBytes('length not shortest', at);
  }
  const end = at + length;
  if (end > limit) throw new MalformedBytes(`${length} bytes wanted, ${limit - at} left`, at);
  if ((tag & CONSTRUCTED) !== 0) while (at < end) at = checkNode(bytes, at, end, depth + 1, budget);
  return end;
}

const NONE: readonly DerNode[] = [];

/** A node of bytes that were checked. */
class CheckedNode implements DerNode {
  readonly tag: number;
  readonly #bytes: Uint8Array;
  readonly #start: number;
  readonly #contentsStart: number;
  readonly end: number;
  #children: readonly DerNode[] | undefined;

  constructor(bytes: Uint8Array, start: number, contentsStart: number, end: number) {
    this.tag = bytes[start]!;
    this.#bytes = bytes;
    this.#start = start;
    this.#contentsStart = contentsStart;
    this.end = end;
  }

  get contents(): Uint8Array {
    return this.#bytes.subarray(this.#contentsStart, this.end);
  }

  get raw(): Uint8Array {
    return this.#bytes.subarray(this.#start, this.end);
  }

  get children(): readonly DerNode[] {
    this.#children ??= (this.tag & CONSTRUCTED) === 0 ? NONE : this.#readChildren();
    return this.#children;
  }

  #readChildren(): readonly DerNode[] {
    const children: DerNode[] = [];
    for (let at = this.#contentsStart; at < this.end; ) {
      const child = nodeAt(this.#bytes, at);
      children.push(child);
      at = child.end;
    }
    return children;
  }
}

function nodeAt(bytes: Uint8Array, start: number): CheckedNode {
  let at = start + 2;
  let length = bytes[start + 1]!;
  if (length >= 0x80) {
    const fieldEnd = at + (length & 0x7f);
    length = 0;
    for (; at < fieldEnd; at++) length = length * 256 + bytes[at]!;
  }
  return new CheckedNode(bytes, start, at, at + length);
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

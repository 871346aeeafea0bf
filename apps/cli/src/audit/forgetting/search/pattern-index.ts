import type { PatternKind, PatternSet } from './pattern.ts';

/** Bytes that are looked at together. A pattern must be at least this long. */
export const GRAM_BYTES = 8;
/** Of eight table slots at most three are taken: a look that finds nothing ends at once. */
const SLOTS_PER_ENTRY = 2.7;
/** Bits of the filter for each entry: one look in some thirty goes on to the table. */
const FILTER_BITS_PER_ENTRY = 32;
const MIN_BITS = 16;
/** 64 MiB of filter, 1 GiB of table: more patterns than that make it slower, not wrong. */
const MAX_FILTER_BITS = 29;
const MAX_SLOT_BITS = 28;

/**
 * Finds many byte patterns in one pass, at any offset. Of each pattern every eight-byte piece that begins in its first
 * `stride` bytes is indexed, so it is enough to look at every `stride`-th position of what is searched.
 */
export class PatternIndex {
  /** The longest pattern: how much of the next chunk must be seen with the one before. */
  readonly longest: number;
  readonly #set: PatternSet;
  readonly #stride: number;
  readonly #filter: Uint8Array;
  readonly #filterMask: number;
  readonly #slots: Uint32Array;
  readonly #slotMask: number;

  /** @throws when a pattern is too short for the stride */
  constructor(set: PatternSet, stride: number) {
    const patterns = set.kindOf.length;
    const entries = patterns * stride;
    this.#set = set;
    this.#stride = stride;
    const bitsFor = (n: number, most: number): number => Math.min(most, Math.max(MIN_BITS, Math.ceil(Math.log2(n + 1))));
    const filterBits = bitsFor(entries * FILTER_BITS_PER_ENTRY, MAX_FILTER_BITS);
    this.#filter = new Uint8Array(2 ** (filterBits - 3));
    this.#filterMask = 2 ** filterBits - 1;
    const slotBits = bitsFor(entries * SLOTS_PER_ENTRY, MAX_SLOT_BITS);
    if (entries >= 2 ** MAX_SLOT_BITS) throw new RangeError(`${patterns} patterns are more than one search takes`);
    this.#slots = new Uint32Array(2 ** slotBits);
    this.#slotMask = 2 ** slotBits - 1;
    const view = new DataView(set.bytes.buffer, set.bytes.byteOffset, set.bytes.byteLength);
    let longest = 0;
    for (let pattern = 0; pattern < patterns; pattern++) {
      const start = set.starts[pattern]!;
      const length = set.starts[pattern + 1]! - start;
      if (length < GRAM_BYTES + stride - 1) throw new RangeError(`a pattern of ${length} bytes is too short for a stride of ${stride}`);
      longest = Math.max(longest, length);
      for (let offset = 0; offset < stride; offset++) this.#insert(view, start + offset, pattern * stride + offset);
    }
    this.longest = longest;
  }

  #insert(view: DataView, at: number, entry: number): void {
    const hash = hashOf(view.getInt32(at, true), view.getInt32(at + 4, true));
    const bit = hash & this.#filterMask;
    this.#filter[bit >>> 3]! |= 1 << (bit & 7);
    let slot = hash & this.#slotMask;
    // Zero marks an empty slot.
    while (this.#slots[slot] !== 0) slot = (slot + 1) & this.#slotMask;
    this.#slots[slot] = entry + 1;
  }

  /**
   * Looks for every pattern in the first `length` bytes.
   * @param owned patterns that begin here or later are the next chunk's to tell
   */
  find(chunk: Uint8Array, length: number, owned: number, onHit: (kind: PatternKind, at: number) => void): void {
    const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const [filter, filterMask, stride] = [this.#filter, this.#filterMask, this.#stride];
    const last = length - GRAM_BYTES;
    for (let at = 0; at <= last; at += stride) {
      const low = view.getInt32(at, true);
      const high = view.getInt32(at + 4, true);
      const hash = hashOf(low, high);
      const bit = hash & filterMask;
      if ((filter[bit >>> 3]! & (1 << (bit & 7))) !== 0) this.#look(chunk, length, owned, at, hash, onHit);
    }
  }

  #look(chunk: Uint8Array, length: number, owned: number, at: number, hash: number, onHit: (kind: PatternKind, at: number) => void): void {
    const { starts, bytes, kinds, kindOf } = this.#set;
    for (let slot = hash & this.#slotMask; this.#slots[slot] !== 0; slot = (slot + 1) & this.#slotMask) {
      const entry = this.#slots[slot]! - 1;
      const pattern = Math.floor(entry / this.#stride);
      const begins = at - (entry % this.#stride);
      const from = starts[pattern]!;
      const size = starts[pattern + 1]! - from;
      if (begins < 0 || begins >= owned || begins + size > length) continue;
      let same = 0;
      while (same < size && chunk[begins + same] === bytes[from + same]) same++;
      if (same === size) onHit(kinds[kindOf[pattern]!]!, begins);
    }
  }
}

/** Eight bytes to 32 bits: two multiplications by odd constants, then the high bits brought down (as in MurmurHash3). */
function hashOf(low: number, high: number): number {
  let hash = Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca77);
  hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae3d);
  return hash ^ (hash >>> 13);
}

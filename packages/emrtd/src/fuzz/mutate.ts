import { concatBytes } from '@visavis/kernel';
import type { FuzzRandom } from './fuzz-random.ts';
import { type TlvSpan, tlvSpans } from './tlv-spans.ts';

/** Longest input made: twice what a file may have. */
const MAX_INPUT_BYTES = 128 * 1024;
const BORDERS = [0x00, 0x01, 0x02, 0x1f, 0x20, 0x30, 0x31, 0x3c, 0x7f, 0x80, 0x81, 0x82, 0x83, 0x84, 0x88, 0xa0, 0xfe, 0xff];
const LENGTH_FIELDS = ['00', '01', '7f', '80', '8100', '817f', '8180', '81ff', '820000', '820001', '82ffff', '83000000', '83ffffff', '84000000ff', '84ffffffff', '847fffffff', '8800000000ffffffff', 'ff'].map((hex) => Uint8Array.from(Buffer.from(hex, 'hex')));
/** Beginnings without an end, nested: sequence, set, explicit tag, constructed octet string, ICAO templates; definite and indefinite. */
const NESTS = ['30', '31', 'a0', '24', '77', '7f61', '6f', '3080', '2480', 'a080'].map((hex) => Uint8Array.from(Buffer.from(hex, 'hex')));

type Mutation = (bytes: Uint8Array, random: FuzzRandom, seeds: readonly Uint8Array[]) => Uint8Array;

const spansOfSeeds = new WeakMap<Uint8Array, readonly TlvSpan[]>();
function spansOf(bytes: Uint8Array): readonly TlvSpan[] {
  const known = spansOfSeeds.get(bytes) ?? tlvSpans(bytes);
  spansOfSeeds.set(bytes, known);
  return known;
}

const pick = <T>(values: readonly T[], random: FuzzRandom): T => values[random.below(values.length)]!;
const edit = (bytes: Uint8Array, change: (copy: Uint8Array) => void): Uint8Array => {
  const copy = bytes.slice();
  if (copy.length > 0) change(copy);
  return copy;
};
const lengthField = (n: number): Uint8Array => (n < 0x80 ? Uint8Array.of(n) : n < 0x100 ? Uint8Array.of(0x81, n) : n < 0x10000 ? Uint8Array.of(0x82, n >> 8, n & 0xff) : Uint8Array.of(0x83, n >> 16, (n >> 8) & 0xff, n & 0xff));

/** Puts other bytes in a range; three times in four the lengths of all objects around it are made to fit, so that the parser gets as far as the change. */
function replace(bytes: Uint8Array, spans: readonly TlvSpan[], around: number, from: number, to: number, by: Uint8Array, random: FuzzRandom): Uint8Array {
  let [start, end, middle] = [from, to, by];
  if (random.below(4) > 0) {
    for (let at = around; at >= 0; at = spans[at]!.parent) {
      const span = spans[at]!;
      const value = concatBytes(bytes.subarray(span.valueAt, start), middle, bytes.subarray(end, span.end));
      [start, end, middle] = [span.start, span.end, concatBytes(bytes.subarray(span.start, span.lengthAt), lengthField(value.length), value)];
    }
  }
  return concatBytes(bytes.subarray(0, start), middle, bytes.subarray(end));
}

/** A change to one data object of the input; to a random range when it has none. */
const toObject =
  (change: (object: Uint8Array, span: TlvSpan, random: FuzzRandom, seeds: readonly Uint8Array[]) => Uint8Array): Mutation =>
  (bytes, random, seeds) => {
    const spans = spansOf(bytes);
    const index = spans.length === 0 ? -1 : random.below(spans.length);
    const start = random.below(bytes.length + 1);
    const span = spans[index] ?? { start, lengthAt: start, valueAt: start, end: Math.min(bytes.length, start + 1 + random.below(16)), parent: -1 };
    return replace(bytes, spans, span.parent, span.start, span.end, change(bytes.subarray(span.start, span.end), span, random, seeds), random);
  };

const flipBit: Mutation = (bytes, random) => edit(bytes, (copy) => (copy[random.below(copy.length)]! ^= 1 << random.below(8)));

const MUTATIONS: readonly Mutation[] = [
  flipBit,
  flipBit,
  (bytes, random) => edit(bytes, (copy) => copy.fill(pick(BORDERS, random), random.below(copy.length), random.below(copy.length + 1))),
  (bytes, random) => edit(bytes, (copy) => (copy[random.below(copy.length)] = pick(BORDERS, random))),
  (bytes, random) => edit(bytes, (copy) => (copy[random.below(copy.length)] = random.below(256))),
  // One character for another of the same text: the letters and fillers of a machine readable zone.
  (bytes, random) => edit(bytes, (copy) => (copy[random.below(copy.length)] = copy[random.below(copy.length)]!)),
  (bytes, random) => bytes.slice(0, random.below(bytes.length + 1)),
  (bytes, random) => bytes.slice(random.below(bytes.length + 1)),
  (bytes, random) => concatBytes(bytes, Uint8Array.from({ length: 1 + random.below(32) }, () => random.below(256))),
  // A length field that lies.
  toObject((object, span, random) => concatBytes(object.subarray(0, span.lengthAt - span.start), pick(LENGTH_FIELDS, random), object.subarray(span.valueAt - span.start))),
  toObject((object, span, random) => concatBytes(object.subarray(0, span.lengthAt - span.start), lengthField(Math.max(0, span.end - span.valueAt - 2 + random.below(5))), object.subarray(span.valueAt - span.start))),
  // The same length in more bytes than it needs: BER that DER forbids.
  toObject((object, span) => concatBytes(object.subarray(0, span.lengthAt - span.start), Uint8Array.of(0x83, (span.end - span.valueAt) >> 16, ((span.end - span.valueAt) >> 8) & 0xff, (span.end - span.valueAt) & 0xff), object.subarray(span.valueAt - span.start))),
  // Indefinite length, ended or not.
  toObject((object, span, random) => concatBytes(object.subarray(0, span.lengthAt - span.start), Uint8Array.of(0x80), object.subarray(span.valueAt - span.start), new Uint8Array(random.below(2) * 2))),
  toObject((object, _, random) => edit(object, (copy) => (copy[0] = pick([...BORDERS, random.below(256)], random)))),
  toObject((object) => concatBytes(object, object)),
  toObject((object, _, random) => concatBytes(...Array.from({ length: Math.min(1 + random.below(1000), Math.floor(MAX_INPUT_BYTES / 2 / (object.length + 1))) }, () => object))),
  toObject(() => new Uint8Array()),
  toObject((object, span) => object.subarray(span.valueAt - span.start)),
  // An object of this or another seed in its place.
  toObject((object, _, random, seeds) => {
    const donor = pick(seeds, random);
    const spans = spansOf(donor);
    const span = spans[random.below(Math.max(1, spans.length))];
    return span === undefined ? object : donor.subarray(span.start, span.end);
  }),
  // The beginning of one and the end of another.
  (bytes, random, seeds) => {
    const other = pick(seeds, random);
    return concatBytes(bytes.subarray(0, random.below(bytes.length + 1)), other.subarray(random.below(other.length + 1)));
  },
  // Wrapped in itself, honestly, deeper than anything real.
  toObject((object, _, random) => {
    let nested = object.slice(0, 4096);
    const tag = pick(NESTS, random).subarray(0, 1);
    for (let depth = random.below(60); depth > 0; depth--) nested = concatBytes(tag, lengthField(nested.length), nested);
    return nested;
  }),
  // Ten thousand beginnings.
  (bytes, random) => {
    const nest = pick(NESTS, random);
    const open = concatBytes(...Array.from({ length: 1 + random.below(10_000) }, () => nest));
    const at = random.below(bytes.length + 1);
    return concatBytes(bytes.subarray(0, at), open, bytes.subarray(at));
  },
];

/**
 * One input that is almost, but not quite, one of the seeds: one change, sometimes a few on top of each other.
 * @param seeds what the parser accepts; also where spliced parts come from
 */
export function mutate(seeds: readonly Uint8Array[], random: FuzzRandom): Uint8Array {
  let bytes: Uint8Array = pick(seeds, random);
  for (let changes = random.below(3) < 2 ? 1 : 2 + random.below(3); changes > 0; changes--) bytes = pick(MUTATIONS, random)(bytes, random, seeds).subarray(0, MAX_INPUT_BYTES);
  return bytes.slice();
}

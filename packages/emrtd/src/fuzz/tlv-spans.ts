/** Where a data object lies in a byte string, and in which other one. */
export interface TlvSpan {
  readonly start: number;
  readonly lengthAt: number;
  readonly valueAt: number;
  readonly end: number;
  /** Index of the data object around it; −1: none. */
  readonly parent: number;
}

/** Enough to find every object of a certificate; a revocation list's later entries are like its first. */
const MAX_SPANS = 600;
const MAX_DEPTH = 24;

/**
 * Finds what looks like data objects, leniently: the mutator wants to know where lengths and borders are, also inside
 * octet and bit strings. Written apart from the parsers under test, so that it shares no mistake with them.
 */
export function tlvSpans(bytes: Uint8Array): readonly TlvSpan[] {
  const spans: TlvSpan[] = [];
  walk(bytes, 0, bytes.length, -1, 0, spans);
  return spans;
}

/** @returns whether objects fill the range exactly; what was noted of one that they do not fill is taken back */
function walk(bytes: Uint8Array, from: number, to: number, parent: number, depth: number, spans: TlvSpan[]): boolean {
  if (depth > MAX_DEPTH) return false;
  let at = from;
  while (at < to && spans.length < MAX_SPANS) {
    const span = headerAt(bytes, at, to, parent);
    if (span === undefined) return false;
    const own = spans.push(span) - 1;
    const tag = bytes[at]!;
    const inside = (tag & 0x20) !== 0 ? span.valueAt : tag === 0x04 ? span.valueAt : tag === 0x03 ? span.valueAt + 1 : undefined;
    if (inside !== undefined && inside < span.end && !walk(bytes, inside, span.end, own, depth + 1, spans) && (tag & 0x20) === 0) spans.length = own + 1;
    at = span.end;
  }
  return at >= to;
}

function headerAt(bytes: Uint8Array, start: number, to: number, parent: number): TlvSpan | undefined {
  let at = start + 1;
  if ((bytes[start]! & 0x1f) === 0x1f) while (at < to && (bytes[at++]! & 0x80) !== 0);
  const lengthAt = at;
  const first = bytes[at++];
  if (first === undefined) return undefined;
  let length = first;
  if (first >= 0x80) {
    length = 0;
    for (let i = 0; i < (first & 0x7f) && i < 4; i++) length = length * 256 + (bytes[at++] ?? 0);
  }
  return at + length > to ? undefined : { start, lengthAt, valueAt: at, end: at + length, parent };
}

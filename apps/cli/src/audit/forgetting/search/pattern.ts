/** What a pattern was taken from. Only this is ever printed, never the pattern. */
export const IMAGE_KINDS = ['portrait', 'frame', 'decodedPixels', 'networkInput', 'embedding'] as const;
export const TEXT_KINDS = ['mrz', 'name', 'documentNumber', 'birthDate'] as const;
export type ImageKind = (typeof IMAGE_KINDS)[number];
export type TextKind = (typeof TEXT_KINDS)[number];
export type PatternKind = ImageKind | TextKind;

/** Many byte patterns in few buffers, so that a search thread takes them over without a copy of each. */
export interface PatternSet {
  readonly kinds: readonly PatternKind[];
  /** Place in `kinds` of each pattern. */
  readonly kindOf: Uint8Array;
  /** Where each pattern begins in `bytes`; one more entry marks the end. */
  readonly starts: Uint32Array;
  readonly bytes: Uint8Array;
}

/** Patterns gathered while enrolments run. Holds windows only, not the images they were cut from. */
export class PatternCollector {
  readonly #kinds: readonly PatternKind[];
  readonly #parts: Uint8Array[] = [];
  readonly #kindOf: number[] = [];

  constructor(kinds: readonly PatternKind[]) {
    this.#kinds = kinds;
  }

  add(kind: PatternKind, patterns: readonly Uint8Array[]): void {
    const at = this.#kinds.indexOf(kind);
    if (at < 0) throw new TypeError(`no patterns of kind ${kind} are gathered here`);
    for (const pattern of patterns) {
      this.#parts.push(pattern);
      this.#kindOf.push(at);
    }
  }

  takeOver(other: PatternCollector): void {
    for (const [i, part] of other.#parts.entries()) {
      this.#parts.push(part);
      this.#kindOf.push(this.#kinds.indexOf(other.#kinds[other.#kindOf[i]!]!));
    }
  }

  /** How many there are of each kind. */
  counts(): Partial<Record<PatternKind, number>> {
    return Object.fromEntries(this.#kinds.map((kind, at) => [kind, this.#kindOf.reduce((n, one) => n + Number(one === at), 0)]));
  }


  /** @param last only so many of the newest patterns */
  pack(last: number = this.#parts.length): PatternSet {
    const parts = this.#parts.slice(Math.max(0, this.#parts.length - last));
    const kindOf = this.#kindOf.slice(Math.max(0, this.#kindOf.length - last));
    const starts = new Uint32Array(parts.length + 1);
    for (let i = 0; i < parts.length; i++) starts[i + 1] = starts[i]! + parts[i]!.length;
    const bytes = new Uint8Array(starts[parts.length]!);
    parts.forEach((part, i) => bytes.set(part, starts[i]));
    return { kinds: this.#kinds, kindOf: Uint8Array.from(kindOf), starts, bytes };
  }
}

/** Thrown inside a parser and caught at its one public function. Never leaves a room. */
export class MalformedBytes extends Error {
  readonly offset: number;
  constructor(what: string, offset: number) {
    super(`${what} at offset ${offset}`);
    this.name = 'MalformedBytes';
    this.offset = offset;
  }
}

/** Reads a byte string from front to back, strictly: reading past the end or leaving a rest is an error. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get offset(): number {
    return this.#at;
  }

  get remaining(): number {
    return this.#bytes.length - this.#at;
  }

  u8(): number {
    return this.take(1)[0]!;
  }

  u16(): number {
    const b = this.take(2);
    return (b[0]! << 8) | b[1]!;
  }

  u32(): number {
    const b = this.take(4);
    return ((b[0]! << 24) | (b[1]! << 16) | (b[2]! << 8) | b[3]!) >>> 0;
  }

  /** The next byte without moving, or undefined at the end. */
  peek(): number | undefined {
    return this.#bytes[this.#at];
  }

  /** A view (not a copy) of the next `n` bytes. */
  take(n: number): Uint8Array {
    if (!Number.isInteger(n) || n < 0 || n > this.remaining) throw new MalformedBytes(`${n} bytes wanted, ${this.remaining} left`, this.#at);
    const view = this.#bytes.subarray(this.#at, this.#at + n);
    this.#at += n;
    return view;
  }

  /** Refuses trailing bytes. */
  end(): void {
    if (this.remaining !== 0) throw new MalformedBytes(`${this.remaining} trailing bytes`, this.#at);
  }
}

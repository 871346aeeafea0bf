import { concatBytes, utf8 } from '@visavis/kernel';

/**
 * Writes the part of the ONNX protobuf schema (onnx.proto3, IR version 8, operator set 13) that the conversions in
 * this folder need. Field numbers are the schema's. Output bytes depend on the calls alone, so they can be pinned.
 * @source https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3
 */
export type Attribute = { readonly ints: readonly number[] } | { readonly int: number } | { readonly text: string };

const IR_VERSION = 8;
const OPERATOR_SET = 13;
const FLOAT = 1;
const INT64 = 7;

function varint(value: number): Uint8Array {
  // Sizes, enums and non-negative integers only; int64 tensors are written as raw bytes.
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`not a varint: ${value}`);
  const out: number[] = [];
  let rest = value;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    out.push(rest > 0 ? low | 128 : low);
  } while (rest > 0);
  return Uint8Array.from(out);
}

class Message {
  readonly #parts: Uint8Array[] = [];

  int(field: number, value: number): this {
    this.#parts.push(varint(field * 8), varint(value));
    return this;
  }

  bytes(field: number, value: Uint8Array): this {
    this.#parts.push(varint(field * 8 + 2), varint(value.length), value);
    return this;
  }

  text(field: number, value: string): this {
    return this.bytes(field, utf8(value));
  }

  done(): Uint8Array {
    return concatBytes(...this.#parts);
  }
}

function attributeMessage(name: string, value: Attribute): Uint8Array {
  const message = new Message().text(1, name);
  if ('ints' in value) {
    for (const int of value.ints) message.int(8, int);
    return message.int(20, 7).done();
  }
  if ('text' in value) return message.text(4, value.text).int(20, 3).done();
  return message.int(3, value.int).int(20, 2).done();
}

/** A graph under construction: every method returns the name of the tensor it made. */
export class OnnxGraph {
  readonly #name: string;
  readonly #nodes: Uint8Array[] = [];
  readonly #constants: Uint8Array[] = [];
  readonly #inputs: Uint8Array[] = [];
  readonly #outputs: Uint8Array[] = [];
  #next = 0;

  constructor(name: string) {
    this.#name = name;
  }

  node(operator: string, inputs: readonly string[], attributes: Readonly<Record<string, Attribute>> = {}, output = this.#unique(operator)): string {
    const message = new Message();
    for (const input of inputs) message.text(1, input);
    message.text(2, output).text(3, `${output}_node`).text(4, operator);
    for (const [name, value] of Object.entries(attributes)) message.bytes(5, attributeMessage(name, value));
    this.#nodes.push(message.done());
    return output;
  }

  floats(values: Float32Array, dims: readonly number[]): string {
    return this.#constant(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), dims, FLOAT);
  }

  integers(values: readonly number[]): string {
    const raw = BigInt64Array.from(values, (v) => BigInt(v));
    return this.#constant(new Uint8Array(raw.buffer), [values.length], INT64);
  }

  /** @param dims a text stands for a free dimension (the batch) */
  input(name: string, dims: readonly (number | string)[]): string {
    const shape = new Message();
    for (const dim of dims) shape.bytes(1, typeof dim === 'string' ? new Message().text(2, dim).done() : new Message().int(1, dim).done());
    this.#inputs.push(this.#value(name, new Message().int(1, FLOAT).bytes(2, shape.done()).done()));
    return name;
  }

  output(tensor: string, name: string): void {
    this.node('Identity', [tensor], {}, name);
    this.#outputs.push(this.#value(name, new Message().int(1, FLOAT).done()));
  }

  encode(): Uint8Array {
    const graph = new Message();
    for (const node of this.#nodes) graph.bytes(1, node);
    graph.text(2, this.#name);
    for (const constant of this.#constants) graph.bytes(5, constant);
    for (const input of this.#inputs) graph.bytes(11, input);
    for (const output of this.#outputs) graph.bytes(12, output);
    const operatorSet = new Message().text(1, '').int(2, OPERATOR_SET).done();
    return new Message().int(1, IR_VERSION).text(2, 'visavis').bytes(7, graph.done()).bytes(8, operatorSet).done();
  }

  #constant(raw: Uint8Array, dims: readonly number[], type: number): string {
    const name = this.#unique('constant');
    const message = new Message();
    for (const dim of dims) message.int(1, dim);
    this.#constants.push(message.int(2, type).text(8, name).bytes(9, raw).done());
    return name;
  }

  #value(name: string, tensorType: Uint8Array): Uint8Array {
    return new Message().text(1, name).bytes(2, new Message().bytes(1, tensorType).done()).done();
  }

  #unique(prefix: string): string {
    return `${prefix}_${this.#next++}`;
  }
}

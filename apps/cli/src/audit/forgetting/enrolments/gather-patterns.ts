import type { MintPassportRequest } from '@visavis/contract';
import type { FaceTracer } from '@visavis/face/trace';
import { facePolicy } from '@visavis/face/policy';
import { encodingsOf } from '../search/encodings-of.ts';
import { IMAGE_KINDS, PatternCollector, TEXT_KINDS } from '../search/pattern.ts';
import { FLOAT_TASTE, JPEG_TASTE, PIXEL_TASTE, windowsOf } from '../search/windows-of.ts';

const WINDOWS = { portrait: 24, frame: 12, decodedPixels: 12, networkInput: 6, embedding: 8 } as const;
/** Windows of a portrait that are also looked for in hexadecimal and base64: one that is found is enough. */
const ENCODED_WINDOWS = 4;
/** One frame in so many is decoded while the enrolments run, for the searches meanwhile. */
const DECODED_ONE_IN = 20;
/** Frames of a capture's beginning of which everything is traced that the engine makes of them. */
const TRACED_FRAMES = 6;
/** The camera's pace; the engine only wants times that can be. */
const FRAME_MS = 83;
const NETWORK_MS = 20;

/** What is looked for. Of images only windows are kept, and the few frames whose decoding is still to be traced. */
export class GatheredPatterns {
  readonly images = new PatternCollector(IMAGE_KINDS);
  readonly texts = new PatternCollector(TEXT_KINDS);
  readonly #toTrace: { readonly portrait: Uint8Array; readonly frames: Uint8Array[] }[] = [];

  takeOver(other: GatheredPatterns): void {
    this.images.takeOver(other.images);
    this.texts.takeOver(other.texts);
    this.#toTrace.push(...other.#toTrace.splice(0));
  }

  addPortrait(portrait: Uint8Array): void {
    this.images.add('portrait', windowsOf(portrait, WINDOWS.portrait, JPEG_TASTE));
    this.images.add('portrait', windowsOf(portrait, ENCODED_WINDOWS, JPEG_TASTE).flatMap((window) => encodingsOf(window)));
  }

  /** @returns takes each frame as it is sent */
  addCapture(portrait: Uint8Array, tracer: FaceTracer): (jpeg: Uint8Array) => void {
    const frames: Uint8Array[] = [];
    let sent = 0;
    return (jpeg) => {
      if (sent++ % DECODED_ONE_IN === 0) void this.addDecoded(tracer, jpeg);
      if (frames.length === 0) this.#toTrace.push({ portrait, frames });
      if (frames.length < TRACED_FRAMES) frames.push(jpeg);
      this.images.add('frame', windowsOf(jpeg, WINDOWS.frame, JPEG_TASTE));
    };
  }

  async addDecoded(tracer: FaceTracer, jpeg: Uint8Array): Promise<void> {
    const rows = await tracer.decodeFrame(jpeg);
    if (rows !== undefined) this.#addPixels(rows);
  }

  /** What is printed, as it is and as programs write bytes down. */
  addPrinted(o: { readonly mrz: readonly string[]; readonly documentNumber: string; readonly order: MintPassportRequest }): void {
    const add = (kind: (typeof TEXT_KINDS)[number], text: string): void => {
      const bytes = new Uint8Array(Buffer.from(text, 'latin1'));
      this.texts.add(kind, [bytes, ...encodingsOf(bytes)]);
    };
    const asWritten = (name: string): string => name[0]! + name.slice(1).toLowerCase();
    for (const line of o.mrz) add('mrz', line.replace(/<+$/, ''));
    for (const name of [o.order.familyName, o.order.givenNames]) for (const form of [name, asWritten(name), name.toLowerCase()]) add('name', form);
    add('documentNumber', o.documentNumber);
    add('birthDate', o.order.dateOfBirth);
  }

  /** The portrait's embedding, as it lies in a booth from the accepted document on. */
  async tracePortrait(tracer: FaceTracer, portrait: Uint8Array): Promise<void> {
    const { embeddings } = await tracer.trace({ portrait, frames: [], policy: facePolicy });
    this.#addFloats('embedding', embeddings, WINDOWS.embedding);
  }

  /** Decodes and embeds what was gathered since the last time, by the engine that the booths have. @returns captures traced */
  async traceCaptures(tracer: FaceTracer): Promise<number> {
    const captures = this.#toTrace.splice(0);
    for (const { portrait, frames } of captures) {
      const traced = await tracer.trace({ portrait, frames: frames.map((jpeg, index) => ({ index, capturedAtMs: index * FRAME_MS, receivedAtMs: index * FRAME_MS + NETWORK_MS, jpeg })), policy: facePolicy });
      for (const rows of traced.pixels) this.#addPixels(rows);
      this.#addFloats('embedding', traced.embeddings, WINDOWS.embedding);
      this.#addFloats('networkInput', traced.networkInputs, WINDOWS.networkInput);
    }
    return captures.length;
  }

  #addPixels(rows: Uint8Array): void {
    this.images.add('decodedPixels', windowsOf(rows, WINDOWS.decodedPixels, PIXEL_TASTE));
  }

  #addFloats(kind: 'embedding' | 'networkInput', vectors: readonly Float32Array[], count: number): void {
    for (const vector of vectors) this.images.add(kind, windowsOf(new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength), count, FLOAT_TASTE));
  }
}

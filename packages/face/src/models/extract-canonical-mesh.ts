import { utf8 } from '@visavis/kernel';

/** Where the face geometry's metadata lies in the packed assets file of `@mediapipe/face_mesh` 0.4.1657299874. */
const METADATA_START = 3_737_848;
const METADATA_END = 3_757_224;
const VERTICES = 468;
/** x, y, z, u, v */
const FLOATS_PER_VERTEX = 5;

type Field = { readonly field: number; readonly number: number } | { readonly field: number; readonly bytes: Uint8Array };

function fields(message: Uint8Array): Field[] {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const out: Field[] = [];
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = view.getUint8(at++);
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  };
  while (at < message.length) {
    const key = varint();
    const field = Math.floor(key / 8);
    const wireType = key % 8;
    if (wireType === 0) out.push({ field, number: varint() });
    else if (wireType === 5) {
      out.push({ field, number: view.getFloat32(at, true) });
      at += 4;
    } else if (wireType === 2) {
      const length = varint();
      out.push({ field, bytes: message.subarray(at, at + length) });
      at += length;
    } else throw new Error(`canonical mesh: wire type ${wireType}`);
  }
  return out;
}

/**
 * Takes the canonical face (468 vertices in centimetres, x to the image's right, y up, z towards the camera) and the
 * weighted 33 landmarks that MediaPipe fits head pose with, out of the package's assets.
 * @returns JSON: `{ vertices: number[468·3], poseBasis: [vertex, weight][] }`
 * @source mediapipe/modules/face_geometry/protos/geometry_pipeline_metadata.proto
 */
export function extractCanonicalMesh(assets: Uint8Array): Uint8Array {
  const vertices: number[] = [];
  const poseBasis: [number, number][] = [];
  for (const entry of fields(assets.subarray(METADATA_START, METADATA_END))) {
    if (!('bytes' in entry)) continue;
    const inner = fields(entry.bytes);
    const floats = inner.flatMap((f) => (f.field === 3 ? ('number' in f ? [f.number] : packedFloats(f.bytes)) : []));
    if (floats.length === VERTICES * FLOATS_PER_VERTEX) {
      for (let v = 0; v < VERTICES; v++) vertices.push(...floats.slice(v * FLOATS_PER_VERTEX, v * FLOATS_PER_VERTEX + 3));
    } else {
      const number = (field: number): number => inner.reduce((found, f) => (f.field === field && 'number' in f ? f.number : found), 0);
      poseBasis.push([number(1), number(2)]);
    }
  }
  if (vertices.length !== VERTICES * 3 || poseBasis.length !== 33) throw new Error(`canonical mesh: ${vertices.length / 3} vertices, ${poseBasis.length} basis landmarks`);
  return utf8(JSON.stringify({ vertices, poseBasis }));
}

function packedFloats(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
}

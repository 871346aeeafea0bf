/**
 * The 468-vertex face of MediaPipe's geometry pipeline: neutral, average, about in centimetres.
 * `positions`: x to the image's right (the person's left), y up, z towards the camera. `textureCoordinates`: 0…1, v downwards.
 */
export interface CanonicalMesh {
  readonly positions: Float32Array;
  readonly textureCoordinates: Float32Array;
  readonly triangles: Uint16Array;
}

export const CANONICAL_VERTICES = 468;
const CANONICAL_TRIANGLES = 898;
const FLOATS_PER_VERTEX = 5;

/** Protocol-buffer wire types that the file uses. */
const VARINT = 0;
const LENGTH_DELIMITED = 2;
const FIXED_32 = 5;

/** Fields of `mediapipe.face_geometry.GeometryPipelineMetadata` and `Mesh3d`. */
const CANONICAL_MESH_FIELD = 1;
const VERTEX_BUFFER_FIELD = 3;
const INDEX_BUFFER_FIELD = 4;

interface WireField {
  readonly field: number;
  readonly value: number | Uint8Array;
}

function readVarint(bytes: Uint8Array, at: number): { value: number; next: number } {
  let value = 0;
  for (let index = 0; index < 5; index += 1) {
    const byte = bytes[at + index];
    if (byte === undefined) break;
    value += (byte & 0x7f) * 2 ** (7 * index);
    if ((byte & 0x80) === 0) return { value, next: at + index + 1 };
  }
  throw new Error('canonical mesh: malformed varint');
}

function readFields(bytes: Uint8Array): WireField[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fields: WireField[] = [];
  let at = 0;
  while (at < bytes.length) {
    const key = readVarint(bytes, at);
    const field = key.value >>> 3;
    const wireType = key.value & 7;
    at = key.next;
    if (wireType === VARINT) {
      const { value, next } = readVarint(bytes, at);
      fields.push({ field, value });
      at = next;
    } else if (wireType === LENGTH_DELIMITED) {
      const { value, next } = readVarint(bytes, at);
      if (next + value > bytes.length) throw new Error('canonical mesh: length beyond the end');
      fields.push({ field, value: bytes.subarray(next, next + value) });
      at = next + value;
    } else if (wireType === FIXED_32 && at + 4 <= bytes.length) {
      fields.push({ field, value: view.getFloat32(at, true) });
      at += 4;
    } else {
      throw new Error(`canonical mesh: unexpected wire type ${wireType}`);
    }
  }
  return fields;
}

function repeatedFloats(fields: readonly WireField[]): number[] {
  return fields.flatMap(({ value }) => {
    if (typeof value === 'number') return [value];
    const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
    return Array.from({ length: value.length / 4 }, (_, index) => view.getFloat32(4 * index, true));
  });
}

function repeatedVarints(fields: readonly WireField[]): number[] {
  return fields.flatMap(({ value }) => {
    if (typeof value === 'number') return [value];
    const values: number[] = [];
    for (let at = 0; at < value.length; ) {
      const read = readVarint(value, at);
      values.push(read.value);
      at = read.next;
    }
    return values;
  });
}

/**
 * Reads `geometry_pipeline_metadata_landmarks.binarypb`. Throws when the file is not the 468-vertex mesh this folder's
 * landmark numbers belong to (a changed package, never a citizen's doing).
 *
 * @source mediapipe/modules/face_geometry/protos (Apache-2.0)
 */
export function parseCanonicalMesh(bytes: Uint8Array): CanonicalMesh {
  const mesh = readFields(bytes).find(({ field }) => field === CANONICAL_MESH_FIELD)?.value;
  if (!(mesh instanceof Uint8Array)) throw new Error('canonical mesh: no mesh in the metadata');
  const fields = readFields(mesh);
  const floats = repeatedFloats(fields.filter(({ field }) => field === VERTEX_BUFFER_FIELD));
  const triangles = repeatedVarints(fields.filter(({ field }) => field === INDEX_BUFFER_FIELD));
  if (floats.length !== CANONICAL_VERTICES * FLOATS_PER_VERTEX || triangles.length !== CANONICAL_TRIANGLES * 3 || triangles.some((index) => index >= CANONICAL_VERTICES)) {
    throw new Error('canonical mesh: unexpected size');
  }
  const positions = new Float32Array(CANONICAL_VERTICES * 3);
  const textureCoordinates = new Float32Array(CANONICAL_VERTICES * 2);
  for (let vertex = 0; vertex < CANONICAL_VERTICES; vertex += 1) {
    const at = vertex * FLOATS_PER_VERTEX;
    positions.set(floats.slice(at, at + 3), 3 * vertex);
    textureCoordinates.set(floats.slice(at + 3, at + 5), 2 * vertex);
  }
  return { positions, textureCoordinates, triangles: Uint16Array.from(triangles) };
}

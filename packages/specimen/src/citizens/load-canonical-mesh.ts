import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type CanonicalMesh, parseCanonicalMesh } from './canonical-mesh.ts';

const METADATA_ENTRY = /geometry_pipeline_metadata_landmarks\.binarypb", "start": (\d+), "end": (\d+)/;

/** Reads the mesh out of the installed npm package `@mediapipe/face_mesh`: the only file access of this folder; nothing is copied into the repository. */
export function loadCanonicalMesh(): CanonicalMesh {
  const require = createRequire(import.meta.url);
  const folder = dirname(require.resolve('@mediapipe/face_mesh/package.json'));
  const entry = METADATA_ENTRY.exec(readFileSync(join(folder, 'face_mesh_solution_packed_assets_loader.js'), 'utf8'));
  if (entry === null) throw new Error('@mediapipe/face_mesh no longer carries the geometry metadata');
  return parseCanonicalMesh(readFileSync(join(folder, 'face_mesh_solution_packed_assets.data')).subarray(Number(entry[1]), Number(entry[2])));
}

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { err, ok, type Result } from '@visavis/kernel';
import { faceFaults } from '../faults.ts';
import { crop, withMirrorImage } from '../image/crop.ts';
import { alignFace } from './align-face.ts';
import type { Embedder } from './embedder.ts';
import { embedderManifestSchema } from './embedder-manifest.ts';
import { loadPluginNetwork } from './load-plugin-network.ts';
import { dot, unit, weightedMean } from './vectors.ts';

/** Larger networks than any that fits a face cell's memory. */
const MAX_NETWORK_BYTES = 512 * 1024 * 1024;
const MAX_MANIFEST_BYTES = 64 * 1024;

/**
 * Loads an operator's face recognition network as its manifest says. Its scores are cosines and mean nothing yet: this is
 * for measuring it; what compares citizens is mounted by {@link mountEmbedder}.
 * @param manifestFile the operator's, JSON as {@link embedderManifestSchema}
 * @faults FACE_EMBEDDER_MANIFEST_INVALID, FACE_EMBEDDER_FILE_ALTERED, FACE_EMBEDDER_UNUSABLE
 */
export async function loadEmbedder(manifestFile: string): Promise<Result<Embedder>> {
  const parsed = embedderManifestSchema.safeParse(await readJson(manifestFile));
  if (!parsed.success) return err(faceFaults.fault('FACE_EMBEDDER_MANIFEST_INVALID', { where: parsed.error.issues[0]?.path.join('.') ?? '' }));
  const manifest = parsed.data;
  const bytes = await readFile(path.join(path.dirname(manifestFile), manifest.file)).catch(() => undefined);
  if (bytes === undefined || bytes.length > MAX_NETWORK_BYTES) return err(faceFaults.fault('FACE_EMBEDDER_UNUSABLE', { where: 'file' }));
  // What is hashed is what is loaded: the file is read once.
  if (createHash('sha256').update(bytes).digest('hex') !== manifest.sha256) return err(faceFaults.fault('FACE_EMBEDDER_FILE_ALTERED'));
  const run = await loadPluginNetwork(bytes, manifest);
  if (run === undefined) return err(faceFaults.fault('FACE_EMBEDDER_UNUSABLE', { where: 'network' }));
  const { id, sha256, licence, released, mirror, input } = manifest;
  const scale = { factor: input.factor, offset: input.offset, order: input.channelOrder };
  return ok({
    id,
    sha256,
    licence,
    released,
    async embed(image, mesh, role) {
      const face = crop(image, alignFace(manifest, mesh), input.side, scale);
      if (!mirror || role === 'probe') return [unit(await run(face, 1))];
      const out = await run(withMirrorImage(face, input.side), 2);
      const half = out.length / 2;
      const sides = [unit(out.subarray(0, half)), unit(out.subarray(half))];
      const embedding = unit(weightedMean(sides, [1, 1]));
      for (const used of [out, ...sides]) used.fill(0);
      return [embedding];
    },
    average: (embeddings, weights = embeddings.map(() => 1)) => [weightedMean(embeddings.map((e) => e[0]!), weights)],
    compare: (a, b) => dot(a[0]!, b[0]!),
  });
}

async function readJson(file: string): Promise<unknown> {
  try {
    const text = await readFile(file, 'utf8');
    return text.length > MAX_MANIFEST_BYTES ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

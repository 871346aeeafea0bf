import { err, ok, type Result } from '@visavis/kernel';
import { faceFaults } from '../faults.ts';
import { crop, withMirrorImage } from '../image/crop.ts';
import { loadPluginNetwork } from '../plugin/load-plugin-network.ts';
import { readManifest, readNetwork } from '../plugin/read-plugin.ts';
import { alignFace } from './align-face.ts';
import type { Embedder } from './embedder.ts';
import { embedderCodes, embedderManifestSchema } from './embedder-manifest.ts';
import { dot, unit, weightedMean } from './vectors.ts';

/**
 * Loads an operator's face recognition network as its manifest says. Its scores are cosines and mean nothing yet: this is
 * for measuring it; what compares citizens is mounted by {@link mountEmbedder}.
 * @param manifestFile the operator's, JSON as {@link embedderManifestSchema}
 * @faults FACE_EMBEDDER_MANIFEST_INVALID, FACE_EMBEDDER_FILE_ALTERED, FACE_EMBEDDER_UNUSABLE
 */
export async function loadEmbedder(manifestFile: string): Promise<Result<Embedder>> {
  const read = await readManifest(manifestFile, embedderManifestSchema, embedderCodes);
  if (!read.ok) return read;
  const manifest = read.value;
  const bytes = await readNetwork(manifestFile, manifest, embedderCodes);
  if (!bytes.ok) return bytes;
  // A reference goes in with its mirror image.
  const run = await loadPluginNetwork(bytes.value, { input: manifest.input, output: manifest.output, batch: manifest.mirror ? 2 : 1 });
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

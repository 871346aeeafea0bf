import { err, ok, type Result } from '@visavis/kernel';
import { faceFaults } from '../faults.ts';
import { regionToImage } from '../image/affine.ts';
import { crop } from '../image/crop.ts';
import type { RgbImage } from '../image/rgb-image.ts';
import type { FaceMesh } from '../mesh/landmarks.ts';
import { meshRegion } from '../mesh/mesh-region.ts';
import { loadPluginNetwork } from '../plugin/load-plugin-network.ts';
import { readManifest, readNetwork } from '../plugin/read-plugin.ts';
import { padCodes, type PadManifest, padManifestSchema } from './pad-manifest.ts';

/** An operator's network that says of one picture of a face how much it looks like an attack. */
export interface PadNetwork extends Pick<PadManifest, 'id' | 'sha256' | 'licence' | 'released'> {
  /** The piece of the picture that it looks at, as it was trained to see it. */
  cut(image: RgbImage, mesh: FaceMesh): Float32Array;
  /** @param piece from {@link cut}; overwritten and given back @returns higher: more like an attack */
  attackScore(piece: Float32Array): Promise<number>;
}

/**
 * Loads the network as its manifest says. Its scores mean nothing yet: this is for measuring it; what judges citizens
 * has a policy with a measured limit as well.
 * @param manifestFile the operator's, JSON as {@link padManifestSchema}
 * @faults FACE_PAD_MANIFEST_INVALID, FACE_PAD_FILE_ALTERED, FACE_PAD_UNUSABLE
 */
export async function loadPadNetwork(manifestFile: string): Promise<Result<PadNetwork>> {
  const read = await readManifest(manifestFile, padManifestSchema, padCodes);
  if (!read.ok) return read;
  const { input, alignment, output, id, sha256, licence, released } = read.value;
  const bytes = await readNetwork(manifestFile, read.value, padCodes);
  if (!bytes.ok) return bytes;
  const run = await loadPluginNetwork(bytes.value, { input, output: output.name, batch: 1, values: output.values });
  if (run === undefined) return err(faceFaults.fault('FACE_PAD_UNUSABLE', { where: 'network' }));
  return ok({
    id,
    sha256,
    licence,
    released,
    cut: (image, mesh) => crop(image, regionToImage(meshRegion(mesh, alignment.margin, alignment.shiftUp), input.side), input.side, { factor: input.factor, offset: input.offset, order: input.channelOrder }),
    async attackScore(piece) {
      const values = await run(piece, 1);
      const score = (output.softmax ? softmax(values) : values)[output.score]!;
      return output.higherIs === 'attack' ? score : -score;
    },
  });
}

function softmax(values: Float32Array): Float32Array {
  const most = Math.max(...values);
  const powers = values.map((value) => Math.exp(value - most));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

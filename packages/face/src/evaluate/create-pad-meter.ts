import { ok, type Result } from '@visavis/kernel';
import { decodePortrait, mediaTypeOf } from '../engine/decode-portrait.ts';
import { loadNetworks } from '../engine/load-networks.ts';
import { discard } from '../image/discard.ts';
import { loadPadNetwork, type PadNetwork } from '../passive-pad/load-pad-network.ts';
import { meanAttackScore } from '../passive-pad/passive-pad.ts';
import { findMesh } from './find-mesh.ts';

/** Gives presentations the score that a booth would give them, for measuring an operator's passive network. */
export interface PadMeter {
  readonly network: PadNetwork;
  /**
   * @param pictures of one presentation, in the order in which they are to be tried: read one after the other until `frames` show a face
   * @returns the mean attack score, or undefined when too few do
   */
  scorePresentation(pictures: Iterable<Promise<Uint8Array | undefined>>, frames: number): Promise<number | undefined>;
}

/** @faults those of {@link loadPadNetwork} */
export async function createPadMeter(o: { readonly modelsDir: string; readonly manifestFile: string }): Promise<Result<PadMeter>> {
  const loaded = await loadPadNetwork(o.manifestFile);
  if (!loaded.ok) return loaded;
  const network = loaded.value;
  const networks = await loadNetworks(o.modelsDir);
  const cut = async (file: Uint8Array): Promise<Float32Array | undefined> => {
    const image = await decodePortrait({ mediaType: mediaTypeOf(file), bytes: file });
    if (typeof image === 'string') return undefined;
    try {
      const mesh = await findMesh(networks, image, 'only');
      return typeof mesh === 'string' ? undefined : network.cut(image, mesh);
    } finally {
      discard(image.pixels);
    }
  };
  return ok({
    network,
    async scorePresentation(pictures, frames) {
      const pieces: Float32Array[] = [];
      for (const picture of pictures) {
        const file = await picture;
        const piece = file && (await cut(file));
        if (piece !== undefined && pieces.push(piece) === frames) return meanAttackScore(network, pieces);
      }
      return undefined;
    },
  });
}

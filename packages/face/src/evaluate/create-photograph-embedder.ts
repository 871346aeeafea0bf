import type { Embedder, Embedding, EmbeddingRole } from '../embed/embedder.ts';
import { createFusionEmbedder } from '../embed/fusion-embedder.ts';
import { decodePortrait, mediaTypeOf, type PortraitFaultCode } from '../engine/decode-portrait.ts';
import { loadNetworks } from '../engine/load-networks.ts';
import { discard } from '../image/discard.ts';
import { captureQuality } from '../session/observe-frame.ts';
import { detectionLimits } from './detection-limits.ts';
import { findMesh, type NoFaceCode } from './find-mesh.ts';

/** Why a photograph gives no embedding: a failure to acquire (ISO/IEC 19795-1), which is no comparison. */
export type PhotographFaultCode = PortraitFaultCode | NoFaceCode | 'FACE_PORTRAIT_TOO_DARK';

/** One photograph in both places of a comparison. */
export type EmbeddedPhotograph = Readonly<Record<EmbeddingRole, Embedding>>;

export interface PhotographEmbedder {
  readonly embedder: Embedder;
  /**
   * @param file JPEG or JPEG 2000, whatever its name says
   * @param whose `only`: refused when there is a second face or hardly any light, as in a booth; `middle`: the face nearest the middle, which
   * is whom a labelled photograph of several people is of (LFW)
   */
  embed(file: Uint8Array, whose: 'only' | 'middle'): Promise<EmbeddedPhotograph | PhotographFaultCode>;
}

/**
 * Makes embeddings of photographs for measuring error rates: detector, mesh and embedder of the engine, no liveness.
 * @param o.embedder an operator's, loaded by `loadEmbedder`; left out: the one that ships
 */
export async function createPhotographEmbedder(o: { readonly modelsDir: string; readonly embedder?: Embedder | undefined }): Promise<PhotographEmbedder> {
  const networks = await loadNetworks(o.modelsDir);
  const embedder = o.embedder ?? createFusionEmbedder(networks);
  return {
    embedder,
    async embed(file, whose) {
      const image = await decodePortrait({ mediaType: mediaTypeOf(file), bytes: file });
      if (typeof image === 'string') return image;
      try {
        const mesh = await findMesh(networks, image, whose);
        if (typeof mesh === 'string') return mesh;
        if (whose === 'only' && !(captureQuality(image, mesh).brightness >= detectionLimits.minBrightness)) return 'FACE_PORTRAIT_TOO_DARK';
        return { reference: await embedder.embed(image, mesh, 'reference'), probe: await embedder.embed(image, mesh, 'probe') };
      } finally {
        discard(image.pixels);
      }
    },
  };
}

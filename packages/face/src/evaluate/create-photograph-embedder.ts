import { type DetectedFace, detectFaces } from '../detect/detect-faces.ts';
import type { Embedder, Embedding, EmbeddingRole } from '../embed/embedder.ts';
import { createFusionEmbedder } from '../embed/fusion-embedder.ts';
import { decodePortrait, type PortraitFaultCode } from '../engine/decode-portrait.ts';
import { type FaceNetworks, loadNetworks } from '../engine/load-networks.ts';
import { discard } from '../image/discard.ts';
import type { RgbImage } from '../image/rgb-image.ts';
import { fitMesh, nextRegion, regionOfDetection } from '../mesh/fit-mesh.ts';
import { detectionLimits } from './detection-limits.ts';

/** Why a photograph gives no embedding: a failure to acquire (ISO/IEC 19795-1), which is no comparison. */
export type PhotographFaultCode = PortraitFaultCode | 'FACE_NOT_FOUND' | 'FACE_MULTIPLE';

/** One photograph in both places of a comparison. */
export type EmbeddedPhotograph = Readonly<Record<EmbeddingRole, Embedding>>;

export interface PhotographEmbedder {
  readonly embedder: Embedder;
  /**
   * @param file JPEG or JPEG 2000, whatever its name says
   * @param whose `only`: refused when there is a second face, as in a booth; `middle`: the face nearest the middle, which
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
      const image = await decodePortrait({ mediaType: file[0] === 0xff && file[1] === 0xd8 ? 'image/jpeg' : 'image/jp2', bytes: file });
      if (typeof image === 'string') return image;
      try {
        return await embedImage({ networks, embedder, image, whose });
      } finally {
        discard(image.pixels);
      }
    },
  };
}

async function embedImage(o: { readonly networks: FaceNetworks; readonly embedder: Embedder; readonly image: RgbImage; readonly whose: 'only' | 'middle' }): Promise<EmbeddedPhotograph | PhotographFaultCode> {
  const { networks, image } = o;
  const { faceConfidence, facePresence, secondFaceSize } = detectionLimits;
  const height = (face: DetectedFace): number => face.bottom - face.top;
  const offMiddle = (face: DetectedFace): number => Math.hypot((face.left + face.right - image.width) / 2, (face.top + face.bottom - image.height) / 2);
  const found = (await detectFaces(networks.detector, image)).filter((face) => face.confidence >= faceConfidence);
  const [face, ...others] = found.toSorted(o.whose === 'middle' ? (a, b) => offMiddle(a) - offMiddle(b) : (a, b) => height(b) - height(a));
  if (face === undefined) return 'FACE_NOT_FOUND';
  if (o.whose === 'only' && others.some((other) => height(other) >= secondFaceSize * height(face))) return 'FACE_MULTIPLE';
  const rough = await fitMesh(networks.mesh, image, regionOfDetection(face));
  const { mesh, presence } = await fitMesh(networks.mesh, image, nextRegion(rough.mesh));
  if (presence < facePresence) return 'FACE_NOT_FOUND';
  return { reference: await o.embedder.embed(image, mesh, 'reference'), probe: await o.embedder.embed(image, mesh, 'probe') };
}

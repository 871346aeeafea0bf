import type { Embedder } from '../embed/embedder.ts';
import { createFusionEmbedder } from '../embed/fusion-embedder.ts';
import { decodeJpeg, FRAME_LIMITS, PORTRAIT_LIMITS } from '../engine/decode-jpeg.ts';
import { createFrameAnalyst } from '../engine/frame-analyst.ts';
import { type FaceNetworks, loadNetworks } from '../engine/load-networks.ts';
import type { Network } from '../engine/network.ts';
import type { FacePolicy } from '../policy/face-policy.ts';
import { embedPortrait } from '../session/embed-portrait.ts';
import { type CaptureFrame, FaceSession } from '../session/face-session.ts';

/** What the engine makes of images on its way, byte for byte as it lies in memory. */
export interface FaceTrace {
  /** RGB rows of the portrait, then of each frame that decodes. */
  readonly pixels: readonly Uint8Array[];
  /** Crops as the networks take them, planar float32. */
  readonly networkInputs: readonly Float32Array[];
  /** Of the portrait first, then of the frames that a session embeds. */
  readonly embeddings: readonly Float32Array[];
}

export interface FaceTracer {
  /** RGB rows, as the engine decodes a frame; undefined when it would refuse it. */
  decodeFrame(jpeg: Uint8Array): Promise<Uint8Array | undefined>;
  trace(o: { readonly portrait: Uint8Array; readonly frames: readonly CaptureFrame[]; readonly policy: FacePolicy }): Promise<FaceTrace>;
}

/** Every script begins with a rest; what is asked after it is not reached by the frames of the beginning. */
const AT_REST = { profile: 'standard', steps: [{ action: 'lookAhead', timeoutMs: 30_000, pauseMs: 300 }, { action: 'smile', timeoutMs: 30_000, pauseMs: 300 }] } as const;

/**
 * The engine again, told to keep what it would forget: for an audit that looks for these bytes where they must not be.
 * The frames of a capture's beginning give the same bytes as in the booth as long as the booth left none of them out.
 * Nothing that runs a booth may use it.
 */
export async function createFaceTracer(o: { readonly modelsDir: string }): Promise<FaceTracer> {
  const loaded = await loadNetworks(o.modelsDir);
  let networkInputs: Float32Array[] = [];
  let embeddings: Float32Array[] = [];
  const traced = (network: Network): Network => ({
    run(image, side, batch) {
      // A copy: the engine may wipe its own.
      networkInputs.push(image.slice());
      return network.run(image, side, batch);
    },
  });
  const networks: FaceNetworks = {
    ...loaded,
    detector: traced(loaded.detector),
    mesh: traced(loaded.mesh),
    iris: traced(loaded.iris),
    faceRecognition: traced(loaded.faceRecognition),
    faceres: traced(loaded.faceres),
  };
  const fusion = createFusionEmbedder(networks);
  const embedder: Embedder = {
    ...fusion,
    async embed(image, mesh, role) {
      const embedding = await fusion.embed(image, mesh, role);
      embeddings.push(...embedding.map((vector) => vector.slice()));
      return embedding;
    },
  };
  return {
    decodeFrame: async (jpeg) => (await decodeJpeg(jpeg, FRAME_LIMITS))?.pixels,
    async trace({ portrait, frames, policy }) {
      [networkInputs, embeddings] = [[], []];
      const decoded = [await decodeJpeg(portrait, PORTRAIT_LIMITS)];
      const { check, reference } = await embedPortrait(networks, embedder, { mediaType: 'image/jpeg', bytes: portrait }, policy);
      const session = new FaceSession({ analyst: createFrameAnalyst({ networks, embedder, policy }), embedder, passivePad: undefined, policy, portraitCheck: check, reference });
      session.begin(AT_REST);
      for (const frame of frames) {
        decoded.push(await decodeJpeg(frame.jpeg, FRAME_LIMITS));
        await session.addFrame(frame);
      }
      return { pixels: decoded.flatMap((image) => (image === undefined ? [] : [image.pixels])), networkInputs, embeddings };
    },
  };
}

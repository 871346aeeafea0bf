import { hash } from 'node:crypto';
import type { Probe } from '../compare/choose-probes.ts';
import type { Embedder } from '../embed/embedder.ts';
import { discard } from '../image/discard.ts';
import type { RgbImage } from '../image/rgb-image.ts';
import type { FaceObservation } from '../liveness/frame-observation.ts';
import type { FaceMesh } from '../mesh/landmarks.ts';
import type { PadNetwork } from '../passive-pad/load-pad-network.ts';
import type { FacePolicy } from '../policy/face-policy.ts';
import { observeFrame, probeFace } from '../session/observe-frame.ts';
import { decodeJpeg, FRAME_LIMITS } from './decode-jpeg.ts';
import type { FaceNetworks } from './load-networks.ts';

/** One picture after everything native was done to it. Holds the picture until it is told to forget. */
export interface AnalysedFrame {
  readonly face: FaceObservation | undefined;
  /** How many faces the detector saw; undefined when it did not look. */
  readonly faces: number | undefined;
  /** SHA-256 of the middle rows as they were decoded: the same for a picture that comes again in another file. */
  readonly pixelsSha256: string;
  /** The face that was seen, to be compared; only with one. */
  probe(): Promise<Probe>;
  /** The piece of the picture that an operator's passive network looks at; only with a face. */
  cutFor(network: PadNetwork): Float32Array;
  /** Overwrites the picture with zeros. */
  forget(): void;
}

/** Decoders and networks: what a session asks of one frame. A bank of frames analysed before can stand in its place. */
export interface FrameAnalyst {
  /**
   * @param o.tracked the mesh of the frame before, if there was one
   * @param o.searchAnew look over the whole picture although the face is tracked
   * @param o.eyes see how far the eyes are open
   * @returns undefined when it is no sound JPEG within the limits
   */
  analyse(jpeg: Uint8Array, o: { readonly tracked: FaceMesh | undefined; readonly searchAnew: boolean; readonly eyes: boolean }): Promise<AnalysedFrame | undefined>;
}

/** The share of the rows that is fingerprinted: where the face is, and a sensor's noise never repeats. A quarter of a millisecond. */
const FINGERPRINTED = 1 / 4;

function pixelsSha256({ pixels, width, height }: RgbImage): string {
  const rows = Math.ceil(height * FINGERPRINTED);
  const first = 3 * width * Math.floor((height - rows) / 2);
  return hash('sha256', pixels.subarray(first, first + 3 * width * rows), 'base64');
}

/** The analyst of the product. */
export function createFrameAnalyst(o: { readonly networks: FaceNetworks; readonly embedder: Embedder; readonly policy: FacePolicy }): FrameAnalyst {
  return {
    async analyse(jpeg, { tracked, searchAnew, eyes }) {
      const image = await decodeJpeg(jpeg, FRAME_LIMITS);
      if (image === undefined) return undefined;
      const { face, faces } = await observeFrame(o.networks, image, { policy: o.policy, tracked, searchAnew, eyes });
      return {
        face,
        faces,
        pixelsSha256: pixelsSha256(image),
        probe() {
          if (face === undefined) throw new TypeError('no face to compare');
          return probeFace(o, image, face);
        },
        cutFor(network) {
          if (face === undefined) throw new TypeError('no face to cut out');
          return network.cut(image, face.mesh);
        },
        forget: () => discard(image.pixels),
      };
    },
  };
}

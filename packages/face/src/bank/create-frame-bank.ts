import { decodeJpeg, FRAME_LIMITS } from '../engine/decode-jpeg.ts';
import type { Probe } from '../compare/choose-probes.ts';
import { createFusionEmbedder } from '../embed/fusion-embedder.ts';
import type { Portrait } from '../engine/decode-portrait.ts';
import type { FrameAnalyst } from '../engine/frame-analyst.ts';
import { loadNetworks } from '../engine/load-networks.ts';
import type { RgbImage } from '../image/rgb-image.ts';
import type { FaceObservation } from '../liveness/frame-observation.ts';
import type { FaceMesh } from '../mesh/landmarks.ts';
import type { FacePolicy } from '../policy/face-policy.ts';
import { embedPortrait } from '../session/embed-portrait.ts';
import { FaceSession } from '../session/face-session.ts';
import { type ObservedFrame, observeFrame, probeFace } from '../session/observe-frame.ts';

/** A picture that many streams show. Equal keys are equal pictures. */
export interface BankedPicture {
  readonly key: string;
  jpeg(): Promise<Uint8Array>;
  /** What its pixels count as: pictures with the same are one picture that came again. Left out: one of its own, as a sensor's noise makes it. */
  readonly sameAs?: string | undefined;
}

export interface FrameBank {
  /** Stands for a frame's file: sessions of this bank take it, nothing else does. Each is a file of its own. */
  file(picture: BankedPicture): Uint8Array;
  /** Where the points of the face are, if one is seen. */
  meshOf(picture: BankedPicture): Promise<FaceMesh | undefined>;
  openSession(portraitKey: string, portrait: () => Promise<Portrait>): Promise<FaceSession>;
  /** Distinct pictures that the networks looked at. */
  readonly analysed: number;
}

/**
 * Sessions of the product over pictures that are analysed once each by the product's own networks, so that thousands of
 * streams can be judged. Leaves out of a real stream: tracking from frame to frame (each picture is searched anew) and
 * fresh noise in each frame. For measuring only: nothing that runs a booth may use it.
 */
export async function createFrameBank(o: { readonly modelsDir: string; readonly policy: FacePolicy }): Promise<FrameBank> {
  const networks = await loadNetworks(o.modelsDir);
  const embedder = createFusionEmbedder(networks);
  const jpegs = new Map<string, Promise<Uint8Array>>();
  const observed = new Map<string, Promise<ObservedFrame | undefined>>();
  const probes = new Map<string, Promise<Probe>>();
  const portraits = new Map<string, ReturnType<typeof embedPortrait>>();
  const files = new Map<string, BankedPicture>();
  let serial = 0;

  const once = <T>(memory: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> => {
    const known = memory.get(key) ?? make();
    memory.set(key, known);
    return known;
  };
  const decode = async (picture: BankedPicture): Promise<RgbImage | undefined> => decodeJpeg(await once(jpegs, picture.key, () => picture.jpeg()), FRAME_LIMITS);
  const observe = (picture: BankedPicture): Promise<ObservedFrame | undefined> =>
    once(observed, picture.key, async () => {
      const image = await decode(picture);
      return image && observeFrame(networks, image, { policy: o.policy, tracked: undefined, searchAnew: true, eyes: true });
    });
  const probe = (picture: BankedPicture, face: FaceObservation): Promise<Probe> =>
    once(probes, picture.key, async () => probeFace({ networks, embedder, policy: o.policy }, (await decode(picture))!, face));
  const analyst: FrameAnalyst = {
    async analyse(token, { searchAnew, eyes }) {
      const name = Buffer.from(token).toString();
      const picture = files.get(name)!;
      files.delete(name);
      const seen = await observe(picture);
      if (seen === undefined) return undefined;
      return {
        face: seen.face && { ...seen.face, eyeOpening: eyes ? seen.face.eyeOpening : undefined },
        faces: searchAnew || seen.face === undefined ? seen.faces : undefined,
        pixelsSha256: picture.sameAs ?? name,
        // A copy: a session overwrites what it forgets.
        async probe() {
          const { embedding, weight } = await probe(picture, seen.face!);
          return { embedding: embedding.map((vector) => vector.slice()), weight };
        },
        cutFor() {
          throw new TypeError('a bank keeps no pictures: passive networks are measured on photographs');
        },
        forget: () => undefined,
      };
    },
  };
  return {
    file(picture) {
      const name = `picture ${++serial}`;
      files.set(name, picture);
      return Buffer.from(name);
    },
    meshOf: async (picture) => (await observe(picture))?.face?.mesh,
    async openSession(portraitKey, portrait) {
      const { check, reference } = await once(portraits, portraitKey, async () => embedPortrait(networks, embedder, await portrait(), o.policy));
      return new FaceSession({ analyst, embedder, passivePad: undefined, policy: o.policy, portraitCheck: check, reference: reference?.map((vector) => vector.slice()) });
    },
    get analysed() {
      return observed.size;
    },
  };
}

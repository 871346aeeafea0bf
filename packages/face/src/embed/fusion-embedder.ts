import type { Network } from '../engine/network.ts';
import { type Affine, fitSimilarity, type Point, regionToImage } from '../image/affine.ts';
import { crop, withMirrorImage } from '../image/crop.ts';
import type { RgbImage } from '../image/rgb-image.ts';
import { type FaceMesh, landmark, pointAt } from '../mesh/landmarks.ts';
import { meshRegion } from '../mesh/mesh-region.ts';
import type { Embedder, Embedding, EmbeddingRole } from './embedder.ts';
import { shippedEmbedder } from './embedder-identity.ts';
import { dot, unit, weightedMean } from './vectors.ts';

const DLIB_SIDE = 150;
const DLIB_PADDING = 0.25;
/** Mean positions of dlib's five landmarks in a unit face: left eye outer, inner, right eye outer, inner, nose base. @source dlib get_face_chip_details */
const DLIB_LANDMARKS: readonly Point[] = [
  [0.8595674595992, 0.2134981538014],
  [0.6460604764104, 0.2289674387677],
  [0.1205750620789, 0.2137274526848],
  [0.3340850613712, 0.2290642403242],
  [0.4901123135679, 0.6277975316475],
];
const DLIB_MESH_POINTS = [landmark.leftEyeOuter, landmark.leftEyeInner, landmark.rightEyeOuter, landmark.rightEyeInner, landmark.noseBase];

const FACERES_SIDE = 224;
/** The training crops' margin around the face, and their centre above the mesh's. */
const FACERES_MARGIN = 1.2;
const FACERES_SHIFT_UP = 0.1;
/** Channel means of VGGFace2 training, BGR. The library that ships the weights forgets them and loses two points of accuracy. */
const FACERES_MEAN_BGR: readonly [number, number, number] = [-103.939, -116.779, -123.68];

/**
 * Mean and deviation of impostor cosines on LFW view 2 (3,000 pairs), which bring both networks to one scale, and what
 * each then counts: the second one half (docs/decisions/0133).
 */
const PARTS = [
  { mean: 0.8386, deviation: 0.0346, weight: 1 },
  { mean: 0.369, deviation: 0.0705, weight: 0.5 },
] as const;

/** Each network's own standardised score, for fitting their weights. */
export const FUSION_PARTS: readonly Pick<Embedder, 'compare'>[] = PARTS.map((_, part) => ({ compare: (a: Embedding, b: Embedding) => standardised(a, b, part) }));

/**
 * dlib's ResNet and HSE's faceres; the score is the weighted sum of standardised cosines. A reference is embedded with
 * its mirror image and both are added; a probe as it is, since the mean over several frames gains nothing more by it and
 * each would take twice as long (docs/decisions/0146).
 */
export function createFusionEmbedder(o: { readonly faceRecognition: Network; readonly faceres: Network }): Embedder {
  const oneSide = async (network: Network, input: Float32Array, side: number): Promise<Float32Array> => {
    const whole = (await network.run(input, side))['embedding']!;
    const embedding = unit(whole);
    whole.fill(0);
    return embedding;
  };
  const bothSides = async (network: Network, input: Float32Array, side: number, unitFirst: boolean): Promise<Float32Array> => {
    const all = (await network.run(withMirrorImage(input, side), side, 2))['embedding']!;
    const halves = [all.subarray(0, all.length / 2), all.subarray(all.length / 2)];
    const parts = unitFirst ? halves.map(unit) : halves;
    const total = sum(parts);
    const embedding = unit(total);
    for (const used of [all, total, ...parts]) used.fill(0);
    return embedding;
  };
  return {
    ...shippedEmbedder,
    async embed(image: RgbImage, mesh: FaceMesh, role: EmbeddingRole): Promise<Embedding> {
      const dlib = crop(image, dlibAlignment(mesh), DLIB_SIDE, { factor: 1, offset: [0, 0, 0], order: 'rgb' });
      const region = regionToImage(meshRegion(mesh, FACERES_MARGIN, FACERES_SHIFT_UP), FACERES_SIDE);
      const faceres = crop(image, region, FACERES_SIDE, { factor: 1, offset: FACERES_MEAN_BGR, order: 'bgr' });
      if (role === 'probe') return [await oneSide(o.faceRecognition, dlib, DLIB_SIDE), await oneSide(o.faceres, faceres, FACERES_SIDE)];
      return [await bothSides(o.faceRecognition, dlib, DLIB_SIDE, false), await bothSides(o.faceres, faceres, FACERES_SIDE, true)];
    },
    // Not brought back to unit length: the score with the mean is then the mean of the scores. A unit mean would score
    // higher with everybody, strangers too (FMR at the single-frame threshold 9e-5 → 1.2e-3 on LFW with four frames).
    average: (embeddings, weights = embeddings.map(() => 1)) => PARTS.map((_, part) => weightedMean(embeddings.map((e) => e[part]!), weights)),
    compare: (a, b) => PARTS.reduce((score, { weight }, part) => score + weight * standardised(a, b, part), 0),
  };
}

function standardised(a: Embedding, b: Embedding, part: number): number {
  const { mean, deviation } = PARTS[part]!;
  return (dot(a[part]!, b[part]!) - mean) / deviation;
}

function dlibAlignment(mesh: FaceMesh): Affine {
  const place = (v: number): number => ((DLIB_PADDING + v) / (2 * DLIB_PADDING + 1)) * DLIB_SIDE;
  return fitSimilarity(
    DLIB_LANDMARKS.map(([x, y]) => [place(x), place(y)]),
    DLIB_MESH_POINTS.map((i) => pointAt(mesh, i)),
  );
}

function sum(vectors: readonly Float32Array[]): Float32Array {
  const out = new Float32Array(vectors[0]!.length);
  for (const vector of vectors) for (let i = 0; i < out.length; i++) out[i]! += vector[i]!;
  return out;
}

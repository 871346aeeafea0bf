import type { Network } from '../engine/network.ts';
import { crop } from '../image/crop.ts';
import type { RgbImage } from '../image/rgb-image.ts';
import type { Point } from '../image/affine.ts';

/** A face as the detector sees it, in image pixels. */
export interface DetectedFace {
  readonly confidence: number;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  /** The person's right and left eye. */
  readonly eyes: readonly [Point, Point];
}

const SIDE = 256;
/** Candidates under this are noise; the caller's policy decides about the rest. */
const MIN_CONFIDENCE = 0.3;
const MAX_OVERLAP = 0.3;
const VALUES_PER_ANCHOR = 16;

/** Anchor centres: two per cell of a 16 × 16 grid, then six per cell of an 8 × 8 grid. */
const anchors: readonly Point[] = [
  { stride: 16, perCell: 2 },
  { stride: 32, perCell: 6 },
].flatMap(({ stride, perCell }) => {
  const cells = SIDE / stride;
  return Array.from({ length: cells * cells * perCell }, (_, i): Point => {
    const cell = Math.floor(i / perCell);
    return [stride * ((cell % cells) + 0.5), stride * (Math.floor(cell / cells) + 0.5)];
  });
});

type Candidate = readonly number[]; // confidence, left, top, right, bottom, right eye x, y, left eye x, y

/**
 * BlazeFace (back-camera model, 256 × 256) over the whole image, padded to a square. Overlapping candidates are blended
 * by confidence.
 * @returns every face with at least {@link MIN_CONFIDENCE}, most confident first
 */
export async function detectFaces(network: Network, image: RgbImage): Promise<readonly DetectedFace[]> {
  const square = Math.max(image.width, image.height);
  const scale = square / SIDE;
  const padX = (square - image.width) / 2;
  const padY = (square - image.height) / 2;
  const input = crop(image, [scale, 0, scale / 2 - 0.5 - padX, 0, scale, scale / 2 - 0.5 - padY], SIDE, { factor: 1 / 127.5, offset: [-1, -1, -1], order: 'rgb' });
  const out = await network.run(input, SIDE);
  const candidates: Candidate[] = [];
  const first = out['scores16']!.length;
  for (const [i, [anchorX, anchorY]] of anchors.entries()) {
    const fine = i < first;
    const logit = fine ? out['scores16']![i]! : out['scores8']![i - first]!;
    const confidence = 1 / (1 + Math.exp(-logit));
    if (confidence < MIN_CONFIDENCE) continue;
    const at = (fine ? i : i - first) * VALUES_PER_ANCHOR;
    const box = (fine ? out['boxes16']! : out['boxes8']!).subarray(at, at + VALUES_PER_ANCHOR);
    const x = (value: number): number => (value + anchorX) * scale - padX;
    const y = (value: number): number => (value + anchorY) * scale - padY;
    const [cx, cy, w, h, rightEyeX, rightEyeY, leftEyeX, leftEyeY] = box as unknown as [number, number, number, number, number, number, number, number];
    candidates.push([confidence, x(cx - w / 2), y(cy - h / 2), x(cx + w / 2), y(cy + h / 2), x(rightEyeX), y(rightEyeY), x(leftEyeX), y(leftEyeY)]);
  }
  candidates.sort((p, q) => q[0]! - p[0]!);
  const faces: Candidate[] = [];
  for (const best of candidates) {
    if (faces.some((face) => overlap(face, best) > MAX_OVERLAP)) continue;
    const group = candidates.filter((other) => overlap(best, other) > MAX_OVERLAP);
    const weight = group.reduce((sum, g) => sum + g[0]!, 0);
    faces.push(best.map((value, k) => (k === 0 ? value : group.reduce((sum, g) => sum + g[0]! * g[k]!, 0) / weight)));
  }
  return faces.map((f) => ({ confidence: f[0]!, left: f[1]!, top: f[2]!, right: f[3]!, bottom: f[4]!, eyes: [[f[5]!, f[6]!], [f[7]!, f[8]!]] }));
}

/** Intersection over union. */
function overlap(p: Candidate, q: Candidate): number {
  const width = Math.max(0, Math.min(p[3]!, q[3]!) - Math.max(p[1]!, q[1]!));
  const height = Math.max(0, Math.min(p[4]!, q[4]!) - Math.max(p[2]!, q[2]!));
  const both = width * height;
  const area = (c: Candidate): number => (c[3]! - c[1]!) * (c[4]! - c[2]!);
  return both / (area(p) + area(q) - both);
}

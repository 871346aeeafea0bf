import type { RgbImage } from '../image/rgb-image.ts';
import { distance, type FaceMesh, landmark, pointAt } from '../mesh/landmarks.ts';
import { type CaptureQuality, type FaceGeometry, measureCovering, type QualityComponents, qualityComponents, type SkinPatch } from '../quality/index.ts';

/** Forehead, both cheeks, both sides of the nose, its bridge and its tip: where glasses are not, and most beards are not. */
const SKIN = [151, 50, 280, 205, 425, 195, 4];
/** Of the distance between the outer corners of the eyes. */
const PATCH_RADIUS = 0.04;

/** Between the eyes' centres, pixels. */
export const interEyePx = (mesh: FaceMesh): number =>
  // Half outer and half inner corners.
  (distance(mesh, landmark.rightEyeOuter, landmark.leftEyeOuter) + distance(mesh, landmark.rightEyeInner, landmark.leftEyeInner)) / 2;

/** The components of a face whose mesh is known, from what was measured of it. */
export function assessFace(image: RgbImage, mesh: FaceMesh, quality: CaptureQuality, face: Omit<FaceGeometry, 'covering' | 'interEyePx'>): QualityComponents {
  const radius = PATCH_RADIUS * distance(mesh, landmark.rightEyeOuter, landmark.leftEyeOuter);
  const patches = SKIN.map((i): SkinPatch => {
    const [x, y] = pointAt(mesh, i);
    return { x, y, radius };
  });
  return qualityComponents(quality, { ...face, covering: measureCovering({ ...image, channels: 3 }, patches), interEyePx: interEyePx(mesh) });
}

import { distance, type FaceMesh, landmark } from '../mesh/landmarks.ts';

/** Ratios that a mouth changes with. They differ between people: use differences to the person's own neutral face. */
export interface MouthMeasure {
  /** Lip distance over mouth width: about 0.05 closed, 0.4 and more wide open. */
  readonly opening: number;
  /** Mouth width over the distance of the outer eye corners: grows with a smile. */
  readonly width: number;
}

export function measureMouth(mesh: FaceMesh): MouthMeasure {
  const width = distance(mesh, landmark.rightMouthCorner, landmark.leftMouthCorner);
  return {
    opening: distance(mesh, landmark.upperLip, landmark.lowerLip) / width,
    width: width / distance(mesh, landmark.rightEyeOuter, landmark.leftEyeOuter),
  };
}

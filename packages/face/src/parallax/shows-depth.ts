import type { FacePolicy } from '../policy/face-policy.ts';
import type { Parallax } from './measure-parallax.ts';

/**
 * Whether a face that reads as turned moved as a head does: against itself, with a nose, and getting narrower by about as
 * much as it reads turned. A bent print has to be turned twice as far until it reads as turned, and is then much narrower.
 * @param turnDeg from rest, as the pose reads; positive turns the nose to the image's right
 */
export function showsDepth(parallax: Parallax, turnDeg: number, { thresholds: t }: FacePolicy): boolean {
  const noseShift = Math.sign(turnDeg) * parallax.noseShift;
  const narrowing = parallax.foreshortening / Math.cos((turnDeg * Math.PI) / 180);
  // Said so that a measure that is no number shows none.
  return parallax.residual >= t.parallaxResidual.value && noseShift >= t.noseShift.value && narrowing >= t.turnNarrowing.value;
}

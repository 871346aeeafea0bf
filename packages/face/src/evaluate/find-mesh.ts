import { type DetectedFace, detectFaces } from '../detect/detect-faces.ts';
import type { FaceNetworks } from '../engine/load-networks.ts';
import type { RgbImage } from '../image/rgb-image.ts';
import { fitMesh, nextRegion, regionOfDetection } from '../mesh/fit-mesh.ts';
import type { FaceMesh } from '../mesh/landmarks.ts';
import { detectionLimits } from './detection-limits.ts';

export type NoFaceCode = 'FACE_NOT_FOUND' | 'FACE_MULTIPLE';

/**
 * Where the face of a photograph is.
 * @param whose `only`: refused when there is a second face, as in a booth; `middle`: the face nearest the middle
 */
export async function findMesh(networks: Pick<FaceNetworks, 'detector' | 'mesh'>, image: RgbImage, whose: 'only' | 'middle'): Promise<FaceMesh | NoFaceCode> {
  const { faceConfidence, facePresence, secondFaceSize } = detectionLimits;
  const height = (face: DetectedFace): number => face.bottom - face.top;
  const offMiddle = (face: DetectedFace): number => Math.hypot((face.left + face.right - image.width) / 2, (face.top + face.bottom - image.height) / 2);
  const found = (await detectFaces(networks.detector, image)).filter((face) => face.confidence >= faceConfidence);
  const [face, ...others] = found.toSorted(whose === 'middle' ? (a, b) => offMiddle(a) - offMiddle(b) : (a, b) => height(b) - height(a));
  if (face === undefined) return 'FACE_NOT_FOUND';
  if (whose === 'only' && others.some((other) => height(other) >= secondFaceSize * height(face))) return 'FACE_MULTIPLE';
  const rough = await fitMesh(networks.mesh, image, regionOfDetection(face));
  const { mesh, presence } = await fitMesh(networks.mesh, image, nextRegion(rough.mesh));
  return presence < facePresence ? 'FACE_NOT_FOUND' : mesh;
}

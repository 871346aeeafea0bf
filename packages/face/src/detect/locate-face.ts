import type { Network } from '../engine/network.ts';
import type { RgbImage } from '../image/rgb-image.ts';
import { type FittedMesh, fitMesh, nextRegion, regionOfDetection } from '../mesh/fit-mesh.ts';
import type { FaceMesh } from '../mesh/landmarks.ts';
import { type DetectedFace, detectFaces } from './detect-faces.ts';

export interface LocatedFace extends FittedMesh {
  /** Faces at least `secondFaceSize` as high as the largest; undefined when the detector was not run. */
  readonly faces: number | undefined;
}

interface Networks {
  readonly detector: Network;
  readonly mesh: Network;
}

/**
 * Finds the largest face and fits its mesh. With the mesh of the frame before, only the mesh network runs (tracking)
 * unless that loses the face.
 * @param o.tracked the mesh of the frame before, if there was one
 * @param o.searchAnew run the detector although the face is tracked, to see whether another one came in
 */
export async function locateFace(
  networks: Networks,
  image: RgbImage,
  o: { readonly tracked: FaceMesh | undefined; readonly searchAnew: boolean; readonly minPresence: number; readonly minConfidence: number; readonly secondFaceSize: number },
): Promise<LocatedFace | undefined> {
  let faces: number | undefined;
  let found: readonly DetectedFace[] | undefined;
  const search = async (): Promise<readonly DetectedFace[]> => {
    const height = (face: DetectedFace): number => face.bottom - face.top;
    const all = (await detectFaces(networks.detector, image)).filter((face) => face.confidence >= o.minConfidence).sort((p, q) => height(q) - height(p));
    return all.filter((face) => height(face) >= o.secondFaceSize * height(all[0]!));
  };
  if (o.searchAnew) {
    found = await search();
    faces = found.length;
  }
  if (o.tracked !== undefined) {
    const fitted = await fitMesh(networks.mesh, image, nextRegion(o.tracked));
    if (fitted.presence >= o.minPresence) return { ...fitted, faces };
  }
  found ??= await search();
  const [largest] = found;
  if (largest === undefined) return undefined;
  const rough = await fitMesh(networks.mesh, image, regionOfDetection(largest));
  const fitted = await fitMesh(networks.mesh, image, nextRegion(rough.mesh));
  return fitted.presence >= o.minPresence ? { ...fitted, faces: found.length } : undefined;
}

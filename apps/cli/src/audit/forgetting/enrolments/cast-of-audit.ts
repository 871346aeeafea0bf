import { type Citizen, castSeeds, createCitizen, loadCanonicalMesh, type RgbImage } from '@visavis/specimen';

/** Faces, drawn before anybody enrols: to draw one takes a second in which nothing else happens here. */
export interface Face {
  readonly citizen: Citizen;
  readonly photograph: RgbImage;
}

/** @param most how many at most; names and portraits are made anew for each enrolment, faces are not */
export function drawFaces(most: number): Face[] {
  const mesh = loadCanonicalMesh();
  return castSeeds.slice(0, most).map((seed) => {
    const citizen = createCitizen({ seed, mesh });
    return { citizen, photograph: citizen.renderPortrait() };
  });
}

import { CATALOGUE_RELEASED, modelCatalogue } from '../models/model-catalogue.ts';
import { contentSha256 } from '../policy/content-sha256.ts';

/** Which embedder made a score: what a policy and its evidence have to be of. */
export interface EmbedderIdentity {
  readonly id: string;
  /** Of the one network's file, or of the list of files where there are several. */
  readonly sha256: string;
  readonly licence: string;
  /** ISO date: evidence that is older is of something else. */
  readonly released: string;
}

const { faceRecognition, faceres } = modelCatalogue;

/** The embedder that ships. Whoever changes a crop, a weight or the score gives it a new id: its files stay the same. */
export const shippedEmbedder: EmbedderIdentity = {
  id: 'fusion-v3',
  sha256: contentSha256({ faceRecognition: faceRecognition.sha256, faceres: faceres.sha256 }),
  licence: 'CC0-1.0 (dlib-models) and Apache-2.0 (HSE_FaceRec)',
  released: CATALOGUE_RELEASED,
};

import type { RgbImage } from '../image/rgb-image.ts';
import type { FaceMesh } from '../mesh/landmarks.ts';
import type { EmbedderIdentity } from './embedder-identity.ts';

/** A document's portrait, or a frame that is compared with it. */
export type EmbeddingRole = 'reference' | 'probe';

/** What a face looks like to an embedder: one vector per network, of unit length or the mean of such. Personal data of the strictest kind; never leaves the process. */
export type Embedding = readonly Float32Array[];

/**
 * The slot for a face recognition method. Scores of different embedders mean different things: a policy's comparison
 * threshold names the embedder it was measured with, and the engine refuses another.
 */
export interface Embedder extends EmbedderIdentity {
  /**
   * Aligns the face as the networks were trained to see it, and runs them.
   * @param role a reference is made once and may take longer; error rates hold for a reference against a probe
   */
  embed(image: RgbImage, mesh: FaceMesh, role: EmbeddingRole): Promise<Embedding>;
  /**
   * Stands for several embeddings of what is held to be one person: its score is the mean of theirs.
   * @param weights one for each, positive; equal ones when left out
   */
  average(embeddings: readonly Embedding[], weights?: readonly number[]): Embedding;
  /** Comparison score: higher is more alike. */
  compare(a: Embedding, b: Embedding): number;
}

import type { RgbImage } from '../image/rgb-image.ts';
import type { FaceMesh } from '../mesh/landmarks.ts';

/** What a face looks like to an embedder: one vector per network, of unit length or the mean of such. Personal data of the strictest kind; never leaves the process. */
export type Embedding = readonly Float32Array[];

/**
 * The slot for a face recognition method. Scores of different embedders mean different things: a policy's comparison
 * threshold names the embedder it was measured with, and the engine refuses another.
 */
export interface Embedder {
  readonly id: string;
  embed(image: RgbImage, mesh: FaceMesh): Promise<Embedding>;
  /** Stands for several embeddings of what is held to be one person: its score is the mean of theirs. */
  average(embeddings: readonly Embedding[]): Embedding;
  /** Comparison score: higher is more alike. */
  compare(a: Embedding, b: Embedding): number;
}

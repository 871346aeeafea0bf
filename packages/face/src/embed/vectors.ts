/** Cosines and means of embeddings. */

export function dot(a: Float32Array, b: Float32Array): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i]! * b[i]!;
  return total;
}

/** @param weights one for each vector; only their ratios count */
export function weightedMean(vectors: readonly Float32Array[], weights: readonly number[]): Float32Array {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const out = new Float32Array(vectors[0]!.length);
  for (const [k, vector] of vectors.entries()) for (let i = 0; i < out.length; i++) out[i]! += (vector[i]! * weights[k]!) / total;
  return out;
}

export function unit(vector: Float32Array): Float32Array {
  const length = Math.sqrt(dot(vector, vector));
  return vector.map((v) => v / length);
}

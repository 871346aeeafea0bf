import type { Embedder } from '../embed/embedder.ts';
import type { EmbeddedPhotograph } from './create-photograph-embedder.ts';

/** Comparison scores of pairs whose truth is known (ISO/IEC 19795-1: mated and non-mated). */
export interface LabelledScores {
  readonly genuine: Float64Array;
  /** Index of the person of each genuine score, so that intervals can be drawn over people. */
  readonly genuinePerson: Int32Array;
  readonly impostor: Float64Array;
}

/**
 * One photograph against one, the earlier as the reference. Genuine: all pairs within a person. Impostors: one photograph per person (the first),
 * every pair of people, so that nobody counts more than others.
 */
export function scorePhotographs(people: readonly (readonly EmbeddedPhotograph[])[], embedder: Pick<Embedder, 'compare'>): LabelledScores {
  const genuine: number[] = [];
  const owners: number[] = [];
  for (const [p, photographs] of people.entries())
    for (let i = 0; i < photographs.length; i++)
      for (let j = i + 1; j < photographs.length; j++) {
        genuine.push(embedder.compare(photographs[i]!.reference, photographs[j]!.probe));
        owners.push(p);
      }
  const firsts = people.flatMap((photographs) => photographs.slice(0, 1));
  const impostor = new Float64Array((firsts.length * (firsts.length - 1)) / 2);
  let at = 0;
  for (let i = 0; i < firsts.length; i++) for (let j = i + 1; j < firsts.length; j++) impostor[at++] = embedder.compare(firsts[i]!.reference, firsts[j]!.probe);
  return { genuine: Float64Array.from(genuine), genuinePerson: Int32Array.from(owners), impostor };
}

/**
 * One photograph against the mean of exactly `k` others of one person, as a booth compares a portrait with a stream.
 * Genuine: each of the first k + 1 photographs of a person against the rest of them. Impostors: the first photograph of
 * every other person against the mean of a person's first k. Photographs of different days: frames of one video are more
 * alike, so this is the best that means can give.
 */
export function scoreAgainstMeans(people: readonly (readonly EmbeddedPhotograph[])[], k: number, embedder: Pick<Embedder, 'compare' | 'average'>): LabelledScores {
  const genuine: number[] = [];
  const owners: number[] = [];
  const impostor: number[] = [];
  for (const [p, photographs] of people.entries()) {
    if (photographs.length <= k) continue;
    const used = photographs.slice(0, k + 1);
    for (const [r, { reference }] of used.entries()) {
      genuine.push(embedder.compare(reference, embedder.average(used.filter((_, i) => i !== r).map(({ probe }) => probe))));
      owners.push(p);
    }
    const mean = embedder.average(photographs.slice(0, k).map(({ probe }) => probe));
    for (const [q, other] of people.entries()) if (q !== p && other.length > 0) impostor.push(embedder.compare(other[0]!.reference, mean));
  }
  return { genuine: Float64Array.from(genuine), genuinePerson: Int32Array.from(owners), impostor: Float64Array.from(impostor) };
}

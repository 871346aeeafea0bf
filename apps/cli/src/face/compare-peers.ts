import { type FoldPairs, pairAccuracy, type PhotographEmbedder } from '@visavis/face/evaluate';
import type { EmbeddedPeople } from './embed-people.ts';
import { drawnFolds, scoreFold } from './measure-recognition.ts';
import type { Person } from './read-people.ts';

/**
 * Pair accuracy of the libraries whose weights the product uses, as they ship, and the product's on the same pairs.
 * @param pairsEach mated pairs of each fold, and as many non-mated: the first of them
 */
export async function comparePeers(people: readonly Person[], embedded: Pick<EmbeddedPeople, 'photographs'>, { embedder }: Pick<PhotographEmbedder, 'embedder'>, pairsEach: number, folds: readonly FoldPairs[] = drawnFolds(embedded)) {
  // Here and not above: the libraries are for development, and whoever only runs the product has none of them.
  const { measurePeers } = await import('../bench/face/measure-peers.ts');
  const some = folds.map(({ genuine, impostor }) => ({ genuine: genuine.slice(0, pairsEach), impostor: impostor.slice(0, pairsEach) }));
  return {
    pairs: some.reduce((sum, { genuine, impostor }) => sum + genuine.length + impostor.length, 0),
    own: pairAccuracy(some.map((fold) => scoreFold(fold, embedded, embedder))),
    peers: await measurePeers(some, ([person, photograph]) => people[person]!.files[photograph]!),
  };
}

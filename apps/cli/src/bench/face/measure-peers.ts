import { type FoldPairs, pairAccuracy, type Photograph } from '@visavis/face/evaluate';
import { askChild } from '../../system/ask-child.ts';
import type { PairsToScore, PeerScores } from './peer-scores.ts';

/** Pair accuracy of a library as it ships, on the pairs in whose photographs it found a face. */
export interface PeerAccuracy {
  readonly name: string;
  readonly accuracy: number;
  readonly se: number;
  readonly pairs: number;
  /** Pairs that count in no accuracy: a face was not found in one of both. */
  readonly pairsWithoutFace: number;
  readonly photographs: number;
  readonly photographsWithoutFace: number;
}

const PEERS = [
  { name: '@vladmandic/human', program: new URL('human-scores.ts', import.meta.url) },
  { name: '@vladmandic/face-api', program: new URL('face-api-scores.ts', import.meta.url) },
] as const;

/**
 * The libraries whose weights the product uses, with their own detection, description and likeness, on these pairs.
 * @param fileOf where a photograph lies
 */
export async function measurePeers(folds: readonly FoldPairs[], fileOf: (photograph: Photograph) => string): Promise<readonly PeerAccuracy[]> {
  const places = new Map<string, number>();
  const at = (photograph: Photograph): number => {
    const file = fileOf(photograph);
    const place = places.get(file) ?? places.size;
    places.set(file, place);
    return place;
  };
  const labelled = folds.flatMap(({ genuine, impostor }, fold) => [...genuine.map((pair) => ({ fold, mated: true, pair })), ...impostor.map((pair) => ({ fold, mated: false, pair }))]);
  const pairs = labelled.map(({ pair: [one, other] }) => [at(one), at(other)] as const);
  const work: PairsToScore = { files: [...places.keys()], pairs };
  const measured: PeerAccuracy[] = [];
  for (const { name, program } of PEERS) {
    const { scores, photographsWithoutFace } = await askChild<PeerScores>(program, work);
    const scoresOf = (fold: number, mated: boolean): number[] => labelled.flatMap((one, i) => (one.fold === fold && one.mated === mated && scores[i] !== null ? [scores[i]!] : []));
    const missed = scores.filter((score) => score === null).length;
    measured.push({ name, ...pairAccuracy(folds.map((_, fold) => ({ genuine: scoresOf(fold, true), impostor: scoresOf(fold, false) }))), pairs: pairs.length - missed, pairsWithoutFace: missed, photographs: work.files.length, photographsWithoutFace });
  }
  return measured;
}

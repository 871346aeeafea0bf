import { drawFolds, type FoldPairs, type FoldScores, type LabelledScores, operatingPoints, type OperatingPoint, pairAccuracy, type PhotographEmbedder, scoreAgainstMeans, scorePhotographs } from '@visavis/face/evaluate';
import type { EmbeddedPeople } from './embed-people.ts';
import { seededRandom } from './seeded-random.ts';

/** 1e-5 is shown and not relied on: of a million and a half pairs, fifteen. */
const FMRS = [1e-2, 1e-3, 1e-4, 1e-5] as const;
/** Photographs that a portrait is held against, as a mean. */
export const MEANS_OF = [2, 3, 4] as const;
/** Fewer people with so many photographs say nothing of a mean of them. */
const LEAST_PEOPLE = 10;
type Embedder = PhotographEmbedder['embedder'];

const FOLDS_SEED = 1;
const INTERVAL_SEED = 2;

export interface RecognitionMeasured {
  readonly people: number;
  readonly images: number;
  readonly failuresToDetect: number;
  /** By code. */
  readonly failures: Readonly<Record<string, number>>;
  readonly embedder: string;
  readonly genuinePairs: number;
  readonly impostorPairs: number;
  readonly single: readonly OperatingPoint[];
  readonly multi: readonly ({ readonly k: number; readonly genuine: number; readonly impostor: number } & OperatingPoint)[];
  readonly view2?: { readonly accuracy: number; readonly se: number };
  readonly view2Folds?: 'drawn' | 'file';
}

/** What was measured, and the scores that it was measured by, for curves. */
export interface MeasuredScores {
  readonly report: RecognitionMeasured;
  readonly single: LabelledScores;
  readonly multi: ReadonlyMap<number, LabelledScores>;
}

/**
 * Error rates of 1:1 comparison on labelled photographs: each pair's truth is known beforehand, nobody is looked for.
 * @param folds of a pairs file; left out, ten are drawn from a fixed seed
 */
export function measureRecognition(embedded: EmbeddedPeople, { embedder }: PhotographEmbedder, folds?: readonly FoldPairs[]): MeasuredScores {
  const random = seededRandom(INTERVAL_SEED);
  const people = embedded.photographs.map((own) => own.flatMap((photograph) => (photograph === undefined ? [] : [photograph])));
  const single = scorePhotographs(people, embedder);
  const multi = new Map(MEANS_OF.filter((k) => people.filter((own) => own.length > k).length >= LEAST_PEOPLE).map((k) => [k, scoreAgainstMeans(people, k, embedder)] as const));
  const foldScores = (folds ?? drawnFolds(embedded)).map((fold) => scoreFold(fold, embedded, embedder)).filter(({ genuine }) => genuine.length > 0);
  return {
    report: {
      people: embedded.photographs.length,
      images: embedded.images,
      failuresToDetect: embedded.failures['FACE_NOT_FOUND'] ?? 0,
      failures: embedded.failures,
      embedder: embedder.id,
      genuinePairs: single.genuine.length,
      impostorPairs: single.impostor.length,
      single: operatingPoints(single, FMRS, random),
      multi: [...multi].flatMap(([k, scores]) => operatingPoints(scores, FMRS, random).map((point) => ({ k, genuine: scores.genuine.length, impostor: scores.impostor.length, ...point }))),
      ...(foldScores.length > 1 && { view2: pairAccuracy(foldScores), view2Folds: folds === undefined ? ('drawn' as const) : ('file' as const) }),
    },
    single,
    multi,
  };
}

/** Ten, as LFW's View 2 has them, from a fixed seed. */
export const drawnFolds = ({ photographs }: Pick<EmbeddedPeople, 'photographs'>): readonly FoldPairs[] => drawFolds(photographs.map(({ length }) => length), seededRandom(FOLDS_SEED));

export function scoreFold({ genuine, impostor }: FoldPairs, { photographs }: Pick<EmbeddedPeople, 'photographs'>, embedder: Embedder): FoldScores {
  const scoresOf = (list: FoldPairs['genuine']): number[] =>
    list.map(([[p, i], [q, j]]) => {
      const [one, other] = [photographs[p]![i], photographs[q]![j]];
      // Whoever was not acquired is not recognised: neither as themselves nor as another.
      return one === undefined || other === undefined ? Number.NEGATIVE_INFINITY : embedder.compare(one.reference, other.probe);
    });
  return { genuine: scoresOf(genuine), impostor: scoresOf(impostor) };
}

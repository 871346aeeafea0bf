const FOLDS = 10;
const PAIRS_EACH = 300;

/** A photograph: which person, which of theirs. */
export type Photograph = readonly [person: number, photograph: number];
export interface FoldPairs {
  readonly genuine: readonly (readonly [Photograph, Photograph])[];
  readonly impostor: readonly (readonly [Photograph, Photograph])[];
}

/**
 * Draws ten folds of 300 mated and 300 non-mated pairs as LFW's View 2 has them: no person in two folds, no pair twice.
 * A fold with fewer mated pairs than that takes all it has, and as many non-mated ones.
 * @param photographs how many each person has
 * @param random uniform in [0, 1)
 */
export function drawFolds(photographs: readonly number[], random: () => number): readonly FoldPairs[] {
  const order = shuffle(photographs.map((_, i) => i), random);
  return Array.from({ length: FOLDS }, (_, fold) => {
    const people = order.filter((_person, at) => at % FOLDS === fold);
    const mated = people.flatMap((p) => pairs(photographs[p]!).map(([i, j]) => [[p, i], [p, j]] as const));
    const genuine = shuffle(mated, random).slice(0, PAIRS_EACH);
    const drawn = new Map<string, readonly [Photograph, Photograph]>();
    const possible = people.filter((p) => photographs[p]! > 0);
    while (drawn.size < genuine.length && possible.length > 1) {
      const [p, q] = [pick(possible, random), pick(possible, random)];
      if (p === q) continue;
      const pair = [[p, Math.floor(random() * photographs[p]!)], [q, Math.floor(random() * photographs[q]!)]] as const;
      drawn.set([...pair].map(String).sort().join(' '), pair);
    }
    return { genuine, impostor: [...drawn.values()] };
  });
}

const pairs = (n: number): (readonly [number, number])[] => Array.from({ length: n }, (_, i) => Array.from({ length: n - i - 1 }, (_unused, j) => [i, i + j + 1] as const)).flat();
const pick = <T>(list: readonly T[], random: () => number): T => list[Math.floor(random() * list.length)]!;

function shuffle<T>(list: readonly T[], random: () => number): T[] {
  const out = [...list];
  for (let i = out.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [out[i], out[j]] = [out[j]!, out[i]!];
  }
  return out;
}

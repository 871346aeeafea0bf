import { answerParent } from '../../system/ask-child.ts';
import { readPhotograph } from '../../face/embed-people.ts';

/** Photographs, and which of them are held against which. */
export interface PairsToScore {
  readonly files: readonly string[];
  readonly pairs: readonly (readonly [one: number, other: number])[];
}

/** Higher is more alike; null where a face was not found in one of both. */
export interface PeerScores {
  readonly scores: readonly (number | null)[];
  readonly photographsWithoutFace: number;
}

/** Runs in a process of its own that one library alone uses: describes each photograph once, and scores the pairs. */
export function scorePairs<Description>(prepare: () => Promise<{ readonly describe: (file: Uint8Array) => Promise<Description | undefined>; readonly likeness: (one: Description, other: Description) => number }>): Promise<void> {
  return answerParent<PeerScores>(async () => {
    const { describe, likeness } = await prepare();
    return async ({ files, pairs }: PairsToScore) => {
      const described: (Description | undefined)[] = [];
      for (const file of files) {
        const bytes = await readPhotograph(file);
        described.push(bytes && (await describe(bytes)));
        if (described.length % 100 === 0) console.error(`${described.length} of ${files.length} photographs`);
      }
      return {
        scores: pairs.map(([i, j]) => {
          const [one, other] = [described[i], described[j]];
          return one === undefined || other === undefined ? null : likeness(one, other);
        }),
        photographsWithoutFace: described.filter((one) => one === undefined).length,
      };
    };
  });
}

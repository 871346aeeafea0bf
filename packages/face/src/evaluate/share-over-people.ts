import { wilsonInterval } from './wilson-interval.ts';

/** Of one person's comparisons, how many were accepted. */
export interface OwnComparisons {
  readonly accepted: number;
  readonly all: number;
}

const RESAMPLES = 1000;

/**
 * A share with its 95 % interval by bootstrap over people, since photographs of one person are not independent. At 0 and
 * at 1 every resample is the same, which says nothing of how sure that is: there, Wilson score with people as trials.
 * @param random uniform in [0, 1): of a seed, so that a report can be made again
 */
export function shareOverPeople(people: readonly OwnComparisons[], random: () => number): { readonly tar: number; readonly low: number; readonly high: number } {
  const rate = (list: readonly OwnComparisons[]): number => list.reduce((sum, p) => sum + p.accepted, 0) / list.reduce((sum, p) => sum + p.all, 0);
  const tar = rate(people);
  if (tar === 0 || tar === 1) {
    const [low, high] = wilsonInterval(tar * people.length, people.length);
    return { tar, low, high };
  }
  const draws = Float64Array.from({ length: RESAMPLES }, () => rate(people.map(() => people[Math.floor(random() * people.length)]!))).toSorted();
  return { tar, low: draws[Math.floor(0.025 * RESAMPLES)]!, high: draws[Math.ceil(0.975 * RESAMPLES) - 1]! };
}

/** Each person's own, at a threshold. */
export function countByPerson({ genuine, genuinePerson }: { readonly genuine: Float64Array; readonly genuinePerson: Int32Array }, threshold: number): readonly OwnComparisons[] {
  const people = new Map<number, { accepted: number; all: number }>();
  for (const [i, score] of genuine.entries()) {
    const person = people.get(genuinePerson[i]!) ?? { accepted: 0, all: 0 };
    person.all++;
    if (score >= threshold) person.accepted++;
    people.set(genuinePerson[i]!, person);
  }
  return [...people.values()];
}

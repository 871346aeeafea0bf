import { type LabelledScores, measureRate, type PhotographEmbedder, scorePhotographs } from '@visavis/face/evaluate';
import { err, ok, type Result } from '@visavis/kernel';
import type { EmbeddedPeople } from './embed-people.ts';
import { faceCommandFaults } from './faults.ts';
import type { Person } from './read-people.ts';

export interface GroupRates {
  readonly group: string;
  readonly people: number;
  readonly genuine: number;
  readonly fnmr: number;
  readonly fnmr95: readonly [number, number];
  /** Strangers of the same group, who are taken for each other more easily than any two. */
  readonly impostor: number;
  readonly fmr: number;
  readonly fmr95: readonly [number, number];
}

/** Of whose people there are fewer, no rate is told. */
const LEAST_PEOPLE = 10;

/** One line `person,group` each: as people stated it themselves. Nothing is inferred from a picture. */
export function readGroups(text: string, people: readonly Person[]): Result<ReadonlyMap<number, string>> {
  const places = new Map(people.map(({ name }, at) => [name, at]));
  const groups = new Map<number, string>();
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const [, name, group] = /^([^,]+),([^,]{1,60})$/.exec(line.trim()) ?? [];
    const person = name === undefined ? undefined : places.get(name);
    if (person === undefined || group === undefined || groups.has(person)) return err(faceCommandFaults.fault('EVALUATION_GROUPS_MALFORMED', { line: at + 1 }));
    groups.set(person, group);
  }
  return ok(groups);
}

/** Both error rates within each group, at one threshold for all. */
export function measureGroups(embedded: EmbeddedPeople, { embedder }: PhotographEmbedder, groups: ReadonlyMap<number, string>, threshold: number): readonly GroupRates[] {
  return [...new Set(groups.values())].toSorted().flatMap((group) => {
    const people = [...groups].filter(([, of]) => of === group).map(([person]) => embedded.photographs[person]!.flatMap((p) => (p === undefined ? [] : [p])));
    const scores: LabelledScores = scorePhotographs(people, embedder);
    if (people.length < LEAST_PEOPLE || scores.genuine.length === 0) return [];
    const refused = scores.genuine.filter((score) => score < threshold).length;
    const matched = scores.impostor.filter((score) => score >= threshold).length;
    const [fnmr, fmr] = [measureRate(refused, scores.genuine.length), measureRate(matched, scores.impostor.length)];
    return [{ group, people: people.length, genuine: fnmr.n, fnmr: fnmr.value, fnmr95: fnmr.interval95, impostor: fmr.n, fmr: fmr.value, fmr95: fmr.interval95 }];
  });
}

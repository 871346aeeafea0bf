import { basename } from 'node:path';
import type { FoldPairs, Photograph } from '@visavis/face/evaluate';
import { err, ok, type Result } from '@visavis/kernel';
import { faceCommandFaults } from './faults.ts';
import type { Person } from './read-people.ts';

/** More are no pairs file. */
const MAX_LINES = 1_000_000;

/**
 * LFW's `pairs.txt`: ten folds of mated, then non-mated pairs. A photograph is named by its person and its number, as in
 * `Name_0003.jpg`.
 */
export function readPairs(text: string, people: readonly Person[]): Result<readonly FoldPairs[]> {
  const malformed = (line: number) => err(faceCommandFaults.fault('EVALUATION_PAIRS_MALFORMED', { line }));
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const header = /^(\d{1,4})(?:\s+(\d{1,6}))?$/.exec(lines[0]?.trim() ?? '');
  if (header === null || lines.length > MAX_LINES) return malformed(1);
  // The development files give one number: a single fold.
  const [folds, each] = header[2] === undefined ? [1, Number(header[1])] : [Number(header[1]), Number(header[2])];
  if (lines.length !== 1 + 2 * folds * each) return malformed(lines.length);
  const places = new Map(people.flatMap(({ name, files }, person) => files.map((file, photograph): [string, Photograph] => [`${name} ${Number(/_(\d+)\.[^.]+$/.exec(basename(file))?.[1])}`, [person, photograph]])));
  const out: { genuine: [Photograph, Photograph][]; impostor: [Photograph, Photograph][] }[] = [];
  for (const [at, line] of lines.slice(1).entries()) {
    const fold = (out[Math.floor(at / (2 * each))] ??= { genuine: [], impostor: [] });
    const words = line.trim().split(/\s+/);
    const mated = at % (2 * each) < each;
    const [one, other] = mated && words.length === 3 ? [[words[0], words[1]], [words[0], words[2]]] : !mated && words.length === 4 ? [[words[0], words[1]], [words[2], words[3]]] : [];
    const pair = [one, other].map((place) => (place === undefined ? undefined : places.get(`${place[0]} ${Number(place[1])}`)));
    if (pair[0] === undefined || pair[1] === undefined) return malformed(at + 2);
    fold[mated ? 'genuine' : 'impostor'].push([pair[0], pair[1]]);
  }
  return ok(out);
}

import { describe, expect, it } from 'vitest';
import type { PatternKind } from '../search/pattern.ts';
import { judge } from './judge.ts';

const hit = (kind: PatternKind, place = 'memory: living booth') => ({ place, kind, count: 1 });
/** An audit that found nothing where nothing may be, and everything where it is. */
const HOLDS: Parameters<typeof judge>[0] = {
  hits: [],
  searched: [{ place: 'memory: server', bytes: 200_000_000, things: 1 }],
  notSearched: [{ place: 'swap', reason: 'there is none', shouldBe: false }],
  outcomes: { accepted: 8, refused: 6, aborted: 4, crashed: 2 },
  boothsEnded: true,
  livingBooth: [hit('portrait'), hit('frame'), hit('decodedPixels'), hit('embedding')],
  leakyServerFound: true,
  leakyDatabaseFound: true,
  mustBeSearched: ['memory: server'],
  patterns: { portrait: 10, name: 3 },
};

describe('an audit of the forgetting', () => {
  it('passes when nothing was found and the search is known to find', () => {
    expect(judge(HOLDS)).toEqual([]);
    expect(judge({ ...HOLDS, leakyDatabaseFound: undefined })).toEqual([]);
  });

  it.each<readonly [string, Partial<Parameters<typeof judge>[0]>, string]>([
    ['something was found', { hits: [hit('name', 'files: database')] }, 'name in files: database'],
    ['the living booth was not seen to hold an embedding', { livingBooth: [hit('portrait'), hit('frame'), hit('decodedPixels')] }, 'hold embedding'],
    ['the living booth was never held', { livingBooth: [] }, 'hold portrait, frame, decodedPixels, embedding'],
    ['a leak was missed', { leakyServerFound: false }, 'leaky server'],
    ['a row was missed', { leakyDatabaseFound: false }, 'database was not found'],
    ['a place could not be read', { notSearched: [{ place: 'files: state folder', reason: 'EACCES', shouldBe: true }] }, 'files: state folder (EACCES)'],
    ['the server was not read at all', { searched: [] }, 'nothing was read of memory: server'],
    ['nothing was looked for', { patterns: { portrait: 0 } }, 'no portrait to look for'],
    ['a booth lives on', { boothsEnded: false }, 'had not ended'],
    ['nobody was accepted', { outcomes: { accepted: 0, refused: 1, aborted: 0, crashed: 0 } }, 'nobody was accepted'],
    ['no booth crashed in a large one', { outcomes: { accepted: 18, refused: 1, aborted: 1, crashed: 0 } }, 'not every way'],
  ])('fails when %s', (_what, change, words) => {
    const failures = judge({ ...HOLDS, ...change });
    expect(failures).toHaveLength(1);
    expect(failures[0]).toContain(words);
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fuzzRandom } from './fuzz-random.ts';
import { fuzzSubjects } from './fuzz-subjects.ts';
import { mutate } from './mutate.ts';
import { judge, runFuzz } from './run-fuzz.ts';

const INPUTS = 50_000;
/** Nothing takes a tenth of it alone; a shared machine may stop us for longer. */
const MAX_INPUT_MS = 2000;
/** Beyond what the run itself holds. */
const MAX_GROWTH_MIB = 512;

const subjects = fuzzSubjects();
const source = join(import.meta.dirname, '..');

/** Functions with a parser's name that are not subjects of their own: by which subject strangers' bytes reach them. */
const REACHED_THROUGH: Readonly<Record<string, string>> = {
  readTlvHeader: 'readTlv',
  readSignatureAlgorithm: 'parseCertificate',
  readHash: 'parseEfSod',
  openDocument: 'readDocument',
  openByBac: 'readDocument',
  openByPace: 'readDocument',
  readHeads: 'readDocument',
  readPublicFile: 'readDocument',
};
/** A test's own, and commands. */
const NO_PARSERS = /^read(Recorded|Binary\w*)$/;

/** Exported functions that are named as parsers are. */
function parserNames(): readonly string[] {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.startsWith('fuzz'));
  return files.flatMap((file) => [...readFileSync(join(source, file), 'utf8').matchAll(/^export (?:async )?(?:function\*? |const )((?:parse|read|open|normalise|decode|import|unpad)[A-Z]\w*)/gm)].map((match) => match[1]!));
}

describe('fuzzing', () => {
  it('leaves no parser out', () => {
    const names = new Set(subjects.map(({ name }) => name.split(':')[0]!));
    const found = parserNames();
    expect(found.length).toBeGreaterThan(20);
    const left = found.filter((name) => !names.has(name) && !names.has(REACHED_THROUGH[name] ?? '') && !NO_PARSERS.test(name));
    expect(left, 'add them to fuzz-subjects.ts').toEqual([]);
    expect(Object.keys(REACHED_THROUGH).filter((name) => !found.includes(name)), 'no longer there').toEqual([]);
  });

  it.each(subjects.filter(({ acceptsSeeds }) => acceptsSeeds).map((subject) => [subject.name, subject] as const))('the honest twin: %s accepts its seeds', (_, subject) => {
    expect(subject.seeds.length).toBeGreaterThan(0);
    for (const seed of subject.seeds) expect(judge(subject, seed)).toEqual({ outcome: 'accepted' });
  });

  it('makes the same inputs from the same seed, and hardly ever the seed itself', () => {
    const { seeds } = subjects.find(({ name }) => name === 'parseEfSod')!;
    const hex = (index: number): string => Buffer.from(mutate(seeds, fuzzRandom(7, index))).toString('hex');
    const originals = new Set(seeds.map((seed) => Buffer.from(seed).toString('hex')));
    const inputs = Array.from({ length: 500 }, (_, i) => hex(i));
    expect(inputs.slice(0, 50)).toEqual(Array.from({ length: 50 }, (_, i) => hex(i)));
    expect(new Set(inputs).size).toBeGreaterThan(450);
    expect(inputs.filter((input) => originals.has(input)).length).toBeLessThan(50);
  });

  it('notices what it is there to notice', () => {
    const seeds = [Uint8Array.of(0x30, 2, 5, 0)];
    const run = (parse: (input: Uint8Array) => unknown, nowMs = () => 0) => runFuzz({ subjects: [{ name: 'planted', seeds, acceptsSeeds: true, weight: 1, parse }], seed: 1, from: 0, inputs: 30, maxInputMs: 5, nowMs }).findings[0]?.problem;
    expect(run(() => undefined)).toBeUndefined();
    expect(run(() => { throw new RangeError('planted'); })).toMatch(/^threw RangeError: planted/);
    expect(run(() => ({ ok: false, fault: { code: 'PLANTED' } }))).toBe('ended in the unknown code PLANTED');
    expect(run(() => ({ ok: false, fault: { code: 'PA_SOD_MALFORMED' } }))).toBeUndefined();
    expect(run(() => ({ checks: [{ check: 'planted', status: 'fail', code: 'PLANTED' }] }))).toBe('ended in the unknown code PLANTED');
    let ms = 0;
    expect(run(() => undefined, () => (ms += 10))).toBe('took 10 ms');
  });

  it(`${INPUTS} mutated inputs: none throws, hangs or grows, each is accepted or refused by a known code`, { timeout: 120_000 }, () => {
    const before = process.resourceUsage().maxRSS;
    const report = runFuzz({ subjects, seed: 20_261_127, from: 0, inputs: INPUTS, maxInputMs: MAX_INPUT_MS, nowMs: () => performance.now() });
    expect(report.findings).toEqual([]);
    expect((process.resourceUsage().maxRSS - before) / 1024).toBeLessThan(MAX_GROWTH_MIB);
    for (const { name } of subjects) {
      const outcomes = report.outcomes[name]!;
      const total = Object.values(outcomes).reduce((sum, n) => sum + n, 0);
      expect(total, `${name} was given nothing`).toBeGreaterThan(0);
      expect(outcomes['accepted'] ?? 0, `${name} refused nothing`).toBeLessThan(total);
    }
  });
});

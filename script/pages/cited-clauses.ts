import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** One place in the code that says by which clause it was written. */
export interface CitedClause {
  /** e.g. `ICAO 9303-11`; undefined: a source that is no standard. */
  readonly standard: string | undefined;
  /** e.g. `§4.4.3.4`; empty: the whole of it. */
  readonly clause: string;
  /** From the repository's root. */
  readonly file: string;
  /** What the comment stands before. */
  readonly name: string;
  /** From the repository's root: beside the file, else the tests that import it, else those of what imports it. */
  readonly tests: readonly string[];
}

const root = join(import.meta.dirname, '../..');
const STANDARD = /^(?:ICAO )?(9303-\d+)|^(RFC \d+|ISO\/IEC [\d-]+(?::\d+)?|ITU-T X\.\d+|NIST SP [\d-]+|SEC \d|WebAuthn Level \d|C2SP [\w-]+|OpenID Connect Core [\d.]+)/;
const MOST_TESTS = 3;

const files = (['packages', 'apps'] as const)
  .flatMap((folder) => readdirSync(join(root, folder)).map((room) => join(root, folder, room, 'src')))
  .flatMap((source) => readdirSync(source, { recursive: true, encoding: 'utf8' }).map((file) => join(source, file)))
  .filter((file) => /\.tsx?$/.test(file) && !file.includes('node_modules'))
  .sort();

/** By file: which files import it, of the same room. */
function importers(): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const file of files) {
    for (const [, path = ''] of readFileSync(file, 'utf8').matchAll(/\bfrom '(\.{1,2}\/[^']+)'/g)) {
      const imported = join(dirname(file), path);
      found.set(imported, [...(found.get(imported) ?? []), file]);
    }
  }
  return found;
}

const isTest = (file: string): boolean => /\.test\.tsx?$/.test(file);

/** The nearest tests: how many imports away they are counts, and a test beside the file before all. */
function testsOf(file: string, importedBy: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const beside = file.replace(/(\.tsx?)$/, '.test$1');
  if (files.includes(beside)) return [beside];
  const seen = new Set([file]);
  for (let ring = [file]; ring.length > 0; ) {
    const next = [...new Set(ring.flatMap((at) => importedBy.get(at) ?? []))].filter((at) => !seen.has(at));
    const tests = next.filter(isTest).sort();
    if (tests.length > 0) return tests.slice(0, MOST_TESTS);
    for (const at of next) seen.add(at);
    ring = next;
  }
  return [];
}

/** Every `@source` line of packages and apps, one entry for each clause that it names. */
export function citedClauses(): readonly CitedClause[] {
  const importedBy = importers();
  return files.filter((file) => !isTest(file)).flatMap((file) => {
    const text = readFileSync(file, 'utf8');
    return [...text.matchAll(/@source ([^\n]+?)(?: \*\/)?\n/g)].flatMap((match) => {
      const [, source = ''] = match;
      const after = text.slice(match.index);
      const name = /\*\/\s*(?:export )?(?:default )?(?:async )?(?:function\*?|const|class|interface|type) (\w+)/.exec(after)?.[1] ?? /\*\/\s*(?:readonly |static )*(\w+)/.exec(after)?.[1] ?? '';
      const tests = testsOf(file, importedBy).map((test) => relative(root, test));
      return readSource(source).map((cited) => ({ ...cited, file: relative(root, file), name, tests }));
    });
  });
}

/** `ICAO 9303-11 §5.1, §6.1; 9303-12 §7` → three clauses of two standards. */
export function readSource(source: string): readonly Pick<CitedClause, 'standard' | 'clause'>[] {
  const clauses: { standard: string | undefined; clause: string }[] = [];
  for (const part of source.split(/[,;] (?![a-z])| and (?=§)/)) {
    const match = STANDARD.exec(part);
    const last = clauses.at(-1);
    if (match !== null) clauses.push({ standard: match[1] === undefined ? match[2] : `ICAO ${match[1]}`, clause: part.slice(match[0].length).trim() });
    else if (last?.standard !== undefined && part.startsWith('§')) clauses.push({ standard: last.standard, clause: part });
    else if (last === undefined) clauses.push({ standard: undefined, clause: part });
    else last.clause = last.clause === '' ? part : `${last.clause}, ${part}`;
  }
  return clauses;
}

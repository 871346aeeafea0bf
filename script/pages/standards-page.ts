import { type CitedClause, citedClauses } from './cited-clauses.ts';

const inOrder = new Intl.Collator('en', { numeric: true }).compare;
const link = (file: string): string => `[${file.replace(/^packages\//, '').replace('/src/', '/')}](../${file})`;
/** Code that is wired in an app and tried there, over its own doors. */
const WHOLE_SYSTEM = 'the running system: [apps/server/test](../apps/server/test), [test/integration](../test/integration)';
/** Text that may stand in a table. */
const cell = (text: string): string => text.replaceAll('|', '\\|');

/** docs/standards.md */
export function standardsPage(): string {
  const clauses = citedClauses();
  const standards = [...new Set(clauses.flatMap(({ standard }) => standard ?? []))].sort((a, b) => Number(b.startsWith('ICAO')) - Number(a.startsWith('ICAO')) || inOrder(a, b));
  return `${[
    "<!-- Made by script/generate-docs.ts from the code's @source lines. Do not edit. -->",
    '# Clause → code → test',
    '',
    'For auditors: where in the code each clause of a standard is carried out, and which tests hold it there. Code says it',
    'itself, by a `@source` line; tests are those beside the file, else the nearest that import it. A clause that is missing',
    'here is not carried out, or is by code that does not say so: both are worth a question.',
    '',
    'For travel documents see also the [attacks](attacks-chip.md) that each clause must withstand, the worked examples of ICAO 9303-11',
    '(`packages/emrtd/src/crypto/icao9303-11.vectors.json`), and what is [not done](../packages/emrtd/README.md#what-it-does-not-do).',
    ...standards.flatMap((standard) => ['', `## ${standard}`, '', ...table(clauses.filter((cited) => cited.standard === standard))]),
    '',
    '## Other sources',
    '',
    ...table(clauses.filter(({ standard }) => standard === undefined)),
  ].join('\n')}\n`;
}

function table(clauses: readonly CitedClause[]): readonly string[] {
  const sorted = [...clauses].sort((a, b) => inOrder(a.clause, b.clause) || inOrder(a.file, b.file) || inOrder(a.name, b.name));
  return ['| clause | code | test |', '|---|---|---|', ...sorted.map(({ clause, file, name, tests }) => `| ${cell(clause === '' ? 'all' : clause)} | \`${name}\` in ${link(file)} | ${tests.length === 0 ? WHOLE_SYSTEM : tests.map(link).join(', ')} |`)];
}

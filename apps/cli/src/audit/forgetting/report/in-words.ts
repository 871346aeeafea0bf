import type { ForgettingReport } from './forgetting-report.ts';

const MIB = 1024 * 1024;

/** The report in plain words: what was done, what was found, what it shows and what it does not. */
export function inWords(report: ForgettingReport): string {
  const mib = (bytes: number): string => `${(bytes / MIB).toFixed(1).padStart(9)} MiB`;
  const list = (lines: readonly string[]): string => lines.map((line) => `  ${line}`).join('\n');
  const { accepted, refused, aborted, crashed } = report.outcomes;
  const patterns = Object.values(report.patterns).reduce((sum, n) => sum + n, 0);
  const controls = [
    `a living booth, held still in its middle: ${report.positiveControls.livingBooth ? 'found' : 'NOT FOUND'} (${report.controls.livingBooth.map(({ kind }) => kind).join(', ')})`,
    `a server built to leak, in its memory, files and log: ${report.positiveControls.leakyServer ? 'found' : 'NOT FOUND'}`,
    ...(typeof report.controls.database === 'string' ? [`a row with a picture and a name: ${report.controls.database}`] : [`a row with a picture and a name, in the database's files and log: ${report.controls.database.length > 0 ? 'found' : 'NOT FOUND'}`]),
  ];
  return `${report.enrolments} enrolments of made-up people, ${report.atOnce} at once: ${accepted} accepted, ${refused} refused, ${aborted} given up, ${crashed} crashed (seed ${report.seed}).
${patterns} byte patterns of their portraits, frames, decoded pictures, embeddings and names were then looked for.

Searched:
${list(report.searched.map(({ place, bytes, things }) => `${mib(bytes)}  ${place} (${things})`))}

Not searched:
${list(report.notSearched.map(({ place, reason, shouldBe }) => `${place}: ${reason}${shouldBe ? ' — IT SHOULD BE' : ''}`))}
Left out on purpose:
${list(report.excluded)}

The same search finds what it looks for where it is:
${list(controls)}

Found outside living booths: ${report.hitsOutsideBooths}
${list(report.hits.map(({ place, kind, count }) => `${kind} in ${place}: ${count}`))}
${report.passed ? 'PASSED' : `FAILED\n${list(report.failures)}`}

What this shows: after these enrolments no living process of the server, no file of its and no swap on this machine
held any of these pieces of 32 bytes. What it does not show: what lies compressed, encrypted or on blocks of the disk
that no file has any more; what another machine recorded; what a server that knows it is audited does on other days.
`;
}

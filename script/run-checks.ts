/**
 * Runs every check of the project in order, the quick ones first, and ends in one line: "N passed, N failed".
 * A check that could not run counts as failed.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';

const RESULTS = '.state/test-results.json';

interface VitestResults {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[];
}

let passed = 0;
let failed = 0;
let skipped = 0;

function run(title: string, command: string, args: readonly string[]): boolean {
  console.log(`\n▸ ${title}`);
  const started = performance.now();
  const { status } = spawnSync(command, args, { stdio: 'inherit' });
  console.log(`  ${status === 0 ? 'passed' : 'FAILED'} in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return status === 0;
}

for (const [title, script] of [
  ['types', 'types'],
  ['lint (type-aware)', 'lint'],
  ['boundaries between rooms', 'boundaries'],
  ['dead code', 'unused'],
] as const) {
  if (run(title, 'npm', ['run', '--silent', script])) passed++;
  else failed++;
}

mkdirSync('.state', { recursive: true });
rmSync(RESULTS, { force: true });
const vitestPassed = run('tests', 'npx', ['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${RESULTS}`, ...process.argv.slice(2)]);
try {
  const results = JSON.parse(readFileSync(RESULTS, 'utf8')) as VitestResults;
  passed += results.numPassedTests;
  failed += results.numFailedTests;
  skipped += results.numPendingTests + results.numTodoTests;
  // A file that broke before its first test has no test of its own to fail.
  failed += results.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
} catch {
  failed++;
}
if (!vitestPassed && failed === 0) failed++;

console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed === 0 ? 0 : 1;

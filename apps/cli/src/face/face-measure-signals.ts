import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { policyToMeasure } from '@visavis/face/policy-to-measure';
import { citizenSeeds } from '@visavis/specimen';
import { modelsDir } from '../system/start-system.ts';
import { measureSignals, type SignalMeasured } from './signals/measure-signals.ts';

const LIMITS = 'Rendered faces: shows that the signal works, not how real people or real attacks score. To be calibrated on people.';

/** Exit status 0: measured; 2: not asked properly. */
export async function runFaceMeasureSignals(args: readonly string[], nowMs: number, usage: string): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: { json: { type: 'boolean', default: false }, 'write-policy': { type: 'string' } } });
  if (positionals.length > 0) {
    console.error(`  visavis face ${usage}`);
    return 2;
  }
  const signals = await measureSignals({ modelsDir, policy: policyToMeasure, seeds: citizenSeeds, progress: (line) => console.error(line) });
  if (values['write-policy'] !== undefined) await writeEvidence(values['write-policy'], signals, new Date(nowMs).toISOString().slice(0, 10));
  if (values.json) console.log(JSON.stringify({ people: citizenSeeds.length, signals }));
  else for (const { name, value, errors } of signals) console.log(`${name.padEnd(18)} at ${String(value).padEnd(5)} ${errors.map(({ rate, n, value: share, interval95: [low, high] }) => `${rate} ${(100 * share).toFixed(2)} % of ${n} (${(100 * low).toFixed(2)} … ${(100 * high).toFixed(2)})`).join('   ')}`);
  return 0;
}

export const signalEvidence = ({ method, errors }: SignalMeasured, people: number): { readonly dataSet: string; readonly method: string; readonly errors: SignalMeasured['errors']; readonly limits: string } => ({ dataSet: `synthetic citizens: all ${people}`, method, errors, limits: LIMITS });

/** Leaves the seal as it was: whoever changed the file seals it. */
async function writeEvidence(file: string, signals: readonly SignalMeasured[], date: string): Promise<void> {
  const policy = JSON.parse(await readFile(file, 'utf8')) as { readonly thresholds: Record<string, { evidence: object }> };
  for (const signal of signals) {
    const { dataSet, method, errors, limits } = signalEvidence(signal, citizenSeeds.length);
    policy.thresholds[signal.name]!.evidence = { dataSet, method, date, errors, limits };
  }
  await writeFile(file, `${JSON.stringify(policy, undefined, 2)}\n`);
}

import { MalformedBytes } from '@visavis/kernel';
import { emrtdFaults } from '../faults.ts';
import { fuzzRandom } from './fuzz-random.ts';
import type { FuzzSubject } from './fuzz-subject.ts';
import { mutate } from './mutate.ts';

export interface FuzzFinding {
  readonly subject: string;
  /** With the run's seed, enough to make the input again. */
  readonly index: number;
  readonly problem: string;
  readonly inputHex: string;
}

export interface FuzzReport {
  readonly inputs: number;
  /** By subject: how many inputs ended how. */
  readonly outcomes: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly slowest: { readonly subject: string; readonly index: number; readonly inputBytes: number; readonly ms: number };
  readonly findings: readonly FuzzFinding[];
}

const MAX_FINDINGS = 20;

/**
 * Gives mutated inputs to every subject and notes how each ends: accepted, refused without a word (undefined,
 * MalformedBytes inside a parser), or refused by a code. Anything else is a finding: another thing thrown, a code that
 * the catalogue does not know, an input that took longer than `maxInputMs`. An input that never ends is for the caller
 * to notice: `onInput` says what began.
 * @param o.seed, o.from, o.inputs the run's inputs are numbers `from` to `from + inputs − 1` of that seed
 * @param o.nowMs a monotonic clock
 */
export function runFuzz(o: { readonly subjects: readonly FuzzSubject[]; readonly seed: number; readonly from: number; readonly inputs: number; readonly maxInputMs: number; readonly nowMs: () => number; readonly onInput?: (index: number, subject: string) => void }): FuzzReport {
  const outcomes: Record<string, Record<string, number>> = Object.fromEntries(o.subjects.map(({ name }) => [name, {}]));
  const shares = o.subjects.flatMap((subject) => Array.from({ length: subject.weight }, () => subject));
  const findings: FuzzFinding[] = [];
  let slowest: FuzzReport['slowest'] = { subject: '', index: -1, inputBytes: 0, ms: 0 };
  for (let index = o.from; index < o.from + o.inputs && findings.length < MAX_FINDINGS; index++) {
    const random = fuzzRandom(o.seed, index);
    const subject = shares[random.below(shares.length)]!;
    const input = mutate(subject.seeds, random);
    o.onInput?.(index, subject.name);
    const startedMs = o.nowMs();
    const { outcome, problem } = judge(subject, input);
    const ms = o.nowMs() - startedMs;
    if (ms > slowest.ms) slowest = { subject: subject.name, index, inputBytes: input.length, ms };
    const found = problem ?? (ms > o.maxInputMs ? `took ${Math.round(ms)} ms` : undefined);
    if (found !== undefined) findings.push({ subject: subject.name, index, problem: found, inputHex: Buffer.from(input.subarray(0, 4096)).toString('hex') });
    const counts = outcomes[subject.name]!;
    counts[outcome] = (counts[outcome] ?? 0) + 1;
  }
  return { inputs: o.inputs, outcomes, slowest, findings };
}

/** How one input ended. */
export function judge(subject: FuzzSubject, input: Uint8Array): { readonly outcome: string; readonly problem?: string } {
  try {
    const value = subject.parse(input);
    if (value === undefined || value === false) return { outcome: 'refused' };
    const codes = faultCodes(value);
    const unknown = codes.find((code) => !emrtdFaults.has(code));
    if (unknown !== undefined) return { outcome: 'unknown code', problem: `ended in the unknown code ${unknown}` };
    return { outcome: codes[0] ?? 'accepted' };
  } catch (thrown) {
    if (thrown instanceof MalformedBytes) return { outcome: 'refused' };
    return { outcome: 'threw', problem: `threw ${thrown instanceof Error ? (thrown.stack ?? thrown.message).split('\n').slice(0, 3).join(' | ') : String(thrown)}` };
  }
}

/** Codes of a Result, of a check's outcome, or of a report with both. */
function faultCodes(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  const codes: string[] = [];
  if ('ok' in value && value.ok === false && 'fault' in value) codes.push((value.fault as { readonly code: string }).code);
  if ('result' in value) codes.push(...faultCodes(value.result));
  if ('status' in value && value.status === 'fail' && 'code' in value) codes.push(String(value.code));
  if ('checks' in value && Array.isArray(value.checks)) codes.push(...value.checks.flatMap((check: unknown) => faultCodes(check)));
  return codes;
}

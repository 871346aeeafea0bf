import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { FuzzFinding, FuzzReport } from '@visavis/emrtd/fuzz';

const SEED = 20_261_127;
/** Inputs between two reports of a thread. */
const STRETCH = 10_000;
/** An input that lasts this long never ends. */
const HANG_MS = 30_000;
/** Heap of the thread: several times what honest documents need. An input that wants more ends it, and is a finding. */
const MAX_HEAP_MIB = 512;
const MAX_FINDINGS = 20;

/**
 * `n` mutated inputs over every parser of packages/emrtd, secure messaging, and the whole terminal against recorded and
 * simulated chips. Runs in a thread with a bounded heap and a watchdog, so that an input that never ends or eats memory
 * is found too, and named. `findings` must be empty.
 */
export async function benchFuzz(n: number, progress: (line: string) => void): Promise<Readonly<Record<string, unknown>>> {
  const startedMs = performance.now();
  const outcomes: Record<string, Record<string, number>> = {};
  const findings: FuzzFinding[] = [];
  let slowest: FuzzReport['slowest'] = { subject: '', index: -1, inputBytes: 0, ms: 0 };
  let inputs = 0;
  let peakMiB = 0;
  let thread = await startThread();
  for (let from = 0; from < n && findings.length < MAX_FINDINGS; ) {
    const stretch = Math.min(STRETCH, n - from);
    const report = await thread.run(from, stretch);
    if ('died' in report) {
      findings.push({ subject: 'unknown: run this input alone', index: report.at, problem: report.died, inputHex: '' });
      from = report.at + 1;
      thread = await startThread();
      continue;
    }
    inputs += report.inputs;
    findings.push(...report.findings);
    if (report.slowest.ms > slowest.ms) ({ slowest } = report);
    for (const [name, counts] of Object.entries(report.outcomes)) {
      const all = (outcomes[name] ??= {});
      for (const [outcome, count] of Object.entries(counts)) all[outcome] = (all[outcome] ?? 0) + count;
    }
    peakMiB = process.resourceUsage().maxRSS / 1024;
    from += stretch;
    if ((from / STRETCH) % 10 === 0) progress(`${from} inputs, ${findings.length} findings, ${Math.round(inputs / ((performance.now() - startedMs) / 1000))} a second`);
  }
  await thread.stop();
  const seconds = (performance.now() - startedMs) / 1000;
  const total: Record<string, number> = {};
  for (const counts of Object.values(outcomes)) for (const [outcome, count] of Object.entries(counts)) total[outcome] = (total[outcome] ?? 0) + count;
  return {
    seed: SEED,
    inputs,
    seconds: Math.round(seconds),
    perSecond: Math.round(inputs / seconds),
    findings,
    slowest: { ...slowest, ms: Math.round(slowest.ms) },
    peakMiB: Math.round(peakMiB),
    subjects: Object.keys(outcomes).length,
    outcomes: total,
    bySubject: Object.fromEntries(Object.entries(outcomes).map(([name, counts]) => [name, Object.values(counts).reduce((sum, count) => sum + count, 0)])),
  };
}

interface FuzzThread {
  run(from: number, inputs: number): Promise<FuzzReport | { readonly died: string; readonly at: number }>;
  stop(): Promise<unknown>;
}

async function startThread(): Promise<FuzzThread> {
  const current = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(new URL('./fuzz/fuzz-worker.ts', import.meta.url), { workerData: { seed: SEED, current }, resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MIB } });
  await once(worker, 'message');
  return {
    run: async (from, inputs) => {
      Atomics.store(current, 0, from);
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
      worker.postMessage({ from, inputs });
      let seen = from;
      let watch: NodeJS.Timeout | undefined;
      const hang = new Promise<{ readonly died: string; readonly at: number }>((resolve) => {
        watch = setInterval(() => {
          const at = Atomics.load(current, 0);
          if (at === seen) resolve({ died: `had not ended after ${HANG_MS} ms`, at });
          seen = at;
        }, HANG_MS);
      });
      try {
        const report = once(worker, 'message').then(
          ([value]) => value as FuzzReport,
          (error: unknown) => ({ died: error instanceof Error ? error.message : String(error), at: Atomics.load(current, 0) }),
        );
        const outcome = await Promise.race([report, hang]);
        if ('died' in outcome) await worker.terminate();
        return outcome;
      } finally {
        clearInterval(watch);
      }
    },
    stop: () => worker.terminate(),
  };
}

import { goThrough } from '../citizen/go-through.ts';
import { STEPS, type StepTimes } from '../citizen/step-times.ts';
import { startSystem } from '../system/start-system.ts';
import { percentile } from './percentile.ts';
import { ProcessSampler } from './process-sampler.ts';

const round = (value: number, digits = 1): number => Number(value.toFixed(digits));

/**
 * `n` synthetic citizens one after another through one running system. CPU is per enrolment and includes the cells
 * that the pool starts ahead; the client's and the made-up state's work is not in it.
 */
export async function benchEnrol(n: number, progress: (line: string) => void): Promise<Readonly<Record<string, unknown>>> {
  const system = await startSystem({ ports: 'free', booths: 1, enrolmentsPerMinute: 1000 });
  const sampler = new ProcessSampler(system.server.pid);
  try {
    const before = sampler.use();
    const runs: StepTimes[] = [];
    for (let i = 0; i < n; i++) {
      const { times } = await goThrough({ system, member: i, onStep: () => {} });
      runs.push(times);
      progress(`${i + 1}/${n}  ${STEPS.map((step) => `${step} ${Math.round(times[step])} ms`).join('  ')}`);
    }
    const after = sampler.use();
    const perRun = (role: 'booth' | 'server' | 'database'): number => round((after.cpuSeconds[role] - before.cpuSeconds[role]) / n, 2);
    return {
      n,
      steps: Object.fromEntries(STEPS.map((step) => {
        const values = runs.map((times) => times[step]);
        return [step, { medianMs: round(percentile(values, 50)), p95Ms: round(percentile(values, 95)) }];
      })),
      cpuSeconds: { booth: perRun('booth'), server: perRun('server'), database: perRun('database') },
      peakMiB: Object.fromEntries(Object.entries(after.peakMiB).map(([part, mib]) => [part, round(mib)])),
    };
  } finally {
    sampler.stop();
    await system.stop();
  }
}

import { goThrough } from '../citizen/go-through.ts';
import type { Step } from '../citizen/step-times.ts';
import { startSystem } from '../system/start-system.ts';

const WORDS: Readonly<Record<Step, string>> = {
  setup: 'consent, a booth of their own, a sealed channel',
  chip: 'passport chip read and proved genuine',
  capture: 'live face before the camera',
  verdict: 'decided, signed, booth destroyed',
  identity: 'passkey made, identity bound to it',
  signIn: 'signed in to the tax office',
  bank: 'account opened at the bank',
};

const seconds = (ms: number): string => `${(ms / 1000).toFixed(2).padStart(7)} s`;

/** One synthetic citizen through the whole system, headless, on free ports and a database that is thrown away. Exit status 0 or 1. */
export async function runOnce(): Promise<number> {
  const startedMs = Date.now();
  try {
    const system = await startSystem({ ports: 'free', booths: 1 });
    // Ctrl-C in the middle leaves as little behind as the end does.
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void system.stop().finally(() => process.exit(130)));
    try {
      console.log(`${'start'.padEnd(9)} ${seconds(Date.now() - startedMs)}   PostgreSQL, booths, server, made-up state, tax office, bank`);
      const run = await goThrough({
        system,
        member: 0,
        onProgress: (told) => {
          if (told.stage === 'queued') console.log(`queue     place ${told.place}, about ${Math.ceil(told.estimateMs / 1000)} s to wait for a free ${told.waitsFor === 'booth' ? 'sealed room' : 'room for the camera step'}`);
        },
        onStep: (step, ms, detail) => console.log(`${step.padEnd(9)} ${seconds(ms)}   ${WORDS[step]}${detail === '' ? '' : ` (${detail})`}`),
      });
      console.log(`\nThe sealed room's erasure receipt was verified: signed, and entry ${run.receipt.logged.index} of the transparency log.`);
      console.log(`${run.signedInAs} is signed in to the tax office and to the bank at level ${run.levelOfAssurance}.`);
      return 0;
    } finally {
      await system.stop();
    }
  } catch (error) {
    console.error(`\nThe demo failed: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
}

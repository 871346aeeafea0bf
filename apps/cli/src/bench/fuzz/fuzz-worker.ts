import { parentPort, workerData } from 'node:worker_threads';
import { fuzzSubjects, runFuzz } from '@visavis/emrtd/fuzz';
import { liveChipSubjects } from './live-chip-subjects.ts';

/** Slower than this is a finding: the costliest honest input takes a tenth of it. */
const MAX_INPUT_MS = 2000;

/** A thread that fuzzes stretch by stretch; `current` holds the number of the input it is at, for a caller who wonders whether it still moves. */
const { seed, current } = workerData as { readonly seed: number; readonly current: Int32Array };
const subjects = [...fuzzSubjects(), ...liveChipSubjects()];

parentPort!.on('message', ({ from, inputs }: { readonly from: number; readonly inputs: number }) => {
  const onInput = (index: number): void => {
    Atomics.store(current, 0, index);
  };
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  parentPort!.postMessage(runFuzz({ subjects, seed, from, inputs, maxInputMs: MAX_INPUT_MS, nowMs: () => performance.now(), onInput }));
});
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
parentPort!.postMessage('ready');

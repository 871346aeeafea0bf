import type { EnrolmentProgress } from '@visavis/client';

/** The steps of one citizen's way in, in order. `capture` is paced by the citizen's own movements. */
export const STEPS = ['setup', 'chip', 'capture', 'verdict', 'identity', 'signIn', 'bank'] as const;
export type Step = (typeof STEPS)[number];
export type StepTimes = Readonly<Record<Step, number>>;

const ENDS: Readonly<Partial<Record<EnrolmentProgress['stage'], Step>>> = {
  channelOpen: 'setup',
  documentAccepted: 'chip',
  captureComplete: 'capture',
  verdict: 'verdict',
  bound: 'identity',
};

/** A stopwatch for an enrolment's progress: milliseconds of each step that ended. */
export function createStepWatch(startedMs: number, onStep: (step: Step, ms: number) => void): (progress: EnrolmentProgress) => void {
  let lastMs = startedMs;
  return (progress) => {
    const step = ENDS[progress.stage];
    if (step === undefined) return;
    onStep(step, progress.atMs - lastMs);
    lastMs = progress.atMs;
  };
}

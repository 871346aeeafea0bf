import type { VerificationWork } from '@visavis/face/measure';
import { answerParent } from '../../system/ask-child.ts';

/** What one party took to do the work once. */
export interface PartyMeasured {
  readonly cpuSeconds: number;
  readonly peakMiB: number;
  readonly lastFrameToDecisionMs?: number;
  readonly stagesMs?: Readonly<Record<string, number>>;
}

const KIBIBYTES = 1024;

/** Processor time of this process so far, all its threads. */
export const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/**
 * Runs in a process of its own that one party alone uses: gets the work, does it once, tells what it took, ends.
 * @param prepare loads what the party needs, which is not counted
 */
export function beParty(prepare: () => Promise<(work: VerificationWork) => Promise<Omit<PartyMeasured, 'peakMiB'>>>): Promise<void> {
  return answerParent<PartyMeasured>(async () => {
    const verify = await prepare();
    return async (work: VerificationWork) => ({ ...(await verify(work)), peakMiB: process.resourceUsage().maxRSS / KIBIBYTES });
  });
}

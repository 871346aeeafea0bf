import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { VerificationWork } from '@visavis/face/measure';
import { answerParent } from '../../system/ask-child.ts';

/** What one party took to do the work once. */
export interface PartyMeasured {
  readonly pinnedToOneCore: boolean;
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

/** Threads to come are held there too: they take turns, and nobody gains by having many. @returns false where the machine can not be told so */
function pinToOneCore(): boolean {
  if (process.platform !== 'linux') return false;
  const core = /^Cpus_allowed_list:\s*(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return core !== undefined && spawnSync('taskset', ['-acp', core, String(process.pid)], { stdio: 'ignore' }).status === 0;
}

/**
 * Runs in a process of its own that one party alone uses: gets the work, does it once, tells what it took, ends.
 * @param prepare loads what the party needs, which is not counted
 */
export function beParty(prepare: () => Promise<(work: VerificationWork) => Promise<Omit<PartyMeasured, 'peakMiB' | 'pinnedToOneCore'>>>): Promise<void> {
  return answerParent<PartyMeasured>(async () => {
    const pinnedToOneCore = pinToOneCore();
    const verify = await prepare();
    return async (work: VerificationWork) => ({ ...(await verify(work)), pinnedToOneCore, peakMiB: process.resourceUsage().maxRSS / KIBIBYTES });
  });
}

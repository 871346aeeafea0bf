import type { VerificationWork } from '@visavis/face/measure';

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
export async function beParty(prepare: () => Promise<(work: VerificationWork) => Promise<Omit<PartyMeasured, 'peakMiB'>>>): Promise<void> {
  const verify = await prepare();
  const asked = new Promise<VerificationWork>((resolve) => process.once('message', resolve));
  process.send?.('ready');
  const measured = await verify(await asked);
  process.send?.({ ...measured, peakMiB: process.resourceUsage().maxRSS / KIBIBYTES } satisfies PartyMeasured);
  process.disconnect();
}

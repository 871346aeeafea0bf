import { randomBytes } from 'node:crypto';
import { defaultTrustPolicy, openTrustStore, readDocument, verifyAuthenticity } from '@visavis/emrtd';
import type { Attack, Scenario } from '@visavis/specimen';
import { decodePortrait } from '../../../../../packages/face/src/engine/decode-portrait.ts';

/** More batches than this and the terminal would never have ended. */
const MAX_BATCHES = 480;

export interface Outcome {
  /** The code of whatever refused, every one once. */
  readonly codes: readonly string[];
  readonly chipProof: string | undefined;
  readonly roundTrips: number;
}

/** From the terminal's anchors through the chip to the verdict, as the product does it; the portrait is decoded where that is what is attacked. */
export async function readAndJudge({ chip, access, trustAnchors, atMs, relay, terminalRandom }: Scenario, stage: Attack['stage']): Promise<Outcome> {
  const trustStore = openTrustStore({ ...trustAnchors, deviationLists: [], policy: defaultTrustPolicy });
  if (!trustStore.ok) return { codes: [trustStore.fault.code], chipProof: undefined, roundTrips: 0 };
  const terminal = readDocument({ access, random: terminalRandom ?? ((n) => randomBytes(n)), optionalDataGroups: [] });
  let step = terminal.next();
  let roundTrips = 0;
  for (; step.done !== true; roundTrips++) {
    if (roundTrips > MAX_BATCHES) throw new Error('the terminal goes on for ever');
    step = terminal.next(relay(step.value.commands, chip));
  }
  if (!step.value.ok) return { codes: [step.value.fault.code], chipProof: undefined, roundTrips };
  const { checks, result } = verifyAuthenticity({ reading: step.value.value, trustStore: trustStore.value, atMs });
  const codes = new Set(checks.flatMap((check) => (check.status === 'fail' ? [check.code] : [])));
  if (!result.ok) codes.add(result.fault.code);
  else if (stage === 'portrait') {
    const decoded = await decodePortrait(result.value.portrait);
    if (typeof decoded === 'string') codes.add(decoded);
  }
  return { codes: [...codes], chipProof: result.ok ? result.value.chipProof : undefined, roundTrips };
}

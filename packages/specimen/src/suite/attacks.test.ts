import { randomBytes } from 'node:crypto';
import { defaultTrustPolicy, openTrustStore, readDocument, verifyAuthenticity } from '@visavis/emrtd';
import { describe, expect, it } from 'vitest';
import { decodePortrait } from '../../../face/src/engine/decode-portrait.ts';
import { encodeJpeg2000 } from '../citizens/encode-jpeg2000.ts';
import type { RgbImage } from '../citizens/rgb-image.ts';
import { testPortrait } from '../test-portrait.ts';
import { type Attack, NO_CHIP_PROOF } from './attack.ts';
import { ATTACKS } from './attack-list.ts';
import type { Scenario } from './scenario.ts';
import { openWorkshop } from './workshop.ts';

/** Batches after which a terminal counts as caught in a loop; it may itself send no more commands than this. */
const MAX_BATCHES = 480;
/** Many times what any of them takes on one slow core. */
const MAX_RUN_MS = 15_000;
const workshop = openWorkshop({ seed: 'attacks', nowMs: Date.UTC(2026, 10, 22, 9), portraits: { jpeg: testPortrait, jpeg2000: await encodeJpeg2000(softPicture(), { fitWithin: 240, bare: true }) } });

interface Outcome {
  /** The code of whatever refused, every one once. */
  readonly codes: readonly string[];
  readonly chipProof: string | undefined;
}

/** Nobody: a gradient that a JPEG 2000 encoder makes little of. */
function softPicture(): RgbImage {
  const [width, height] = [200, 240];
  return { width, height, data: Uint8Array.from({ length: width * height * 3 }, (_, i) => (Math.floor(i / 3) % width) + (i % 3) * 20) };
}

/** From the terminal's anchors through the chip to the verdict, as the product does it; the portrait is decoded where that is what is attacked. */
async function run({ chip, access, trustAnchors, atMs, relay, terminalRandom }: Scenario, stage: Attack['stage']): Promise<Outcome> {
  const trustStore = openTrustStore({ ...trustAnchors, deviationLists: [], policy: defaultTrustPolicy });
  if (!trustStore.ok) return { codes: [trustStore.fault.code], chipProof: undefined };
  const terminal = readDocument({ access, random: terminalRandom ?? ((n) => randomBytes(n)), optionalDataGroups: [] });
  let step = terminal.next();
  for (let batch = 0; step.done !== true; batch++) {
    if (batch > MAX_BATCHES) throw new Error('the terminal goes on for ever');
    step = terminal.next(relay(step.value.commands, chip));
  }
  if (!step.value.ok) return { codes: [step.value.fault.code], chipProof: undefined };
  const { checks, result } = verifyAuthenticity({ reading: step.value.value, trustStore: trustStore.value, atMs });
  const codes = new Set(checks.flatMap((check) => (check.status === 'fail' ? [check.code] : [])));
  if (!result.ok) codes.add(result.fault.code);
  else if (stage === 'portrait') {
    const decoded = await decodePortrait(result.value.portrait);
    if (typeof decoded === 'string') codes.add(decoded);
  }
  return { codes: [...codes], chipProof: result.ok ? result.value.chipProof : undefined };
}

describe('every attack is refused by its own code alone, and its honest twin is accepted', () => {
  it.each(ATTACKS)('$name: $code', async (attack) => {
    const scenario = attack.prepare(workshop);
    const startMs = performance.now();
    const attacked = await run(scenario, attack.stage);
    expect(performance.now() - startMs, 'whatever the bytes, in bounded time').toBeLessThan(MAX_RUN_MS);
    const twin = await run(attack.twin(workshop), attack.stage);
    expect(twin.codes, 'the honest twin').toEqual([]);
    if (attack.code !== NO_CHIP_PROOF) {
      expect(attacked.codes).toEqual([attack.code]);
      return;
    }
    expect(attacked).toEqual({ codes: [], chipProof: 'none' });
    expect(twin.chipProof).not.toBe('none');
  });
});

describe('the list', () => {
  it('has 80 attacks and more, each under a name of its own', () => {
    expect(ATTACKS.length).toBeGreaterThanOrEqual(80);
    expect(new Set(ATTACKS.map(({ name }) => name)).size).toBe(ATTACKS.length);
    for (const { name } of ATTACKS) expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
  });
});

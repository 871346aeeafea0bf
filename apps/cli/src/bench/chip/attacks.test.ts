import { ATTACKS, encodeJpeg2000, NO_CHIP_PROOF, openWorkshop, type RgbImage, testPortrait } from '@visavis/specimen';
import { describe, expect, it } from 'vitest';
import { readAndJudge } from './read-and-judge.ts';

/** Many times what any of them takes on one slow core. */
const MAX_RUN_MS = 15_000;
const workshop = openWorkshop({ seed: 'attacks', nowMs: Date.UTC(2026, 10, 22, 9), portraits: { jpeg: testPortrait, jpeg2000: await encodeJpeg2000(softPicture(), { fitWithin: 240, bare: true }) } });

/** Nobody: a gradient that a JPEG 2000 encoder makes little of. */
function softPicture(): RgbImage {
  const [width, height] = [200, 240];
  return { width, height, data: Uint8Array.from({ length: width * height * 3 }, (_, i) => (Math.floor(i / 3) % width) + (i % 3) * 20) };
}

describe('every attack is refused by its own code alone, and its honest twin is accepted', () => {
  it.each(ATTACKS)('$name: $code', async (attack) => {
    const scenario = attack.prepare(workshop);
    const startMs = performance.now();
    const attacked = await readAndJudge(scenario, attack.stage);
    expect(performance.now() - startMs, 'whatever the bytes, in bounded time').toBeLessThan(MAX_RUN_MS);
    const twin = await readAndJudge(attack.twin(workshop), attack.stage);
    expect(twin.codes, 'the honest twin').toEqual([]);
    if (attack.code !== NO_CHIP_PROOF) {
      expect(attacked.codes).toEqual([attack.code]);
      return;
    }
    expect([attacked.codes, attacked.chipProof]).toEqual([[], 'none']);
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

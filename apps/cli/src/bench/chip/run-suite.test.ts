import { ATTACKS, QUIRKS } from '@visavis/specimen';
import { expect, it } from 'vitest';
import { runSuite } from './run-suite.ts';

it('reads every quirk and holds off every attack, as the tests of the suite do', async () => {
  const quirks = Object.keys(QUIRKS).length;
  const { roundTrips, ...counts } = await runSuite(Date.UTC(2026, 10, 27, 9));
  expect(counts).toEqual({ quirks, attacks: ATTACKS.length });
  expect(Object.values(roundTrips).reduce((sum, count) => sum + count, 0)).toBe(quirks);
}, 180_000);

import { ATTACKS, QUIRKS } from '@visavis/specimen';
import { expect, it } from 'vitest';
import { runSuite } from './run-suite.ts';

it('reads every quirk and holds off every attack, as the tests of the suite do', async () => {
  expect(await runSuite(Date.UTC(2026, 10, 27, 9))).toEqual({ quirks: Object.keys(QUIRKS).length, attacks: ATTACKS.length });
}, 180_000);

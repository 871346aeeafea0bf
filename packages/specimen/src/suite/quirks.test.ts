import { randomBytes } from 'node:crypto';
import { defaultTrustPolicy, openTrustStore, readDocument, verifyAuthenticity } from '@visavis/emrtd';
import { describe, expect, it } from 'vitest';
import { type ChipQuirk, CHIP_QUIRKS, type ChipQuirkName } from '../chip/quirks/chip-quirks.ts';
import { createChip, createSpecimenState, type PassportOrder, transmitBatch } from '../index.ts';
import { testPortrait } from '../test-portrait.ts';

/** Every quirk has an honest document that must read and be found authentic. */
const nowMs = Date.UTC(2026, 10, 22, 9);
const order: PassportOrder = { portrait: testPortrait, familyName: 'MUSTER', givenNames: 'ANNA', dateOfBirth: '1990-02-03', dateOfExpiry: '2033-02-03', sex: 'female', access: 'paceAndBac', authentication: 'both' };
const state = createSpecimenState({ seed: 'quirks', nowMs });
const anchors = openTrustStore({ ...state.trustAnchors, deviationLists: [], policy: defaultTrustPolicy });
if (!anchors.ok) throw new Error(anchors.fault.code);
const trustStore = anchors.value;

/** Round trips by quirk; asserted as a distribution at the end. */
const roundTrips = new Map<string, number>();
const chipQuirks = Object.entries(CHIP_QUIRKS) as readonly (readonly [ChipQuirkName, ChipQuirk])[];

describe('an honest document with a quirk of its chip is read and authentic', () => {
  it.each(chipQuirks)('%s', (name, quirk) => {
    const passport = state.mintPassport({ ...order, ...quirk.order });
    const { extendedLengthBytes } = quirk;
    const chip = createChip(passport, { quirks: [name], ...(extendedLengthBytes === undefined ? {} : { extendedLengthBytes }) });
    const terminal = readDocument({ access: passport.access, random: (n) => randomBytes(n), optionalDataGroups: [] });
    let step = terminal.next();
    while (step.done !== true) step = terminal.next(transmitBatch(chip, step.value.commands));
    if (!step.value.ok) throw new Error(`${step.value.fault.code} ${JSON.stringify(step.value.fault.detail)}`);
    const reading = step.value.value;
    roundTrips.set(name, reading.roundTrips);
    const { result } = verifyAuthenticity({ reading, trustStore, atMs: nowMs });
    if (!result.ok) throw new Error(`${result.fault.code} ${JSON.stringify(result.fault.detail)}`);
    const { authentication } = passport.chip.chipAuthentication === undefined ? { authentication: 'activeAuthentication' } : { authentication: 'chipAuthentication' };
    expect(result.value.chipProof).toBe(authentication);
    expect(result.value.downgraded).toBe(name === 'de-pace-6982-then-bac');
  });
});

it('round trips over the quirks', () => {
  const counts = new Map<number, number>();
  for (const trips of roundTrips.values()) counts.set(trips, (counts.get(trips) ?? 0) + 1);
  console.info('round trips: quirks', Object.fromEntries([...counts].sort(([a], [b]) => a - b)), Object.fromEntries([...roundTrips].filter(([, trips]) => trips > 8)));
  expect(Math.max(...roundTrips.values())).toBeLessThanOrEqual(24);
});

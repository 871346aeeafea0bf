import { randomBytes } from 'node:crypto';
import { defaultTrustPolicy, openTrustStore, readDocument, verifyAuthenticity } from '@visavis/emrtd';
import { toHex } from '@visavis/kernel';
import { describe, expect, it } from 'vitest';
import { type ChipOptions, type ChipQuirk, CHIP_QUIRKS, type ChipQuirkName, createChip, createSpecimenState, type DocumentQuirk, DOCUMENT_QUIRKS, type DocumentQuirkName, type Passport, type PassportOrder, type QuirkName, QUIRKS, type SpecimenState, transmitBatch } from '../index.ts';
import { testPortrait } from '../test-portrait.ts';

/** Every quirk has an honest document that must read and be found authentic. */
const nowMs = Date.UTC(2026, 10, 22, 9);
const order: PassportOrder = { portrait: testPortrait, familyName: 'MUSTER', givenNames: 'ANNA', dateOfBirth: '1990-02-03', dateOfExpiry: '2033-02-03', sex: 'female', access: 'paceAndBac', authentication: 'both' };
const regular = createSpecimenState({ seed: 'quirks', nowMs });

const OPTIONAL = [7, 11, 12, 13, 16] as const;

/** Round trips by quirk, told as a distribution at the end. */
const roundTrips = new Map<QuirkName, number>();

interface Told {
  readonly chipProof: string;
  readonly downgraded: boolean;
  readonly documentNumber: string;
}

/** The whole way, from the chip's first answer to the verdict. */
function readAndJudge(name: QuirkName, state: SpecimenState, passport: Passport, options: ChipOptions, atMs = nowMs): Told {
  const chip = createChip(passport, options);
  const terminal = readDocument({ access: passport.access, random: (n) => randomBytes(n), optionalDataGroups: OPTIONAL.filter((number) => passport.files[`dg${number}`] !== undefined) });
  let step = terminal.next();
  while (step.done !== true) step = terminal.next(transmitBatch(chip, step.value.commands));
  if (!step.value.ok) throw new Error(`${step.value.fault.code} ${JSON.stringify(step.value.fault.detail)}`);
  const reading = step.value.value;
  roundTrips.set(name, reading.roundTrips);
  for (const group of OPTIONAL.map((number) => `dg${number}` as const)) expect(reading.files[group] && toHex(reading.files[group]), group).toBe(passport.files[group] && toHex(passport.files[group]));
  const trustStore = openTrustStore({ ...state.trustAnchors, deviationLists: [], policy: defaultTrustPolicy });
  if (!trustStore.ok) throw new Error(trustStore.fault.code);
  const { result } = verifyAuthenticity({ reading, trustStore: trustStore.value, atMs });
  if (!result.ok) throw new Error(`${result.fault.code} ${JSON.stringify(result.fault.detail)}`);
  return { chipProof: result.value.chipProof, downgraded: result.value.downgraded, documentNumber: result.value.document.documentNumber };
}

describe('an honest document is read and found authentic, whatever its chip does otherwise', () => {
  it.each(Object.entries(CHIP_QUIRKS) as readonly (readonly [ChipQuirkName, ChipQuirk])[])('%s', (name, { order: changes, extendedLengthBytes }) => {
    const passport = regular.mintPassport({ ...order, ...changes });
    const told = readAndJudge(name, regular, passport, { quirks: [name], ...(extendedLengthBytes === undefined ? {} : { extendedLengthBytes }) });
    const chipProof = passport.chip.chipAuthentication.length === 0 ? 'activeAuthentication' : 'chipAuthentication';
    expect(told).toEqual({ chipProof, downgraded: name === 'de-pace-6982-then-bac', documentNumber: passport.documentNumber });
  });
});

it('naked-absent-file: five data groups that are not there end no more than one connection', () => {
  const passport = regular.mintPassport({ ...order, authentication: 'chipAuthentication' });
  const chip = createChip(passport, { quirks: ['naked-absent-file'] });
  const terminal = readDocument({ access: passport.access, random: (n) => randomBytes(n), optionalDataGroups: OPTIONAL });
  let step = terminal.next();
  while (step.done !== true) step = terminal.next(transmitBatch(chip, step.value.commands));
  if (!step.value.ok) throw new Error(`${step.value.fault.code} ${JSON.stringify(step.value.fault.detail)}`);
  const { quirks, chipAuthentication, files, roundTrips } = step.value.value;
  expect(quirks).toEqual(expect.arrayContaining(['listedFilesOnly', 'openedAnew']));
  expect([chipAuthentication.status, files.dg14, files.dg7, files.dg16, roundTrips]).toEqual(['completed', passport.files.dg14, undefined, undefined, 13]);
});

describe('an honest document is read and found authentic, whatever it says otherwise', () => {
  it.each(Object.entries(DOCUMENT_QUIRKS) as readonly (readonly [DocumentQuirkName, DocumentQuirk])[])('%s', (name, { order: changes, state: style, atMs = nowMs, extendedLengthBytes }) => {
    const state = style === undefined && atMs === nowMs ? regular : createSpecimenState({ seed: name, nowMs: atMs, style: style ?? {} });
    const passport = state.mintPassport({ ...order, ...changes });
    expect(readAndJudge(name, state, passport, extendedLengthBytes === undefined ? {} : { extendedLengthBytes }, atMs)).toEqual({ chipProof: 'chipAuthentication', downgraded: false, documentNumber: passport.documentNumber });
  });
});

it('at least forty quirks, each with where it was seen and what it does; nine in ten are read in nine round trips or fewer', () => {
  expect(Object.keys(QUIRKS).length).toBeGreaterThanOrEqual(40);
  for (const { seenIn, effect } of Object.values(QUIRKS)) expect([seenIn, effect]).not.toContain('');
  const counts = [...roundTrips.values()].sort((a, b) => a - b);
  console.info(`round trips over ${counts.length} quirks: ${[...new Set(counts)].map((trips) => `${trips}: ${counts.filter((count) => count === trips).length}`).join(', ')}; most: ${[...roundTrips].filter(([, trips]) => trips > 8).map(([name, trips]) => `${name} ${trips}`).join(', ')}`);
  expect(counts[Math.floor(counts.length * 0.9)]).toBeLessThanOrEqual(9);
});

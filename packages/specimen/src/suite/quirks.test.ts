import { randomBytes } from 'node:crypto';
import { defaultTrustPolicy, openTrustStore, readDocument, verifyAuthenticity } from '@visavis/emrtd';
import { fromHex, toHex } from '@visavis/kernel';
import { describe, expect, it } from 'vitest';
import { type ChipOptions, type ChipQuirk, CHIP_QUIRKS, type ChipQuirkName, createChip, createSpecimenState, type DocumentQuirk, DOCUMENT_QUIRKS, type DocumentQuirkName, type Passport, type PassportOrder, type QuirkName, QUIRKS, type SpecimenState, transmitBatch } from '../index.ts';
import type { SeenCommand } from '../chip/behaviour.ts';
import { parseCommandApdu } from '../chip/command-apdu.ts';
import { testPortrait } from '../test-portrait.ts';

/** Every quirk has an honest document that must read and be found authentic. */
const nowMs = Date.UTC(2026, 10, 22, 9);
const order: PassportOrder = { portrait: testPortrait, familyName: 'MUSTER', givenNames: 'ANNA', dateOfBirth: '1990-02-03', dateOfExpiry: '2033-02-03', sex: 'female', access: 'paceAndBac', authentication: 'both' };
const regular = createSpecimenState({ seed: 'quirks', nowMs });

const OPTIONAL = [7, 11, 12, 13, 16] as const;

/** Quirks that made a difference to an answer in some reading here. */
const shown = new Set<ChipQuirkName>();
/** Round trips by quirk, told as a distribution at the end. */
const roundTrips = new Map<QuirkName, number>();

interface Told {
  readonly chipProof: string;
  readonly downgraded: boolean;
  readonly documentNumber: string;
}

/** The whole way, from the chip's first answer to the verdict. */
function readAndJudge(name: QuirkName, state: SpecimenState, passport: Passport, options: ChipOptions, atMs = nowMs): Told {
  const chip = createChip(passport, { ...options, onQuirk: (quirk) => shown.add(quirk) });
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

/** Met only by a terminal that finds itself in the application at first, or that reads files nobody signed. */
const provoked: readonly (readonly [ChipQuirkName, Partial<PassportOrder>, { readonly with?: readonly ChipQuirkName[]; readonly unsignedFiles?: true }])[] = [
  ['mf-select-short-form-only', {}, { with: ['ios-application-selected'] }],
  ['mf-select-long-form-only', {}, { with: ['ios-application-selected'] }],
  ['mf-select-does-nothing', {}, { with: ['ios-application-selected'] }],
  ['nz-mf-select-6a87', { access: 'bac' }, { with: ['ios-application-selected'] }],
  ['fr-mf-select-6a86', { access: 'bac' }, { with: ['ios-application-selected'] }],
  ['us-dir-6982', {}, { unsignedFiles: true }],
];

it.each(provoked)('%s is read where it shows', (name, changes, { with: others = [], unsignedFiles }) => {
  const passport = regular.mintPassport({ ...order, ...changes });
  const chip = createChip(passport, { quirks: [name, ...others], onQuirk: (quirk) => shown.add(quirk) });
  const terminal = readDocument({ access: passport.access, random: (n) => randomBytes(n), optionalDataGroups: [], ...(unsignedFiles === undefined ? {} : { unsignedFiles }) });
  let step = terminal.next();
  while (step.done !== true) step = terminal.next(transmitBatch(chip, step.value.commands));
  expect(step.value.ok && [step.value.value.accessProtocol, step.value.value.downgraded]).toEqual([changes.access ?? 'pace', false]);
});

const seen = (hex: string, protection: 'plain' | 'protected'): SeenCommand => ({ ...parseCommandApdu(fromHex(hex))!, protected: protection === 'protected' });
/** What this terminal never does, so that these quirks never show in its readings; the last of these commands shows them. */
const avoided: Partial<Record<ChipQuirkName, readonly [...SeenCommand[]]>> = {
  'vn-second-aid-select': [seen('0ca4040c07a000000247100100', 'protected'), seen('0ca4040c07a000000247100100', 'protected')],
  'de-no-bac-6a88': [seen('0084000008', 'plain')],
  'nl-no-bac-6985': [seen('0084000008', 'plain')],
  'ua-parameter-id-required': [seen('0022c1a40f800a04007f00070202040202830101', 'plain')],
  'mse-le-refused': [seen('00a4000c023f0000', 'plain')],
  'external-authenticate-le-28': [seen(`0082000028${'00'.repeat(40)}00`, 'plain')],
  'nz-pace-large-le-6982': [seen('00b09c00000000', 'plain')],
  'aa-extended-le-required': [seen('0c88000008000000000000000000', 'protected')],
  'aa-extended-le-refused': [seen('0c880000000008000000000000000000 00'.replace(' ', ''), 'protected')],
  'no-aa-after-ca': [seen('0c860000027c0000', 'protected'), seen('0c88000008000000000000000000', 'protected')],
  'ca-set-at-refused': [seen('0c2241a40c800a04007f0007020203020100', 'protected')],
};

it('every quirk of a chip shows: in a reading, or by a command that this terminal never sends', () => {
  expect(Object.keys(CHIP_QUIRKS).filter((name) => !shown.has(name as ChipQuirkName)).sort()).toEqual(Object.keys(avoided).sort());
  for (const [name, commands] of Object.entries(avoided) as [ChipQuirkName, readonly SeenCommand[]][]) {
    const behave = CHIP_QUIRKS[name].behave();
    const honest = { status: 0x9000, data: new Uint8Array() };
    const answers = commands.map((command) => behave(command, () => honest).status);
    expect([name, answers.slice(0, -1).every((status) => status === 0x9000), answers.at(-1) === 0x9000]).toEqual([name, true, false]);
  }
});

it('every quirk of a document shows: in its files, or in the certificate of its authority', () => {
  const mint = (atMs: number, { state: style, order: changes }: Pick<DocumentQuirk, 'state' | 'order'>): string => {
    const state = createSpecimenState({ seed: 'shown', nowMs: atMs, ...(style === undefined ? {} : { style }) });
    const { files } = state.mintPassport({ ...order, ...changes });
    return [...Object.entries(files), ...state.trustAnchors.cscaCertificates.entries()].map(([name, bytes]) => `${name} ${bytes === undefined ? '' : toHex(bytes)}`).join('\n');
  };
  const plain = new Map<number, string>();
  for (const [name, quirk] of Object.entries<DocumentQuirk>(DOCUMENT_QUIRKS)) {
    const atMs = quirk.atMs ?? nowMs;
    if (!plain.has(atMs)) {
      plain.set(atMs, mint(atMs, {}));
      // The same seed makes the same document: what differs below is the quirk's doing.
      expect(mint(atMs, {}) === plain.get(atMs)).toBe(true);
    }
    expect([name, mint(atMs, quirk) === plain.get(atMs)]).toEqual([name, false]);
  }
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

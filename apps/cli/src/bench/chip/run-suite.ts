import { type Attack, ATTACKS, CHIP_QUIRKS, type ChipOptions, type ChipQuirk, type ChipQuirkName, createChip, createSpecimenState, encodeJpeg2000, DOCUMENT_QUIRKS, type DocumentQuirk, NO_CHIP_PROOF, openWorkshop, type Passport, QUIRKS, type RgbImage, type SpecimenState, testPortrait, transmitBatch } from '@visavis/specimen';
import { type Outcome, readAndJudge } from './read-and-judge.ts';

const order = { familyName: 'MUSTER', givenNames: 'ANNA', dateOfBirth: '1990-02-03', dateOfExpiry: '2033-02-03', sex: 'female', portrait: testPortrait, access: 'paceAndBac', authentication: 'both' } as const;

interface SuiteOutcome {
  readonly quirks: number;
  readonly attacks: number;
  /** How many quirks took how many round trips to read. */
  readonly roundTrips: Readonly<Record<number, number>>;
}

/** How many quirks were read and proved, and how many attacks were refused by their code while their honest twins were accepted. Throws on the first that was not: a count of those that passed says nothing of the others. */
export async function runSuite(nowMs: number): Promise<SuiteOutcome> {
  const taken: Record<number, number> = {};
  const provedWith = async (name: string, state: SpecimenState, passport: Passport, options: ChipOptions, atMs: number): Promise<void> => {
    const chip = createChip(passport, options);
    const { codes, chipProof, roundTrips } = await readAndJudge({ chip, access: passport.access, trustAnchors: state.trustAnchors, atMs, relay: (commands) => transmitBatch(chip, commands), terminalRandom: undefined }, 'authenticity');
    if (chipProof === undefined || chipProof === 'none') throw new Error(`${name}: ${codes.join(', ')}`);
    taken[roundTrips] = (taken[roundTrips] ?? 0) + 1;
  };
  const regular = createSpecimenState({ seed: 'bench quirks', nowMs });
  const sized = (extendedLengthBytes: number | undefined): ChipOptions => (extendedLengthBytes === undefined ? {} : { extendedLengthBytes });
  for (const [name, { order: changes, extendedLengthBytes }] of Object.entries(CHIP_QUIRKS) as readonly (readonly [ChipQuirkName, ChipQuirk])[]) {
    await provedWith(name, regular, regular.mintPassport({ ...order, ...changes }), { quirks: [name], ...sized(extendedLengthBytes) }, nowMs);
  }
  for (const [name, { order: changes, state: style, atMs = nowMs, extendedLengthBytes }] of Object.entries(DOCUMENT_QUIRKS) as readonly (readonly [string, DocumentQuirk])[]) {
    const state = createSpecimenState({ seed: name, nowMs: atMs, style: style ?? {} });
    await provedWith(name, state, state.mintPassport({ ...order, ...changes }), sized(extendedLengthBytes), atMs);
  }
  const workshop = openWorkshop({ seed: 'bench attacks', nowMs, portraits: { jpeg: testPortrait, jpeg2000: await encodeJpeg2000(greyRamp(), { fitWithin: 240, bare: true }) } });
  for (const attack of ATTACKS) {
    if (!isHeldOff(attack, await readAndJudge(attack.prepare(workshop), attack.stage), await readAndJudge(attack.twin(workshop), attack.stage))) throw new Error(`${attack.name} did not end in ${attack.code}, or its twin was refused`);
  }
  return { quirks: Object.keys(QUIRKS).length, attacks: ATTACKS.length, roundTrips: taken };
}

/** A picture of nobody: what JPEG 2000 keeps small. */
function greyRamp(): RgbImage {
  const [width, height] = [200, 240];
  return { width, height, data: Uint8Array.from({ length: width * height * 3 }, (_, i) => (Math.floor(i / 3) % width) + (i % 3) * 20) };
}

function isHeldOff({ code }: Attack, attacked: Outcome, twin: Outcome): boolean {
  if (twin.codes.length > 0) return false;
  if (code === NO_CHIP_PROOF) return attacked.codes.length === 0 && attacked.chipProof === 'none' && twin.chipProof !== 'none';
  return attacked.codes.length === 1 && attacked.codes[0] === code;
}

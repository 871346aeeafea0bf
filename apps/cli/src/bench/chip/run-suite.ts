import { randomBytes } from 'node:crypto';
import { defaultTrustPolicy, openTrustStore, readDocument, verifyAuthenticity } from '@visavis/emrtd';
import { type Attack, ATTACKS, CHIP_QUIRKS, type ChipQuirk, type ChipQuirkName, createChip, createSpecimenState, NO_CHIP_PROOF, openWorkshop, type Scenario, testPortrait, transmitBatch } from '@visavis/specimen';

/** More batches than this and the terminal would never have ended. */
const MAX_BATCHES = 480;
const printed = { familyName: 'MUSTER', givenNames: 'ANNA', dateOfBirth: '1990-02-03', dateOfExpiry: '2033-02-03', sex: 'female', portrait: testPortrait } as const;

interface Outcome {
  readonly codes: readonly string[];
  readonly chipProof: string | undefined;
}

/** How many quirks were read and proved, and how many attacks were refused by their code while their honest twins were accepted. Throws on the first that was not: a count of those that passed says nothing of the others. */
export function runSuite(nowMs: number): { readonly quirks: number; readonly attacks: number } {
  const quirks = Object.entries(CHIP_QUIRKS) as readonly (readonly [ChipQuirkName, ChipQuirk])[];
  const state = createSpecimenState({ seed: 'bench quirks', nowMs });
  for (const [name, quirk] of quirks) {
    const passport = state.mintPassport({ ...printed, access: 'paceAndBac', authentication: 'both', ...quirk.order });
    const { extendedLengthBytes } = quirk;
    const chip = createChip(passport, { quirks: [name], ...(extendedLengthBytes === undefined ? {} : { extendedLengthBytes }) });
    const outcome = readAndJudge({ chip, access: passport.access, trustAnchors: state.trustAnchors, atMs: nowMs, relay: (commands) => transmitBatch(chip, commands), terminalRandom: undefined });
    if (outcome.chipProof === undefined || outcome.chipProof === 'none') throw new Error(`${name}: ${outcome.codes.join(', ')}`);
  }
  const workshop = openWorkshop({ seed: 'bench attacks', nowMs, portrait: testPortrait });
  for (const attack of ATTACKS) {
    if (!isHeldOff(attack, readAndJudge(attack.prepare(workshop)), readAndJudge(attack.twin(workshop)))) throw new Error(`${attack.name} did not end in ${attack.code}, or its twin was refused`);
  }
  return { quirks: quirks.length, attacks: ATTACKS.length };
}

function isHeldOff({ code }: Attack, attacked: Outcome, twin: Outcome): boolean {
  if (twin.codes.length > 0) return false;
  if (code === NO_CHIP_PROOF) return attacked.codes.length === 0 && attacked.chipProof === 'none' && twin.chipProof !== 'none';
  return attacked.codes.length === 1 && attacked.codes[0] === code;
}

/** From the terminal's anchors through the chip to the verdict, as the product does it. */
function readAndJudge({ chip, access, trustAnchors, atMs, relay, terminalRandom }: Scenario): Outcome {
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
  return { codes: [...codes], chipProof: result.ok ? result.value.chipProof : undefined };
}

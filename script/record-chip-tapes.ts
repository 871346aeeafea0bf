/**
 * Records anew the sessions that the tests of packages/emrtd replay: two passports of a made-up state, read by the
 * real terminal from the chip simulator. Run it after a change of the terminal's commands; nothing else writes that file.
 */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { readDocument, type TerminalAnswers } from '../packages/emrtd/src/index.ts';
import { toHex } from '../packages/kernel/src/index.ts';
import { createChip, createSpecimenState, type PassportOrder, transmitBatch } from '../packages/specimen/src/index.ts';
import { testPortrait } from '../packages/specimen/src/test-portrait.ts';

const PATH = 'packages/emrtd/src/terminal/read-document.tapes.json';
const nowMs = Date.UTC(2026, 10, 22, 9);
const order: Omit<PassportOrder, 'access'> = { portrait: testPortrait, familyName: 'MUSTER', givenNames: 'ANNA MARIA', dateOfBirth: '1990-02-03', dateOfExpiry: '2033-02-03', sex: 'female', authentication: 'both' };

/** SHA-256 of the tape's name and a counter: the tests draw the same. */
function recordedRandom(name: string): (n: number) => Uint8Array {
  let count = 0;
  return (n) => {
    const out: number[] = [];
    while (out.length < n) out.push(...createHash('sha256').update(`${name} ${count++}`).digest());
    return Uint8Array.from(out.slice(0, n));
  };
}

const state = createSpecimenState({ seed: 'emrtd tape', nowMs });
const other = createSpecimenState({ seed: 'emrtd tape, another', nowMs });

function record(name: string, access: Pick<PassportOrder, 'access' | 'paceCurve'>) {
  const passport = state.mintPassport({ ...order, ...access });
  const chip = createChip(passport);
  const terminal = readDocument({ access: passport.access, random: recordedRandom(name), optionalDataGroups: [] });
  const batches = [];
  let step = terminal.next();
  while (step.done !== true) {
    const { commands } = step.value;
    const answers: TerminalAnswers = transmitBatch(chip, commands);
    batches.push({ step: step.value.step, commands: commands.map((c) => [toHex(c.apdu), ...c.accept]), answers: answers.answers.map(toHex), ended: answers.ended });
    step = terminal.next(answers);
  }
  if (!step.value.ok) throw new Error(step.value.fault.code);
  console.log(`${name}: ${step.value.value.roundTrips} round trips, ${step.value.value.commands} commands`);
  return { access: passport.access, batches };
}

const hexes = (many: readonly Uint8Array[]): string[] => many.map(toHex);
const tapes = {
  source: 'Synthetic: Utopian passports of packages/specimen (seed "emrtd tape"), read by readDocument with random bytes SHA-256("<name> <counter>"); made by script/record-chip-tapes.ts. No real person.',
  nowMs,
  cscaCertificates: hexes(state.trustAnchors.cscaCertificates),
  crls: hexes(state.trustAnchors.crls),
  otherCscaCertificate: toHex(other.trustAnchors.cscaCertificates[0]!),
  tapes: { pace: record('pace', { access: 'paceAndBac', paceCurve: 'P-256' }), bac: record('bac', { access: 'bac' }) },
};
writeFileSync(PATH, `${JSON.stringify(tapes, null, 1)}\n`);

import { readDocument, type TrustStore, verifyAuthenticity } from '@visavis/emrtd';
import type { FuzzSubject } from '@visavis/emrtd/fuzz';
import { createChip, createSpecimenState, type Passport, testPortrait, transmitBatch } from '@visavis/specimen';
import { openSpecimenTrust } from '../chip/open-specimen-trust.ts';

/** Any day: the state is made for it. */
const NOW_MS = Date.UTC(2026, 10, 27, 9);
/** More batches than this and the terminal would never have ended. */
const MAX_BATCHES = 1000;
const FILES = ['cardAccess', 'com', 'sod', 'dg1', 'dg2', 'dg14', 'dg15'] as const;

/**
 * The whole terminal and its judge against chips that hold the keys and lie in a file: what no mutation of a recorded
 * answer reaches, since it would end at the answer's MAC. An input is a file; which one is the subject's.
 */
export function liveChipSubjects(): readonly FuzzSubject[] {
  const state = createSpecimenState({ seed: 'fuzz', nowMs: NOW_MS });
  const trustStore = openSpecimenTrust(state.trustAnchors);
  const printed = { familyName: 'MUSTER', givenNames: 'ANNA', dateOfBirth: '1990-02-03', dateOfExpiry: '2033-02-03', sex: 'female', portrait: testPortrait } as const;
  const passports = (['bac', 'pace'] as const).map((access) => ({ access, passport: state.mintPassport({ ...printed, access, authentication: 'both' }) }));
  return passports.flatMap(({ access, passport }) =>
    FILES.filter((file) => passport.files[file] !== undefined).map((file) => ({
      name: `readDocument: a chip opened by ${access} lies in ${file}`,
      seeds: [passport.files[file]!],
      acceptsSeeds: true,
      weight: 1,
      parse: (input: Uint8Array) => readAndJudge({ ...passport, files: { ...passport.files, [file]: input } }, trustStore),
    })),
  );
}

function readAndJudge(passport: Passport, trustStore: TrustStore): unknown {
  let drawn = 0;
  const random = (n: number): Uint8Array => Uint8Array.from({ length: n }, () => (drawn = (drawn * 137 + 89) % 251));
  const chip = createChip(passport, { random });
  const terminal = readDocument({ access: passport.access, random, optionalDataGroups: [7, 11, 12, 13, 16] });
  let step = terminal.next();
  for (let batch = 0; step.done !== true; batch++) {
    if (batch > MAX_BATCHES) throw new Error('the terminal goes on for ever');
    step = terminal.next(transmitBatch(chip, step.value.commands));
  }
  return step.value.ok ? verifyAuthenticity({ reading: step.value.value, trustStore, atMs: NOW_MS }) : step.value;
}

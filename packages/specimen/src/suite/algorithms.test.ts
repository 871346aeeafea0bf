import { randomBytes } from 'node:crypto';
import { type AuthenticDocument, defaultTrustPolicy, type DocumentReading, openTrustStore, readDocument, verifyAuthenticity } from '@visavis/emrtd';
import { describe, expect, it } from 'vitest';
import { type ChipOptions, createChip, createSpecimenState, type Passport, type PassportOrder, transmitBatch, withLatency } from '../index.ts';
import type { Result } from '@visavis/kernel';
import { testPortrait } from '../test-portrait.ts';

const nowMs = Date.UTC(2026, 10, 22, 9);
const state = createSpecimenState({ seed: 'algorithms', nowMs });
const order: PassportOrder = { portrait: testPortrait, familyName: 'MUSTER', givenNames: 'ANNA', dateOfBirth: '1990-02-03', dateOfExpiry: '2033-02-03', sex: 'female', access: 'pace', authentication: 'none' };
const ciphers = ['tripleDes', 'aes128', 'aes192', 'aes256'] as const;
const curveIds = [8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18];

function read(passport: Passport, options: ChipOptions = {}): Result<DocumentReading> {
  const chip = createChip(passport, options);
  const terminal = readDocument({ access: passport.access, random: (n) => randomBytes(n), optionalDataGroups: [] });
  let step = terminal.next();
  while (step.done !== true) step = terminal.next(transmitBatch(chip, step.value.commands));
  return step.value;
}

function readable(passport: Passport): DocumentReading {
  const result = read(passport);
  if (!result.ok) throw new Error(`${result.fault.code} ${JSON.stringify(result.fault.detail)}`);
  return result.value;
}

/** By a terminal that trusts this state. */
function judged(reading: DocumentReading): AuthenticDocument {
  const trustStore = openTrustStore({ ...state.trustAnchors, deviationLists: [], policy: defaultTrustPolicy });
  if (!trustStore.ok) throw new Error(trustStore.fault.code);
  const { result } = verifyAuthenticity({ reading, trustStore: trustStore.value, atMs: nowMs });
  if (!result.ok) throw new Error(`${result.fault.code} ${JSON.stringify(result.fault.detail)}`);
  return result.value;
}

describe('PACE opens a chip by every mapping, group and cipher', () => {
  it.each(['generic', 'integrated'] as const)('%s mapping', (mapping) => {
    for (const [i, parameterId] of [0, 1, 2, ...curveIds].entries()) {
      // ICAO 9303-11 appendix B.2 has no integrated mapping for secp224r1.
      if (mapping === 'integrated' && parameterId === 10) continue;
      const passport = state.mintPassport({ ...order, paceVariants: [{ mapping, parameterId, cipher: ciphers[i % ciphers.length]! }] });
      expect([parameterId, readable(passport).paceMapping]).toEqual([parameterId, mapping]);
    }
  });

  it.each(curveIds)('chip authentication mapping on group %i: six round trips, and the signed EF.CardSecurity makes it the chip\'s proof', (parameterId) => {
    const passport = state.mintPassport({ ...order, paceVariants: [{ mapping: 'chipAuthentication', parameterId, cipher: 'aes256' }] });
    const reading = readable(passport);
    expect([reading.paceMapping, reading.files.efCardSecurity]).toEqual(['chipAuthentication', passport.files.cardSecurity]);
    expect(reading.chipAuthenticationMapping?.parameterId).toBe(parameterId);
    expect([reading.roundTrips, judged(reading).chipProof]).toEqual([6, 'chipAuthenticationMapping']);
  });
});

it.each([0, 1, 2, ...curveIds])('chip authentication by group %i completes under every cipher', (parameterId) => {
  for (const cipher of ciphers) {
    const passport = state.mintPassport({ ...order, access: 'bac', authentication: 'chipAuthentication', chipAuthenticationKeys: [{ parameterId, cipher }] });
    expect([cipher, readable(passport).chipAuthentication.status]).toEqual([cipher, 'completed']);
  }
});

it('the model of latency counts batches, commands and bytes', () => {
  const chip = withLatency(createChip(state.mintPassport(order)), { apduMs: 25, linkKbitPerS: 8, rttMs: 60 });
  const { answers } = chip.transmitBatch([{ apdu: Uint8Array.of(0x00, 0xa4, 0x00, 0x0c), accept: [] }, { apdu: Uint8Array.of(0x00, 0xff, 0x00, 0x00), accept: [] }]);
  expect(answers.map(({ length }) => length)).toEqual([2, 2]);
  // One round trip, two commands, twelve bytes at one per millisecond.
  expect(chip.modelledMs).toBe(60 + 2 * 25 + 12);
});

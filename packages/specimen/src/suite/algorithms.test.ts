import { constants, publicEncrypt, randomBytes } from 'node:crypto';
import { type AuthenticDocument, defaultTrustPolicy, type DocumentReading, openTrustStore, readDocument, verifyAuthenticity } from '@visavis/emrtd';
import { describe, expect, it } from 'vitest';
import { type ChipOptions, cloneWithForeignKeys, createChip, createSpecimenState, type Passport, type PassportOrder, transmitBatch, withLatency } from '../index.ts';
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

function readable(passport: Passport, options: ChipOptions = {}): DocumentReading {
  const result = read(passport, options);
  if (!result.ok) throw new Error(`${result.fault.code} ${JSON.stringify(result.fault.detail)}`);
  return result.value;
}

/** By a terminal that trusts this state. */
function verdict(reading: DocumentReading): Result<AuthenticDocument> {
  const trustStore = openTrustStore({ ...state.trustAnchors, deviationLists: [], policy: defaultTrustPolicy });
  if (!trustStore.ok) throw new Error(trustStore.fault.code);
  return verifyAuthenticity({ reading, trustStore: trustStore.value, atMs: nowMs }).result;
}

function judged(reading: DocumentReading): AuthenticDocument {
  const result = verdict(reading);
  if (!result.ok) throw new Error(`${result.fault.code} ${JSON.stringify(result.fault.detail)}`);
  return result.value;
}

function code(reading: DocumentReading): string {
  const result = verdict(reading);
  return result.ok ? result.value.chipProof : result.fault.code;
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

it.each<readonly [NonNullable<PassportOrder['activeAuthenticationAlgorithm']>, trailer: string | undefined]>([
  ['rsa1024', 'bc'],
  ['rsa1024-sha256', '34cc'],
  ['rsa1280-sha224', '38cc'],
  ['rsa1536-sha384', '36cc'],
  ['rsa1536-sha512', '35cc'],
  ['rsa2048', '34cc'],
  ['ecdsa', undefined],
  ['ecdsa-secp224r1-sha224', undefined],
  ['ecdsa-brainpoolP224r1-sha256', undefined],
  ['ecdsa-prime256v1-sha1', undefined],
  ['ecdsa-prime256v1-sha512', undefined],
  ['ecdsa-brainpoolP320r1-sha384', undefined],
  ['ecdsa-secp384r1-sha384', undefined],
  ['ecdsa-brainpoolP512r1-sha512', undefined],
  ['ecdsa-secp521r1-sha512', undefined],
])('active authentication by %s proves the chip, and not its copy', (activeAuthenticationAlgorithm, trailer) => {
  const passport = state.mintPassport({ ...order, authentication: 'activeAuthentication', activeAuthenticationAlgorithm });
  const key = passport.chip.activeAuthenticationKey!;
  const options = { extendedLengthBytes: 4096 };
  const reading = readable(passport, options);
  expect(judged(reading).chipProof).toBe('activeAuthentication');
  expect(code(readable(cloneWithForeignKeys(passport), options))).toBe('AA_FAILED');
  if (key.kind !== 'rsa' || reading.activeAuthentication.status !== 'answered') return;
  const representative = publicEncrypt({ key: key.privateKey, padding: constants.RSA_NO_PADDING }, reading.activeAuthentication.signature);
  expect(representative.toString('hex').slice(-trailer!.length)).toBe(trailer);
});

it('the model of latency counts batches, commands and bytes', () => {
  const chip = withLatency(createChip(state.mintPassport(order)), { apduMs: 25, linkKbitPerS: 8, rttMs: 60 });
  const { answers } = chip.transmitBatch([{ apdu: Uint8Array.of(0x00, 0xa4, 0x00, 0x0c), accept: [] }, { apdu: Uint8Array.of(0x00, 0xff, 0x00, 0x00), accept: [] }]);
  expect(answers.map(({ length }) => length)).toEqual([2, 2]);
  // One round trip, two commands, twelve bytes at one per millisecond.
  expect(chip.modelledMs).toBe(60 + 2 * 25 + 12);
});

import { randomBytes } from 'node:crypto';
import { type AuthenticDocument, defaultTrustPolicy, type DocumentReading, openTrustStore, readDocument, type TerminalAnswers, verifyAuthenticity } from '@visavis/emrtd';
import { type Result, toHex, utf8 } from '@visavis/kernel';
import { describe, expect, it } from 'vitest';
import { alteredDg1, alteredDg2, cardAccessAltered, cardAccessRemoved, cloneWithForeignKeys, cloneWithoutKeys, createChip, createSpecimenState, flippedSodSignature, paceRefused, type Passport, type PassportOrder, type PrintedAccessKey, strippedDg14Dg15, type TamperingName, tamperings, transmitBatch, unknownCsca } from '../index.ts';
import { testPortrait } from '../test-portrait.ts';
import type { ChipOptions } from './create-chip.ts';

/**
 * The real terminal against the chip simulator. Neither shares protocol code with the other, so that what both agree
 * on is what ICAO 9303-11 says, or a misreading that two people made alike.
 */
const nowMs = Date.UTC(2026, 10, 22, 9);
const random = (n: number): Uint8Array => randomBytes(n);
const state = createSpecimenState({ seed: 'cross', nowMs });
const order: PassportOrder = { portrait: testPortrait, familyName: "O'MUSTER-MANN", givenNames: 'ANNA MARIA', dateOfBirth: '1990-02-03', dateOfExpiry: '2033-02-03', sex: 'female', access: 'paceAndBac', authentication: 'both' };
const genuine = state.mintPassport(order);

type Relay = (answers: TerminalAnswers, batch: number) => TerminalAnswers;

function read(passport: Passport, o: { readonly access?: PrintedAccessKey; readonly chip?: ChipOptions; readonly relay?: Relay } = {}): Result<DocumentReading> {
  const chip = createChip(passport, o.chip);
  const terminal = readDocument({ access: o.access ?? passport.access, random, optionalDataGroups: [] });
  let step = terminal.next();
  for (let batch = 0; step.done !== true; batch++) {
    const answers = transmitBatch(chip, step.value.commands);
    step = terminal.next(o.relay?.(answers, batch) ?? answers);
  }
  return step.value;
}

function judge(reading: DocumentReading, atMs = nowMs, of = state): Result<AuthenticDocument> {
  const trustStore = openTrustStore({ ...of.trustAnchors, deviationLists: [], policy: defaultTrustPolicy });
  if (!trustStore.ok) throw new Error(trustStore.fault.code);
  return verifyAuthenticity({ reading, trustStore: trustStore.value, atMs }).result;
}

/** From the chip to the verdict on it. */
function readAndJudge(passport: Passport, o: Parameters<typeof read>[1] = {}): Result<AuthenticDocument> {
  const reading = read(passport, o);
  return reading.ok ? judge(reading.value) : reading;
}

const codeOf = (result: Result<unknown>): string => (result.ok ? 'accepted' : result.fault.code);

const chipProofOf = { both: 'chipAuthentication', chipAuthentication: 'chipAuthentication', activeAuthentication: 'activeAuthentication', none: 'none' } as const;
const orders = (['pace', 'bac', 'paceAndBac'] as const).flatMap((access) =>
  (['both', 'chipAuthentication', 'activeAuthentication', 'none'] as const).flatMap((authentication) =>
    ([{ paceCurve: 'brainpoolP256r1', chipAuthenticationCurve: 'brainpoolP256r1', chipAuthenticationCipher: 'aes128' }, { paceCurve: 'P-256', chipAuthenticationCurve: 'P-256', chipAuthenticationCipher: 'tripleDes' }] as const).map((variant) => ({ access, authentication, ...variant })),
  ),
);

describe('an honest passport is read and proved', () => {
  it.each(orders)('$access, $authentication, PACE on $paceCurve, CA under $chipAuthenticationCipher', (variant) => {
    const passport = state.mintPassport({ ...order, ...variant });
    const result = readAndJudge(passport);
    if (!result.ok) throw new Error(`${result.fault.code} ${JSON.stringify(result.fault.detail)}`);
    const { person, document, portrait, ...proof } = result.value;
    expect(proof).toMatchObject({ chipProof: chipProofOf[variant.authentication], accessProtocol: variant.access === 'bac' ? 'bac' : 'pace', downgraded: false });
    expect(person).toEqual({ familyName: 'OMUSTER MANN', givenNames: 'ANNA MARIA', dateOfBirth: '1990-02-03', sex: 'female', nationality: 'UTO' });
    expect(document).toEqual({ type: 'passport', issuingState: 'UTO', documentNumber: passport.documentNumber, dateOfExpiry: '2033-02-03' });
    expect([portrait.mediaType, toHex(portrait.bytes)]).toEqual(['image/jpeg', toHex(testPortrait)]);
  });

  it('opens by its card access number, with extended length, and signed by a CSCA on P-256', () => {
    expect(codeOf(readAndJudge(genuine, { access: { kind: 'can', can: genuine.can } }))).toBe('accepted');
    expect(codeOf(readAndJudge(genuine, { chip: { extendedLengthBytes: 4096 } }))).toBe('accepted');
    const other = createSpecimenState({ seed: 'cross', nowMs, curve: 'P-256' });
    const reading = read(other.mintPassport(order));
    expect(codeOf(reading.ok ? judge(reading.value, nowMs, other) : reading)).toBe('accepted');
  });

  it.each([
    ['rsa1024', {}],
    ['rsa2048', { extendedLengthBytes: 4096 }],
  ] as const)('that signs the nonce by %s, and its bluffing clone does not pass', (activeAuthenticationAlgorithm, chip) => {
    const passport = state.mintPassport({ ...order, authentication: 'activeAuthentication', activeAuthenticationAlgorithm });
    const result = readAndJudge(passport, { chip });
    expect(result.ok && result.value.chipProof).toBe('activeAuthentication');
    expect(codeOf(readAndJudge(cloneWithForeignKeys(passport), { chip }))).toBe('AA_FAILED');
  });

  it('within six round trips by PACE and four by BAC', () => {
    const trips = (access: PassportOrder['access']): number => {
      const reading = read(state.mintPassport({ ...order, access }));
      return reading.ok ? reading.value.roundTrips : Number.POSITIVE_INFINITY;
    };
    expect([trips('paceAndBac'), trips('bac')]).toEqual([6, 4]);
  });
});

describe('what the chip or the citizen does wrong ends in its own code', () => {
  const other = state.mintPassport({ ...order, familyName: 'OTHER' });
  const otherPortrait = Uint8Array.from([...testPortrait.subarray(0, -2), 0, 0xff, 0xd9]);
  const activeOnly = state.mintPassport({ ...order, authentication: 'activeAuthentication' });
  /** What the state signs though it should not: bytes of a file changed from a place on. */
  const signedAnyway = (name: 'dg1' | 'dg2', at: number, bytes: Uint8Array): Passport => {
    const file = genuine.files[name].slice();
    file.set(bytes, at);
    return state.resign({ ...genuine, files: { ...genuine.files, [name]: file } });
  };
  /** DG1 is two headers of 5 bytes together, then the two lines; the issuing state stands at their third character. */
  const issuingStateAt = 5 + 2;
  const keyless = state.mintPassport({ ...order, access: 'bac', authentication: 'none' });
  it.each<readonly [string, string, () => Result<unknown>]>([
    ['the twin of them all', 'accepted', () => readAndJudge(genuine)],
    ['wrong MRZ, PACE', 'CHIP_ACCESS_DENIED', () => readAndJudge(genuine, { access: { ...genuine.access, dateOfBirth: '900204' } })],
    ['wrong CAN', 'CHIP_ACCESS_DENIED', () => readAndJudge(genuine, { access: { kind: 'can', can: genuine.can.startsWith('1') ? '200000' : '100000' } })],
    ['wrong MRZ, BAC', 'CHIP_ACCESS_DENIED', () => readAndJudge(state.mintPassport({ ...order, access: 'bac' }), { access: genuine.access })],
    ['altered portrait', 'PA_DG_HASH_MISMATCH', () => readAndJudge(alteredDg2(genuine, otherPortrait))],
    ['altered name', 'PA_DG_HASH_MISMATCH', () => readAndJudge(alteredDg1(genuine, { ...order, familyName: 'ELSE' }))],
    ['EF.SOD of another passport', 'PA_DG_HASH_MISMATCH', () => readAndJudge({ ...genuine, files: { ...genuine.files, sod: other.files.sod } })],
    ['the twin of the next two', 'accepted', () => readAndJudge(keyless)],
    ['DG15 that its issuer never signed', 'PA_DG_NOT_SIGNED', () => readAndJudge({ ...keyless, files: { ...keyless.files, dg15: activeOnly.files.dg15 } })],
    ['DG14 that its issuer never signed', 'PA_DG_NOT_SIGNED', () => readAndJudge({ ...keyless, files: { ...keyless.files, dg14: genuine.files.dg14 } })],
    ['a document of another state than its signer', 'PA_ISSUER_MISMATCH', () => readAndJudge(signedAnyway('dg1', issuingStateAt, utf8('D<<')))],
    ['the twin of that: its own state, written again', 'accepted', () => readAndJudge(signedAnyway('dg1', issuingStateAt, utf8('UTO')))],
    ['signed lines whose check digits are wrong', 'PA_DG1_MALFORMED', () => readAndJudge(signedAnyway('dg1', 5 + 44 + 9, utf8('X')))],
    ['a signed portrait that is none', 'PA_PORTRAIT_MALFORMED', () => readAndJudge(signedAnyway('dg2', 6, new Uint8Array(40)))],
    ['a file that says it is endless', 'CHIP_FILE_TOO_LARGE', () => readAndJudge({ ...genuine, files: { ...genuine.files, dg2: Uint8Array.of(0x75, 0x83, 0xff, 0xff, 0xff, ...new Uint8Array(300)) } })],
    ['flipped signature', 'PA_SOD_SIGNATURE_INVALID', () => readAndJudge(flippedSodSignature(genuine))],
    ['unknown CSCA of the right name', 'PA_CSCA_UNKNOWN', () => readAndJudge(unknownCsca(genuine, nowMs))],
    ['expired document signer', 'PA_SIGNER_NOT_VALID', () => readAndJudge(state.resign(genuine, 'expired'))],
    ['revoked document signer', 'PA_SIGNER_REVOKED', () => readAndJudge(state.resign(genuine, 'revoked'))],
    ['expired document', 'PA_DOCUMENT_EXPIRED', () => readAndJudge(state.mintPassport({ ...order, dateOfExpiry: '2026-11-20' }))],
    ['clone without DG14 and DG15', 'PA_DG_MISSING', () => readAndJudge(strippedDg14Dg15(genuine))],
    ['clone that has no chip authentication key', 'CA_FAILED', () => readAndJudge(cloneWithoutKeys(genuine))],
    ['clone that bluffs at chip authentication', 'CA_FAILED', () => readAndJudge(cloneWithForeignKeys(genuine))],
    ['clone that has no active authentication key', 'AA_FAILED', () => readAndJudge(cloneWithoutKeys(activeOnly))],
    ['clone that bluffs at active authentication', 'AA_FAILED', () => readAndJudge(cloneWithForeignKeys(activeOnly))],
    ['EF.CardAccess that advertises another curve', 'PA_CARD_ACCESS_MISMATCH', () => readAndJudge(cardAccessAltered(genuine))],
  ])('%s: %s', (_what, code, attempt) => {
    expect(codeOf(attempt())).toBe(code);
  });

  it.each([
    ['PACE advertised but refused', paceRefused],
    ['EF.CardAccess taken away', cardAccessRemoved],
  ])('%s: read by BAC, and told as a downgrade', (_what, tamper) => {
    const result = readAndJudge(tamper(genuine));
    expect(result.ok && [result.value.accessProtocol, result.value.downgraded]).toEqual(['bac', true]);
  });
});

describe('the attack kit by name, as the made-up state offers it', () => {
  const expected: Readonly<Record<TamperingName, string>> = {
    none: 'accepted',
    alteredDg1: 'PA_DG_HASH_MISMATCH',
    alteredDg2: 'PA_DG_HASH_MISMATCH',
    flippedSodSignature: 'PA_SOD_SIGNATURE_INVALID',
    unknownCsca: 'PA_CSCA_UNKNOWN',
    expiredSigner: 'PA_SIGNER_NOT_VALID',
    revokedSigner: 'PA_SIGNER_REVOKED',
    strippedDg14Dg15: 'PA_DG_MISSING',
    cloneWithoutKeys: 'CA_FAILED',
    cloneWithForeignKeys: 'CA_FAILED',
    // Downgrades are the policy's to rule: the document itself is genuine.
    paceRefused: 'accepted, downgraded',
    cardAccessAltered: 'PA_CARD_ACCESS_MISMATCH',
    cardAccessRemoved: 'accepted, downgraded',
  };
  it.each(Object.entries(expected))('%s: %s', (name, outcome) => {
    const result = readAndJudge(tamperings[name as TamperingName]({ passport: genuine, printed: order, portrait: testPortrait, state, nowMs }));
    expect(result.ok && result.value.downgraded ? 'accepted, downgraded' : codeOf(result)).toBe(outcome);
  });
});

describe('what a relay does wrong ends in its own code', () => {
  /** The batch that carries PACE's last command and the first files, for this passport and terminal. */
  const READING_BATCH = 4;
  const change = (edit: (answers: Uint8Array[]) => Uint8Array[]): Relay => (received, batch) => (batch === READING_BATCH ? { ...received, answers: edit([...received.answers]) } : received);
  const flipOneBit = (answer: Uint8Array): Uint8Array => answer.map((byte, i) => (i === 5 ? byte ^ 1 : byte));
  it.each<readonly [string, string, Relay]>([
    ['carries all', 'accepted', (received) => received],
    ['loses the tag', 'CHIP_TAG_LOST', (received, batch) => (batch < READING_BATCH ? received : { answers: received.answers.slice(0, 2), ended: 'tagLost' })],
    ['flips a bit of a protected answer', 'CHIP_SECURE_MESSAGING_BROKEN', change((answers) => answers.map((a, i) => (i === 1 ? flipOneBit(a) : a)))],
    ['swaps two answers', 'CHIP_SECURE_MESSAGING_BROKEN', change((answers) => answers.toSpliced(5, 2, answers[6]!, answers[5]!))],
    ['answers in the chip\'s place, unprotected', 'CHIP_SECURE_MESSAGING_BROKEN', change((answers) => answers.map((a, i) => (i === 1 ? Uint8Array.of(0x90, 0x00) : a)))],
    ['leaves answers out', 'CHIP_RELAY_MISBEHAVED', (received, batch) => (batch === READING_BATCH ? { answers: received.answers.slice(0, 2), ended: 'complete' } : received)],
    ['gives more than was asked', 'CHIP_RELAY_MISBEHAVED', (received) => ({ ...received, answers: Array.from({ length: 400 }, () => Uint8Array.of(0x90, 0x00)) })],
  ])('%s: %s', (_what, code, relay) => {
    expect(codeOf(readAndJudge(genuine, { relay }))).toBe(code);
  });
});

import { createHash } from 'node:crypto';
import { DH_GROUPS } from '@visavis/emrtd/crypto';
import { type Bytes, concatBytes, equalBytes, fromHex, toHex } from '@visavis/kernel';
import { cardAccessAltered, cardAccessRemoved, paceRefused } from '../attack-kit/downgrades.ts';
import { intercept, interceptPace, isProtected } from '../attack-kit/intercept.ts';
import { deriveKey, pad, tripleDes } from '../chip/ciphers.ts';
import { answer, encodeAnswer } from '../chip/status-words.ts';
import { objectIdentifier, sequence, setOf } from '../der/der.ts';
import { mrzInformation } from '../lds/encode-mrz-td3.ts';
import type { Passport } from '../lds/passport.ts';
import { curves, drawKeyPair } from '../pki/elliptic-curve.ts';
import { attack, type Attack } from './attack.ts';
import type { PassportKind, Workshop } from './workshop.ts';

const PACE = '9303-11 §4.4';
const BAC = '9303-11 §4.3';
const DOWNGRADE = '9303-11 §4.2';
const P256 = curves['P-256'].curve;
const POINT_BYTES = 65;

type Change = (honest: Uint8Array, asked: Uint8Array, workshop: Workshop) => Uint8Array;

/** A passport with somebody who changes one answer of PACE; it opens by BAC too unless told. */
const pace = (name: string, tag: 0x80 | 0x82 | 0x84 | 0x86, change: Change, code = 'CHIP_KEY_AGREEMENT_INVALID', kind: PassportKind = 'pace'): Attack =>
  attack(name, PACE, code, (w, evil) => {
    const passport = w.passport(kind);
    return w.present(passport, { chip: interceptPace(w.chip(passport), tag, (honest, asked) => (evil ? change(honest, asked, w) : honest)) });
  });

/** What is wrong with a public key, for either step that brings one. */
const badKeys: readonly (readonly [name: string, change: Change])[] = [
  ['at-infinity', () => Uint8Array.of(0)],
  ['of-zeros', () => concatBytes(Uint8Array.of(4), new Uint8Array(POINT_BYTES - 1))],
  ['off-the-curve', (honest) => honest.map((byte, i) => (i === POINT_BYTES - 1 ? byte ^ 1 : byte))],
  ['beyond-the-field', (honest) => concatBytes(Uint8Array.of(4), new Uint8Array(32).fill(0xff), honest.subarray(33))],
  ['of-another-curve', (_honest, _asked, w) => drawKeyPair('brainpoolP256r1', w.random('elsewhere')).publicKey],
  ['compressed', (honest) => concatBytes(Uint8Array.of(2 + (honest[POINT_BYTES - 1]! & 1)), honest.subarray(1, 33))],
  ['reflected', (_honest, asked) => asked],
  ['missing', () => new Uint8Array()],
];

const { p: PRIME, g: GENERATOR, q: ORDER } = DH_GROUPS[2];
const PRIME_BYTES = 256;
const integerOf = (value: bigint, bytes = PRIME_BYTES): Bytes => fromHex(value.toString(16).padStart(2 * bytes, '0'));

/** What is wrong with an integer modulo a prime as a public key. */
const badIntegers: readonly (readonly [name: string, change: Change])[] = [
  ['zero', () => integerOf(0n)],
  ['one', () => integerOf(1n)],
  ['one-in-one-byte', () => Uint8Array.of(1)],
  ['the-prime-less-one', () => integerOf(PRIME - 1n)],
  ['the-prime', () => integerOf(PRIME)],
  ['the-prime-and-one', () => integerOf(PRIME + 1n)],
  // Its order is not the subgroup's: what it answers with would tell of the terminal's secret.
  ['outside-the-subgroup', () => integerOf(outsideSubgroup())],
  ['the-honest-one-negated', (honest) => integerOf(PRIME - BigInt(`0x${toHex(honest)}`))],
  ['the-honest-one-and-the-prime', (honest) => integerOf(BigInt(`0x${toHex(honest)}`) + PRIME, PRIME_BYTES + 1)],
  ['reflected', (_honest, asked) => asked],
  ['missing', () => new Uint8Array()],
];

/** The smallest number that no power of the generator is. */
function outsideSubgroup(): bigint {
  for (let value = 2n; ; value++) if (power(value, ORDER) !== 1n) return value;
}

function power(base: bigint, exponent: bigint, modulus = PRIME): bigint {
  let result = 1n;
  for (let square = base, rest = exponent; rest > 0n; rest >>= 1n, square = (square * square) % modulus) if ((rest & 1n) === 1n) result = (result * square) % modulus;
  return result;
}

/** What is wrong with a file of SecurityInfos that anybody may read and change. */
const badCardAccess: readonly (readonly [name: string, change: (honest: Bytes) => Bytes])[] = [
  ['rubbish', () => fromHex('deadbeefdeadbeefdeadbeef')],
  ['of-another-tag', (honest) => concatBytes(Uint8Array.of(0x30), honest.subarray(1))],
  ['cut-short', (honest) => honest.slice(0, -1)],
  ['with-broken-insides', (honest) => honest.map((byte, i) => (i === 3 ? byte ^ 0x7f : byte))],
  ['with-an-open-length', (honest) => concatBytes(Uint8Array.of(0x31, 0x80), honest.subarray(2), new Uint8Array(2))],
  ['empty', () => new Uint8Array()],
  ['of-nothing', () => setOf()],
  ['of-other-things', () => setOf(sequence(objectIdentifier('0.4.0.127.0.7.2.2.2'), Uint8Array.of(2, 1, 1)))],
];

/** An answer of BAC is changed. @param ins 84 the challenge, 82 the chip's proof */
const bac = (name: string, ins: 0x82 | 0x84, code: string, change: (answer: Bytes, asked: Uint8Array, workshop: Workshop) => Bytes): Attack =>
  attack(name, BAC, code, (w, evil) => {
    const passport = w.passport('plain');
    return w.present(passport, { chip: intercept(w.chip(passport), (command, ask) => (evil && command.ins === ins ? change(ask(), command.data, w) : ask())) });
  });

const downgrade = (name: string, tamper: (passport: Passport) => Passport, code = 'CHIP_ACCESS_DOWNGRADED'): Attack =>
  attack(name, DOWNGRADE, code, (w, evil) => w.present(evil ? tamper(w.passport('pace')) : w.passport('pace')));

/** One step of PACE fails; BAC would work. */
const failingStep = (name: string, at: number, status: number): Attack =>
  attack(name, DOWNGRADE, 'CHIP_ACCESS_DOWNGRADED', (w, evil) => {
    const passport = w.passport('pace');
    let step = 0;
    return w.present(passport, { chip: intercept(w.chip(passport), (command, ask) => (evil && command.ins === 0x86 && command.cla === 0x10 && step++ >= at ? encodeAnswer(answer(status)) : ask())) });
  });

/** Whether this is the first draw of its kind. */
function firstTime(isOne: (bytes: number) => boolean): (bytes: number) => boolean {
  let done = false;
  return (bytes) => {
    if (done || !isOne(bytes)) return false;
    return (done = true);
  };
}

/** X with SK·X = −s·G, for a terminal whose mapping secret SK is known to be a tiny number. */
function cancellingKey(terminalKey: Uint8Array, s: bigint): Uint8Array {
  const { BASE, Fn } = P256.Point;
  const secret = [1n, 2n, 3n].find((tiny) => equalBytes(BASE.multiply(tiny).toBytes(false), terminalKey));
  if (secret === undefined) throw new RangeError('this terminal makes another secret of that random number');
  return BASE.multiply(Fn.mul(Fn.neg(s), Fn.inv(secret))).toBytes(false);
}

/** The same by integers: X with X^SK = g^(−s). */
function cancellingInteger(terminalKey: Uint8Array, s: bigint): Uint8Array {
  const secret = [1n, 2n, 3n].find((tiny) => equalBytes(integerOf(power(GENERATOR, tiny)), terminalKey));
  if (secret === undefined) throw new RangeError('this terminal makes another secret of that random number');
  // By Fermat: the subgroup's order is prime.
  const inverse = power(secret, ORDER - 2n, ORDER);
  return integerOf(power(GENERATOR, ((ORDER - s) * inverse) % ORDER));
}

/** The chip picks its mapping key so that nonce and agreement cancel out; it has to know the terminal's secret for that. */
const atIdentity = (name: string, kind: PassportKind, cancel: (terminalKey: Uint8Array, s: bigint) => Uint8Array): Attack =>
  attack(name, PACE, 'CHIP_KEY_AGREEMENT_INVALID', (w, evil) => {
    const passport = w.passport(kind);
    const nonce = fromHex('00000000000000000000000000000007');
    const [chipRandom, terminalRandom] = [w.random('pace at infinity'), w.random('terminal of pace at infinity')];
    const [firstOf16, firstSecret] = [firstTime((bytes) => bytes === 16), firstTime((bytes) => bytes >= 32)];
    return w.present(passport, {
      chip: interceptPace(w.chip(passport, (bytes) => (firstOf16(bytes) ? nonce : chipRandom(bytes))), 0x82, (honest, asked) => (evil ? cancel(asked, 7n) : honest)),
      terminalRandom: (bytes) => (firstSecret(bytes) ? concatBytes(new Uint8Array(bytes - 1), Uint8Array.of(1)) : terminalRandom(bytes)),
    });
  });

const paceInfo = (parameterId: number): Bytes => sequence(objectIdentifier('0.4.0.127.0.7.2.2.4.2.2'), Uint8Array.of(2, 1, 2), Uint8Array.of(2, 1, parameterId));

/** Against the opening of the chip. */
export const accessAttacks: readonly Attack[] = [
  pace('pace-nonce-cut-short', 0x80, (honest) => honest.slice(0, 8)),
  pace('pace-nonce-of-17-bytes', 0x80, (honest) => concatBytes(honest, Uint8Array.of(0))),
  pace('pace-nonce-exchanged', 0x80, () => new Uint8Array(16), 'CHIP_ACCESS_DENIED'),
  ...badKeys.map(([name, change]) => pace(`pace-mapping-key-${name}`, 0x82, change)),
  ...badKeys.map(([name, change]) => pace(`pace-agreement-key-${name}`, 0x84, change)),
  ...badIntegers.map(([name, change]) => pace(`pace-dh-mapping-key-${name}`, 0x82, change, undefined, 'paceDh')),
  ...badIntegers.map(([name, change]) => pace(`pace-dh-agreement-key-${name}`, 0x84, change, undefined, 'paceDh')),
  ...badIntegers.map(([name, change]) => pace(`pace-dh-integrated-agreement-key-${name}`, 0x84, change, undefined, 'paceDhIntegrated')),
  ...badKeys.map(([name, change]) => pace(`pace-integrated-agreement-key-${name}`, 0x84, change, undefined, 'paceIntegrated')),
  pace('pace-integrated-nonce-cut-short', 0x80, (honest) => honest.slice(0, 8), undefined, 'paceIntegrated'),
  pace('pace-integrated-nonce-of-two-blocks-for-one', 0x80, (honest) => concatBytes(honest, honest), undefined, 'paceIntegrated'),
  pace('pace-integrated-nonce-exchanged', 0x80, () => new Uint8Array(16), 'CHIP_ACCESS_DENIED', 'paceIntegrated'),
  pace('pace-integrated-mapping-answered-by-a-key', 0x82, (_honest, _asked, w) => drawKeyPair('P-256', w.random('unasked')).publicKey, undefined, 'paceIntegrated'),
  pace('pace-integrated-mapping-answered-by-the-terminals-nonce', 0x82, (_honest, asked) => asked, undefined, 'paceIntegrated'),
  atIdentity('pace-mapped-generator-at-infinity', 'pace', cancellingKey),
  atIdentity('pace-dh-mapped-generator-of-one', 'paceDh', cancellingInteger),
  attack('pace-mapping-answered-again-at-agreement', PACE, 'CHIP_KEY_AGREEMENT_INVALID', (w, evil) => {
    const passport = w.passport('pace');
    const answers: Bytes[] = [];
    const chip = intercept(w.chip(passport), (command, ask) => {
      const answer = ask();
      if (command.ins !== 0x86 || command.cla !== 0x10) return answer;
      answers.push(answer);
      return evil && answers.length === 3 ? answers[1]! : answer;
    });
    return w.present(passport, { chip });
  }),
  pace('pace-token-altered', 0x86, (honest) => honest.map((byte, i) => (i === 0 ? byte ^ 1 : byte))),
  pace('pace-token-reflected', 0x86, (_honest, asked) => asked),
  pace('pace-token-cut-short', 0x86, (honest) => honest.slice(0, 4)),
  pace('pace-token-empty', 0x86, () => new Uint8Array()),
  attack('pace-with-an-unknown-parameter-id', '9303-11 §9.5.1', 'CHIP_ACCESS_UNSUPPORTED', (w, evil) => {
    // Without DG14, so that nothing signed speaks of PACE.
    const passport = w.passport('paceOnly');
    const files = { ...passport.files, dg14: undefined, cardAccess: evil ? setOf(paceInfo(99)) : setOf(paceInfo(99), paceInfo(12)) };
    return w.present({ ...passport, files: { ...files, sod: w.sod(files) } });
  }),
  attack('card-access-malformed', '9303-10 §3.11.3', 'CHIP_ACCESS_UNSUPPORTED', (w, evil) => {
    const passport = w.passport('paceOnly');
    return w.present({ ...passport, files: { ...passport.files, cardAccess: evil ? Uint8Array.of(0x31, 0x05, 0x30, 0x80, 0x00) : passport.files.cardAccess } });
  }),
  // Nothing signed speaks of PACE here, and the twin is a chip that never heard of it.
  ...badCardAccess.map(([name, change]) =>
    attack(`card-access-${name}-while-bac-works`, DOWNGRADE, 'CHIP_ACCESS_DOWNGRADED', (w, evil) => {
      if (!evil) return w.present(w.passport('plain'));
      const passport = w.passport('pace');
      const files = { ...passport.files, dg14: undefined };
      const silent = { ...passport, files: { ...files, sod: w.sod(files) }, chip: { ...passport.chip, chipAuthentication: [] } };
      return w.present(silent, { chip: intercept(w.chip(silent), (command, ask) => (!isProtected(command) && command.ins === 0xb0 && command.p1 === 0x9c ? encodeAnswer(answer(0x9000, change(Uint8Array.from(passport.files.cardAccess!)))) : ask())) });
    }),
  ),
  bac('bac-challenge-cut-short', 0x84, 'CHIP_ANSWER_MALFORMED', (answer) => concatBytes(answer.subarray(0, 4), answer.subarray(-2))),
  bac('bac-proof-reflected', 0x82, 'CHIP_KEY_AGREEMENT_INVALID', (answer, asked) => concatBytes(asked, answer.subarray(-2))),
  bac('bac-proof-altered', 0x82, 'CHIP_KEY_AGREEMENT_INVALID', (answer) => answer.map((byte, i) => (i === 0 ? byte ^ 1 : byte))),
  bac('bac-proof-missing', 0x82, 'CHIP_KEY_AGREEMENT_INVALID', (answer) => answer.slice(-2)),
  attack('bac-proof-for-another-nonce', BAC, 'CHIP_KEY_AGREEMENT_INVALID', (w, evil) => {
    // Well made by one who knows the machine readable zone, but not for what this terminal drew: a recorded proof.
    const passport = w.passport('plain');
    const seed = createHash('sha1').update(mrzInformation(passport.mrz), 'latin1').digest().subarray(0, 16);
    const zero = new Uint8Array(8);
    let challenge: Uint8Array = zero;
    const chip = intercept(w.chip(passport), (command, ask) => {
      const answer = ask();
      if (command.ins === 0x84) challenge = answer.slice(0, 8);
      if (command.ins !== 0x82 || !evil) return answer;
      const sealed = tripleDes.encrypt(deriveKey(seed, 1), zero, concatBytes(challenge, zero, new Uint8Array(16)));
      return concatBytes(sealed, tripleDes.mac(deriveKey(seed, 2), pad(sealed, 8)), answer.slice(-2));
    });
    return w.present(passport, { chip });
  }),
  downgrade('pace-refused-while-bac-works', paceRefused),
  downgrade('card-access-removed', cardAccessRemoved),
  downgrade('card-access-of-another-curve', cardAccessAltered, 'PA_CARD_ACCESS_MISMATCH'),
  failingStep('pace-refused-at-the-nonce', 0, 0x6985),
  failingStep('pace-refused-at-the-mapping', 1, 0x6a80),
  failingStep('pace-refused-at-the-agreement', 2, 0x6f00),
  // The channel is dropped; when the terminal opens the chip anew, PACE is gone, and nothing signed speaks of it.
  attack('pace-gone-when-the-chip-is-opened-again', DOWNGRADE, 'CHIP_ACCESS_DOWNGRADED', (w, evil) => {
    const passport = w.passport('pace');
    const files = { ...passport.files, dg14: undefined };
    const chip = w.chip({ ...passport, files: { ...files, sod: w.sod(files) }, chip: { ...passport.chip, chipAuthentication: [] } });
    let dropped = false;
    return w.present(passport, {
      chip: intercept(chip, (command, ask) => {
        if (!dropped && isProtected(command) && command.ins === 0xb0) {
          dropped = true;
          chip.powerOn();
          return encodeAnswer(answer(0x6988));
        }
        if (evil && dropped && !isProtected(command) && [0x22, 0xb0].includes(command.ins)) return encodeAnswer(answer(0x6a82));
        return ask();
      }),
    });
  }),
];

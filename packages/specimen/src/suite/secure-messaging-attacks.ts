import { type Bytes, concatBytes, fromHex } from '@visavis/kernel';
import { interceptProtected, rebuilt } from '../attack-kit/intercept.ts';
import { attack, type Attack } from './attack.ts';
import type { PassportKind } from './workshop.ts';

const CLAUSE = '9303-11 §9.8';
const BROKEN = 'CHIP_SECURE_MESSAGING_BROKEN';
/** The first answers belong to the opening; the one chosen brings data of a file. */
const AT = 3;

const flip = (bytes: Bytes, at: number): Bytes => bytes.map((byte, i) => (i === at ? byte ^ 1 : byte));
const altered = (tag: number, change: (value: Bytes) => Bytes) => (answer: Bytes): Bytes =>
  rebuilt(answer, (objects) => objects.map((object) => (object.tag === tag ? { tag, value: change(object.value) } : object)));
const without = (tag: number) => (answer: Bytes): Bytes => rebuilt(answer, (objects) => objects.filter((object) => object.tag !== tag));

type Change = (answer: Bytes, earlier: readonly Bytes[]) => Bytes;

/** What somebody without the keys can do to a protected answer. */
const changes: readonly (readonly [name: string, change: Change])[] = [
  ['unprotected-success', () => fromHex('9000')],
  ['unprotected-data', (answer) => concatBytes(answer.subarray(0, 32), fromHex('9000'))],
  ['unprotected-in-the-shape-of-protected', () => fromHex('990290008e0800000000000000009000')],
  ['mac-missing', without(0x8e)],
  ['mac-cut-to-4-bytes', altered(0x8e, (mac) => mac.slice(0, 4))],
  ['mac-of-no-bytes', altered(0x8e, () => new Uint8Array())],
  ['mac-of-zeros', altered(0x8e, () => new Uint8Array(8))],
  ['mac-altered', altered(0x8e, (mac) => flip(mac, 7))],
  ['status-object-missing', without(0x99)],
  ['status-inside-altered', altered(0x99, () => fromHex('6282'))],
  ['status-outside-altered', (answer) => concatBytes(answer.subarray(0, -2), fromHex(answer.at(-2) === 0x90 ? '6282' : '9000'))],
  ['cryptogram-missing', without(0x87)],
  ['cryptogram-altered', altered(0x87, (value) => flip(value, 5))],
  ['cryptogram-cut-by-a-block', altered(0x87, (value) => value.slice(0, -8))],
  ['padding-indicator-altered', altered(0x87, (value) => concatBytes(Uint8Array.of(2), value.subarray(1)))],
  ['objects-in-another-order', (answer) => rebuilt(answer, ([data, status, mac]) => [status!, data!, mac!])],
  ['object-twice', (answer) => rebuilt(answer, (objects) => [objects[0]!, ...objects])],
  ['bytes-after-the-mac', (answer) => concatBytes(answer.subarray(0, -2), Uint8Array.of(0), answer.subarray(-2))],
  ['answer-of-the-command-before', (_answer, earlier) => earlier.at(-1)!],
  ['answer-of-the-first-command', (_answer, earlier) => earlier[0]!],
];

const onKind = (kind: PassportKind, suffix: string, list: typeof changes): readonly Attack[] =>
  list.map(([name, change]) =>
    attack(`sm-${name}${suffix}`, CLAUSE, BROKEN, (w, evil) => {
      const passport = w.passport(kind);
      return w.present(passport, { chip: interceptProtected(w.chip(passport), AT, (answer, earlier) => (evil ? change(answer, earlier) : answer)) });
    }),
  );

/** Against secure messaging, by somebody who does not hold its keys. */
export const secureMessagingAttacks: readonly Attack[] = [
  ...onKind('plain', '', changes),
  // AES with its longer counter is other code than triple DES.
  ...onKind('pace', '-under-aes', changes.filter(([name]) => ['mac-altered', 'cryptogram-altered', 'answer-of-the-command-before', 'status-outside-altered'].includes(name))),
];

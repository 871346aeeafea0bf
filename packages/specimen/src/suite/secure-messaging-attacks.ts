import { type Bytes, concatBytes, fromHex } from '@visavis/kernel';
import { eavesdrop } from '../attack-kit/eavesdrop.ts';
import { interceptProtected, rebuilt } from '../attack-kit/intercept.ts';
import { pad } from '../chip/ciphers.ts';
import type { Answer } from '../chip/status-words.ts';
import { tlv } from '../der/der.ts';
import { attack, type Attack } from './attack.ts';
import type { PassportKind } from './workshop.ts';

const CLAUSE = '9303-11 §9.8';
const BROKEN = 'CHIP_SECURE_MESSAGING_BROKEN';
/** Of the answers that bring bytes of a file, the second: another one has gone before. */
const AT = 1;

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
  ['status-inside-altered', altered(0x99, (status) => fromHex(status[0] === 0x90 ? '6282' : '9000'))],
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

/** One answer is protected in a wrong way, though with a MAC that holds: a chip of the attacker's own make, or one who knows the machine readable zone. */
const sealedWrongly = (name: string, seal: (plain: Answer, encrypt: (blocks: Uint8Array) => Bytes) => readonly Bytes[], status = 0x9000): Attack =>
  attack(name, '9303-11 §9.8.4', BROKEN, (w, evil) => {
    const passport = w.passport('plain');
    let files = 0;
    return w.present(passport, { chip: eavesdrop(w.chip(passport), passport, { seal: (plain, encrypt) => (plain.data.length > 40 && files++ === AT && evil ? { objects: seal(plain, encrypt), status } : undefined) }) });
  });
const ok = tlv(0x99, fromHex('9000'));
const data = (blocks: Uint8Array, indicator = 1): Bytes => tlv(0x87, Uint8Array.of(indicator), blocks);

/** Against secure messaging, without its keys and with them. */
export const secureMessagingAttacks: readonly Attack[] = [
  ...onKind('plain', '', changes),
  // AES with its longer counter is other code than triple DES.
  ...onKind('pace', '-under-aes', changes.filter(([name]) => ['mac-altered', 'cryptogram-altered', 'answer-of-the-command-before', 'status-outside-altered'].includes(name))),
  sealedWrongly('sm-two-statuses-under-one-mac', (plain, encrypt) => [data(encrypt(pad(plain.data, 8))), ok], 0x6282),
  sealedWrongly('sm-padding-indicator-2-under-its-mac', (plain, encrypt) => [data(encrypt(pad(plain.data, 8)), 2), ok]),
  sealedWrongly('sm-padding-missing-under-its-mac', (_plain, encrypt) => [data(encrypt(new Uint8Array(16).fill(0x41))), ok]),
  sealedWrongly('sm-padding-of-zeros-under-its-mac', (_plain, encrypt) => [data(encrypt(new Uint8Array(16))), ok]),
  sealedWrongly('sm-broken-block-under-its-mac', (plain, encrypt) => [data(concatBytes(encrypt(pad(plain.data, 8)), Uint8Array.of(1))), ok]),
  sealedWrongly('sm-cryptogram-of-no-bytes-under-its-mac', () => [data(new Uint8Array()), ok]),
  sealedWrongly('sm-status-missing-under-its-mac', (plain, encrypt) => [data(encrypt(pad(plain.data, 8)))]),
  sealedWrongly('sm-data-twice-under-one-mac', (plain, encrypt) => [data(encrypt(pad(plain.data, 8))), data(encrypt(pad(plain.data, 8))), ok]),
  sealedWrongly('sm-objects-in-another-order-under-one-mac', (plain, encrypt) => [ok, data(encrypt(pad(plain.data, 8)))]),
  sealedWrongly('sm-status-of-three-bytes-under-its-mac', (plain, encrypt) => [data(encrypt(pad(plain.data, 8))), tlv(0x99, fromHex('900000'))]),
  sealedWrongly('sm-data-in-the-clear-under-its-mac', (plain) => [tlv(0x81, plain.data), ok]),
];

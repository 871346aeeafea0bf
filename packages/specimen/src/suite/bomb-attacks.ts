import { type Bytes, concatBytes, fromHex } from '@visavis/kernel';
import { eavesdrop } from '../attack-kit/eavesdrop.ts';
import { intercept } from '../attack-kit/intercept.ts';
import type { CommandApdu } from '../chip/command-apdu.ts';
import { answer, type Answer, encodeAnswer } from '../chip/status-words.ts';
import { integer, sequence, setOf, tlv } from '../der/der.ts';
import type { Passport } from '../lds/passport.ts';
import { attack, type Attack } from './attack.ts';
import type { PassportKind } from './workshop.ts';

const FILES = '9303-10 §3.11';
const DER = 'X.690 §10';
type FileName = 'sod' | 'dg1' | 'dg2';

/** A file that is not what it says, or says too much. */
const file = (name: string, code: string, which: FileName, content: (honest: Bytes) => Bytes): Attack =>
  attack(name, FILES, code, (w, evil) => w.presentFiles(evil ? { [which]: content(w.passport('plain').files[which]) } : {}));

/** EF.SOD's contents, well wrapped. */
const sodOf = (name: string, contents: () => Bytes): Attack =>
  attack(name, DER, 'PA_SOD_MALFORMED', (w, evil) => w.presentFiles(evil ? { sod: tlv(0x77, contents()) } : {}));

/** A data group that the state signed as it is. */
const signed = (name: string, clause: string, code: string, kind: PassportKind, which: 'dg2' | 'dg14', change: (honest: Bytes) => Bytes): Attack =>
  attack(name, clause, code, (w, evil) => {
    const passport = w.passport(kind);
    const files: Passport['files'] = { ...passport.files, [which]: evil ? change(passport.files[which]!) : passport.files[which] };
    return w.present({ ...passport, files: { ...files, sod: w.sod(files) } });
  });

/** What the chip answers when it is asked for bytes of a file. */
const reading = (name: string, code: string, change: (honest: Answer, seen: number) => Answer): Attack => {
  const clause = '9303-10 §3.6.3';
  return attack(name, clause, code, (w, evil) => {
    const passport = w.passport('plain');
    let seen = 0;
    const isRead = (ins: number): boolean => ins === 0xb0 || ins === 0xb1;
    return w.present(passport, { chip: eavesdrop(w.chip(passport), passport, evil ? { answer: (command, ask) => (isRead(command.ins) ? change(ask(), seen++) : ask()) } : {}) });
  });
};

/** Whoever lies between needs no key to say nothing, in the clear and to everything. */
const mute = (name: string, code: string, says: number, to: (command: CommandApdu, seen: number) => boolean): Attack =>
  attack(name, '9303-10 §3.6.3', code, (w, evil) => {
    const passport = w.passport('pace');
    let seen = 0;
    return w.present(passport, { chip: intercept(w.chip(passport), (command, ask) => (to(command, seen++) && evil ? encodeAnswer(answer(says)) : ask())) });
  });

function nested(depth: number, tag: number): Bytes {
  const whole: Uint8Array[] = [];
  let length = 0;
  for (let i = 0; i < depth; i++) {
    const head = Uint8Array.of(tag, 0x82, length >> 8, length & 0xff);
    whole.push(head);
    length += head.length;
  }
  return concatBytes(...whole.toReversed());
}

/** The face record inside DG2: where "FAC" begins. */
const recordAt = (dg2: Bytes): number => Buffer.from(dg2).indexOf('FAC\0');
const withRecord = (dg2: Bytes, at: number, bytes: Uint8Array): Bytes => {
  const changed = dg2.slice();
  changed.set(bytes, recordAt(dg2) + at);
  return changed;
};

/** Against time and memory: a chip that says too much, too little, or never ends. */
export const bombAttacks: readonly Attack[] = [
  file('file-of-4-gigabytes', 'CHIP_ANSWER_MALFORMED', 'dg2', (honest) => concatBytes(fromHex('7584ffffffff'), honest)),
  file('file-of-16-megabytes', 'CHIP_FILE_TOO_LARGE', 'sod', (honest) => concatBytes(fromHex('7783ffffff'), honest)),
  file('file-one-byte-beyond-the-limit', 'CHIP_FILE_TOO_LARGE', 'dg2', (honest) => concatBytes(fromHex('75830100000000'), honest)),
  file('file-with-a-length-of-5-bytes', 'CHIP_ANSWER_MALFORMED', 'dg2', (honest) => concatBytes(fromHex('75850100000000'), honest)),
  file('file-of-indefinite-length', 'CHIP_ANSWER_MALFORMED', 'dg2', (honest) => concatBytes(fromHex('7580'), honest)),
  file('file-with-an-endless-tag', 'CHIP_ANSWER_MALFORMED', 'dg1', (honest) => concatBytes(Uint8Array.of(0x7f), new Uint8Array(90).fill(0x81), honest)),
  file('dg1-empty', 'PA_DG_HASH_MISMATCH', 'dg1', () => fromHex('6100')),
  file('sod-empty', 'PA_SOD_MALFORMED', 'sod', () => fromHex('7700')),
  file('dg2-missing', 'CHIP_FILE_UNREADABLE', 'dg2', () => new Uint8Array()),
  file('sod-missing', 'CHIP_FILE_UNREADABLE', 'sod', () => new Uint8Array()),
  file('dg2-shorter-than-it-says', 'CHIP_FILE_UNREADABLE', 'dg2', (honest) => honest.slice(0, -40)),
  sodOf('sod-nested-15000-deep', () => nested(15_000, 0x30)),
  sodOf('sod-of-indefinite-lengths-without-end', () => concatBytes(...Array.from({ length: 30_000 }, () => fromHex('3080')))),
  sodOf('sod-of-octet-strings-in-octet-strings', () => nested(15_000, 0x24)),
  sodOf('sod-of-30000-empty-values', () => tlv(0x30, concatBytes(...Array.from({ length: 30_000 }, () => fromHex('0500'))))),
  attack('sod-with-60-certificates', '9303-10 §4.6.2', 'PA_SOD_MALFORMED', (w, evil) => {
    const { files } = w.passport('plain');
    return w.presentFiles({ sod: w.sod(files, { certificates: Array.from({ length: evil ? 60 : 2 }, (_, i) => (i === 0 ? w.signer.der : w.csca.der)) }) });
  }),
  attack('sod-with-20000-empty-certificates', '9303-10 §4.6.2', 'PA_SOD_MALFORMED', (w, evil) => {
    const { files } = w.passport('plain');
    return w.presentFiles({ sod: w.sod(files, { certificates: [w.signer.der, ...Array.from({ length: evil ? 20_000 : 0 }, () => sequence())] }) });
  }),
  signed('dg14-of-1000-security-infos', '9303-11 §9.2', 'CA_KEY_MALFORMED', 'chipProof', 'dg14', () => tlv(0x6e, setOf(...Array.from({ length: 1000 }, (_, i) => sequence(tlv(0x06, fromHex('2a0304')), integer(i)))))),
  signed('dg2-without-a-face', 'ISO/IEC 19794-5 §5.4', 'PA_PORTRAIT_MALFORMED', 'plain', 'dg2', (honest) => withRecord(honest, 12, fromHex('0000'))),
  signed('dg2-of-255-faces', 'ISO/IEC 19794-5 §5.4', 'PA_PORTRAIT_MALFORMED', 'plain', 'dg2', (honest) => withRecord(honest, 12, fromHex('00ff'))),
  signed('dg2-of-65535-feature-points', 'ISO/IEC 19794-5 §5.5', 'PA_PORTRAIT_MALFORMED', 'plain', 'dg2', (honest) => withRecord(honest, 18, fromHex('ffff'))),
  signed('dg2-of-no-image', 'ISO/IEC 19794-5 §5.7', 'PA_PORTRAIT_MALFORMED', 'plain', 'dg2', (honest) => withRecord(honest, 46, fromHex('0000'))),

  reading('chip-that-gives-one-byte-at-a-time', 'CHIP_SESSION_TOO_LONG', (honest) => ({ ...honest, data: honest.data.slice(0, 1) })),
  reading('chip-that-gives-no-bytes-for-ever', 'CHIP_FILE_UNREADABLE', () => answer(0x9000)),
  reading('chip-that-gives-no-bytes-after-the-first', 'CHIP_FILE_UNREADABLE', (honest, seen) => (seen > 8 ? answer(0x9000) : honest)),
  reading('chip-that-always-wants-another-length', 'CHIP_FILE_UNREADABLE', () => answer(0x6c10)),
  reading('chip-that-always-finds-the-length-wrong', 'CHIP_FILE_UNREADABLE', () => answer(0x6700)),
  // The rest is fetched outside the protected connection, which ends it.
  reading('chip-that-always-has-more', 'CHIP_SECURE_MESSAGING_BROKEN', () => answer(0x6110)),
  reading('chip-that-only-errs', 'CHIP_FILE_UNREADABLE', () => answer(0x6f00)),
  mute('chip-that-errs-in-the-clear-from-the-fourth-answer-on', 'CHIP_ACCESS_UNSUPPORTED', 0x6f00, (_command, seen) => seen > 2),
  mute('chip-that-succeeds-in-the-clear-without-bytes', 'CHIP_SECURE_MESSAGING_BROKEN', 0x9000, ({ ins }) => ins === 0xb0 || ins === 0xb1),
  reading('chip-that-gives-more-than-was-asked', 'CHIP_SECURE_MESSAGING_BROKEN', (honest) => (honest.data.length === 0 ? honest : { ...honest, data: concatBytes(honest.data, Uint8Array.of(0)) })),
];

import { randomBytes } from 'node:crypto';
import { type DocumentReading, MAX_SESSION_COMMANDS, MAX_SESSION_SECONDS, readDocument, type ReadDocumentOptions, type TerminalAnswers } from '@visavis/emrtd';
import { type Bytes, concatBytes, fromHex, type Result, toHex } from '@visavis/kernel';
import { describe, expect, it } from 'vitest';
import { tlv } from '../der/der.ts';
import { createChip, createSpecimenState, type Passport, type PassportOrder, transmitBatch } from '../index.ts';
import { mrzInformation } from '../lds/encode-mrz-td3.ts';
import { testPortrait } from '../test-portrait.ts';
import { mutualAuthenticate } from './basic-access-control.ts';
import { parseCommandApdu } from './command-apdu.ts';
import { type ElementaryFile, layOutFiles } from './file-system.ts';
import { parseReadTarget, readBinary } from './read-binary.ts';
import { readDataObjects } from './read-tlv.ts';
import { openCommand, sealAnswer, type SecureSession } from './secure-messaging.ts';
import { type Answer, answer, encodeAnswer } from './status-words.ts';

/** The terminal against chips that do otherwise than most, and against chips that only keep it busy. */
const state = createSpecimenState({ seed: 'quirks', nowMs: Date.UTC(2026, 10, 22, 9) });
const order: PassportOrder = { portrait: testPortrait, familyName: 'MUSTER', givenNames: 'ANNA', dateOfBirth: '1990-02-03', dateOfExpiry: '2033-02-03', sex: 'female', access: 'paceAndBac', authentication: 'both' };
const both = state.mintPassport(order);
const bacOnly = state.mintPassport({ ...order, access: 'bac', authentication: 'none' });
const paceOnly = state.mintPassport({ ...order, access: 'pace', authentication: 'chipAuthentication' });

type Transmit = (apdu: Uint8Array) => Uint8Array;
type Edit = (received: TerminalAnswers, batch: number) => TerminalAnswers;

function read(passport: Passport, transmit: Transmit, o: Partial<ReadDocumentOptions> & { readonly edit?: Edit } = {}): { readonly result: Result<DocumentReading>; readonly roundTrips: number; readonly apdus: readonly string[] } {
  const apdus: string[] = [];
  const chip = { transmit: (apdu: Uint8Array): Bytes => (apdus.push(toHex(apdu)), Uint8Array.from(transmit(apdu))), powerOn: () => {} };
  const terminal = readDocument({ access: passport.access, random: (n) => randomBytes(n), optionalDataGroups: [], ...o });
  let step = terminal.next();
  let roundTrips = 0;
  for (; step.done !== true; roundTrips++) {
    const received = transmitBatch(chip, step.value.commands);
    step = terminal.next(o.edit?.(received, roundTrips) ?? received);
  }
  return { result: step.value, roundTrips, apdus };
}

function readable(passport: Passport, transmit: Transmit): DocumentReading {
  const { result } = read(passport, transmit);
  if (!result.ok) throw new Error(`${result.fault.code} ${JSON.stringify(result.fault.detail)}`);
  const { files } = result.value;
  for (const [name, file] of [['efSod', 'sod'], ['dg1', 'dg1'], ['dg2', 'dg2'], ['dg14', 'dg14'], ['dg15', 'dg15']] as const) expect(files[name] && toHex(files[name]), name).toBe(passport.files[file] && toHex(passport.files[file]));
  return result.value;
}

const codeOf = (result: Result<unknown>): string => (result.ok ? 'read' : result.fault.code);

interface Seen {
  readonly ins: number;
  readonly p1: number;
  readonly protected: boolean;
  readonly le: number;
}
/** What is to be seen of a command from outside, protected or not. */
function see(apdu: Uint8Array): Seen {
  const command = parseCommandApdu(apdu)!;
  const isProtected = (command.cla & 0x0c) === 0x0c;
  const le97 = isProtected ? readDataObjects(command.data)?.find((o) => o.tag === 0x97)?.value : undefined;
  const le = le97 === undefined ? command.maxResponseBytes : Number.parseInt(toHex(le97), 16) || 256;
  return { ins: command.ins, p1: command.p1, protected: isProtected, le };
}

const READ = 0xb0;
/** The specimen chip behind somebody who answers in its place: `undefined` lets the command through. */
function behind(passport: Passport, reply: (seen: Seen, apdu: Uint8Array, through: () => Uint8Array) => string | undefined, options = {}): Transmit {
  const chip = createChip(passport, options);
  return (apdu) => {
    const replied = reply(see(apdu), apdu, () => chip.transmit(apdu));
    return replied === undefined ? chip.transmit(apdu) : fromHex(replied);
  };
}
/** The same for a chip that drops its channel with that answer. */
function dropping(passport: Passport, reply: (seen: Seen, apdu: Uint8Array, through: () => Uint8Array) => string | undefined, options = {}): Transmit {
  let dead = false;
  return behind(passport, (seen, apdu, through) => {
    if (!seen.protected) dead = false;
    else if (dead) return '6988';
    const replied = reply(seen, apdu, through);
    dead = replied !== undefined;
    return replied;
  }, options);
}
const large = (limit: number) => (seen: Seen): string | undefined => (seen.protected && seen.ins === READ && seen.le > limit ? '6700' : undefined);
const pastEnd = (seen: Seen, _apdu: Uint8Array, through: () => Uint8Array): string | undefined => {
  if (!seen.protected || seen.ins !== READ) return undefined;
  const answered = through();
  const status = toHex(answered.slice(-2));
  return status === '6282' || status === '6b00' ? status : toHex(answered);
};

describe('chips that answer outside their protected connection', () => {
  it.each<readonly [string, Passport, () => Transmit, readonly string[], number]>([
    ['naked 6700 that is not counted', both, () => behind(both, large(160)), ['nakedStatusUncounted', 'smallerBlocks'], 9],
    ['naked 6700 and the channel is gone', both, () => dropping(both, large(160)), ['openedAnew', 'smallerBlocks'], 20],
    ['naked 6282 and 6B00 past the end, counted', both, () => behind(both, pastEnd), ['nakedStatus'], 8],
    ['naked 6A82 for a file that is not there, and the channel is gone', paceOnly, () => dropping(paceOnly, (seen) => (seen.protected && seen.ins === READ && seen.p1 === 0x8f ? '6a82' : undefined)), ['openedAnew'], 14],
    ['short identifiers refused outside, not counted', both, () => behind(both, (seen) => (seen.protected && seen.ins === READ && seen.p1 >= 0x80 && seen.p1 !== 0x81 ? '6a86' : undefined)), ['filesBySelect'], 20],
  ])('%s', (_what, passport, make, quirks, mostRoundTrips) => {
    const reading = readable(passport, make());
    expect(reading.quirks).toEqual(expect.arrayContaining([...quirks]));
    expect(reading.roundTrips).toBeLessThanOrEqual(mostRoundTrips);
    expect(reading.chipAuthentication.status).toBe('completed');
  });

  it.each<readonly [string, string, (seen: Seen) => string | undefined]>([
    ['a bare 9000', 'CHIP_SECURE_MESSAGING_BROKEN', (seen) => (seen.protected && seen.ins === READ ? '9000' : undefined)],
    ['unprotected data', 'CHIP_SECURE_MESSAGING_BROKEN', (seen) => (seen.protected && seen.ins === READ ? '61025f1f9000' : undefined)],
    ['a bare error to every protected command, for ever', 'CHIP_SECURE_MESSAGING_BROKEN', (seen) => (seen.protected ? '6988' : undefined)],
    ['another bare error, for ever', 'CHIP_FILE_UNREADABLE', (seen) => (seen.protected && seen.ins === READ ? '6f00' : undefined)],
    ['a length refused for ever', 'CHIP_FILE_UNREADABLE', (seen) => (seen.protected && seen.ins === READ ? '6700' : undefined)],
  ])('%s: %s', (_what, code, reply) => {
    expect(codeOf(read(both, behind(both, reply)).result)).toBe(code);
  });
});

describe('chips that want to be opened otherwise', () => {
  const plain = (ins: number, reply: (apdu: string) => string | undefined) => (seen: Seen, apdu: Uint8Array): string | undefined => (!seen.protected && seen.ins === ins ? reply(toHex(apdu)) : undefined);
  const noCardAccessByName = (status: string) => plain(READ, (apdu) => (apdu.startsWith('00b09c') ? status : undefined));
  it.each<readonly [string, Passport, () => Transmit, readonly string[], number]>([
    ['EF.CardAccess without short identifier, told by 6A86', both, () => behind(both, noCardAccessByName('6a86')), ['masterFileSelected', 'cardAccessBySelect'], 7],
    ['EF.CardAccess without short identifier, told as if there were none', both, () => behind(both, noCardAccessByName('6a82')), ['cardAccessBySelect'], 10],
    ['SELECT of the master file refused in its long form', both, () => behind(both, (seen, apdu) => noCardAccessByName('6985')(seen, apdu) ?? plain(0xa4, (sent) => (sent === '00a4000c023f00' ? '6a86' : undefined))(seen, apdu)), ['cardAccessBySelect'], 7],
    ['MSE:Set AT refused with the domain parameters', both, () => behind(both, plain(0x22, (apdu) => (apdu.endsWith('84010d') ? '6a87' : undefined))), ['paceWithoutParameterId'], 7],
    ['EXTERNAL AUTHENTICATE refused with Le 28', bacOnly, () => behind(bacOnly, plain(0x82, (apdu) => (apdu.endsWith('28') ? '6700' : undefined))), ['externalAuthenticateLe'], 6],
  ])('%s', (_what, passport, make, quirks, mostRoundTrips) => {
    const reading = readable(passport, make());
    expect(reading.quirks).toEqual(expect.arrayContaining([...quirks]));
    expect([reading.accessProtocol, reading.downgraded]).toEqual([passport === bacOnly ? 'bac' : 'pace', false]);
    expect(reading.roundTrips).toBeLessThanOrEqual(mostRoundTrips);
  });

  it.each([
    [both, 7],
    [bacOnly, 5],
  ] as const)('the application was selected before (as iPhones do): one round trip more', (passport, roundTrips) => {
    const chip = createChip(passport);
    chip.transmit(fromHex('00a4040c07a0000002471001'));
    const reading = readable(passport, (apdu) => chip.transmit(apdu));
    expect([reading.roundTrips, reading.quirks]).toEqual([roundTrips, ['masterFileSelected']]);
  });

  it.each(['6a88', '6985', '6a86', '6982', '6d00'])('a chip without BAC, saying %s, is read by PACE; without PACE it is CHIP_ACCESS_UNSUPPORTED', (status) => {
    const noBac = plain(0x84, () => status);
    expect(readable(paceOnly, behind(paceOnly, noBac)).accessProtocol).toBe('pace');
    expect(codeOf(read(bacOnly, behind(bacOnly, noBac)).result)).toBe('CHIP_ACCESS_UNSUPPORTED');
  });

  it('PACE refused: BAC, and never silently', () => {
    for (const status of ['6982', '6985', '6a80', '6a88', '6f00']) {
      const reading = readable(both, behind(both, plain(0x22, () => status)));
      expect([reading.accessProtocol, reading.downgraded]).toEqual(['bac', true]);
    }
  });

  it('a wrong password is tried once: CHIP_ACCESS_DENIED', () => {
    for (const status of ['6300', '63c2', '6983']) {
      for (const step of [0, 1, 2, 3]) {
        let count = 0;
        const { result, apdus } = read(both, behind(both, plain(0x86, () => (count++ === step ? status : undefined))));
        expect([codeOf(result), apdus.filter((apdu) => apdu.startsWith('0022c1a4')).length, apdus.some((apdu) => apdu.startsWith('0082'))], `${status} at ${step}`).toEqual(['CHIP_ACCESS_DENIED', 1, false]);
      }
    }
  });

  it('a long signature without stated buffer sizes: Le of short form first, then extended', () => {
    const rsa = state.mintPassport({ ...order, authentication: 'both', activeAuthenticationAlgorithm: 'rsa2048' });
    const silent = behind(rsa, plain(READ, (apdu) => (apdu === '00b0810000' ? '6a82' : undefined)), { extendedLengthBytes: 4096 });
    const reading = readable(rsa, silent);
    expect(reading.quirks).toEqual(['activeAuthenticationLe']);
    expect([reading.activeAuthentication.status, reading.chipAuthentication.status, reading.roundTrips]).toEqual(['answered', 'completed', 7]);
  });
});

/** A chip by BAC whose every protected answer is for the test to give; `usual` is what most would say. */
function scripted(passport: Passport, reply: (command: { readonly ins: number; readonly p1: number; readonly p2: number; readonly le: number; readonly left: number }, usual: () => Answer, current: ElementaryFile | undefined) => Answer, more: readonly (readonly [number, Bytes])[] = []): Transmit {
  const files = [...layOutFiles(passport.files, undefined).application, ...more.map(([fileId, content]) => ({ fileId, shortFileId: fileId & 0x1f, content, readableByAnybody: false }))];
  let session: SecureSession | undefined;
  let challenge: Bytes = new Uint8Array();
  let current: ElementaryFile | undefined;
  return (apdu) => {
    const command = parseCommandApdu(apdu)!;
    if ((command.cla & 0x0c) === 0) {
      session = undefined;
      if (command.ins === 0xa4 && command.p1 === 4) return fromHex('9000');
      if (command.ins === 0x84) return concatBytes((challenge = Uint8Array.from(randomBytes(8))), fromHex('9000'));
      if (command.ins !== 0x82) return fromHex('6a82');
      const outcome = mutualAuthenticate({ mrzInformation: mrzInformation(passport.mrz), challenge, cryptogram: command.data, random: (n) => randomBytes(n) })!;
      session = outcome.session;
      return concatBytes(outcome.response, fromHex('9000'));
    }
    if (session === undefined) return fromHex('6988');
    const opened = openCommand(session, command);
    if (typeof opened === 'number') {
      session = undefined;
      return encodeAnswer(answer(opened));
    }
    const target = opened.ins === 0xa4 ? undefined : parseReadTarget(opened);
    const before = current;
    const selected = opened.ins === 0xa4 ? files.find((file) => file.fileId === ((opened.data[0]! << 8) | opened.data[1]!)) : undefined;
    const named = typeof target === 'object' && target.shortFileId !== undefined ? files.find((file) => file.shortFileId === target.shortFileId) : before;
    const offset = typeof target === 'object' ? target.offset : 0;
    const usual = (): Answer => {
      if (opened.ins === 0xa4) {
        current = selected ?? before;
        return answer(selected === undefined ? 0x6a82 : 0x9000);
      }
      if (named === undefined) return answer(0x6a82);
      current = named;
      return readBinary(named, opened, offset, session!.cipher.maxShortResponseBytes);
    };
    return sealAnswer(session, opened.ins, reply({ ins: opened.ins, p1: opened.p1, p2: opened.p2, le: opened.maxResponseBytes, left: (named?.content.length ?? 0) - offset }, usual, named));
  };
}

const isRead = ({ ins }: { readonly ins: number }): boolean => ins === 0xb0 || ins === 0xb1;
const cutTo = (bytes: number, { status, data }: Answer): Answer => answer(status === 0x6282 && data.length > bytes ? 0x9000 : status, data.slice(0, bytes));

describe('chips that want to be read otherwise', () => {
  it.each<readonly [string, Parameters<typeof scripted>[1], readonly string[], number]>([
    ['as most', (_command, usual) => usual(), [], 4],
    ['160 bytes at most, given short', (command, usual) => (isRead(command) ? cutTo(160, usual()) : usual()), ['shortAnswers'], 5],
    ['112 bytes at most, given short', (command, usual) => (isRead(command) ? cutTo(112, usual()) : usual()), ['shortAnswers'], 5],
    ['80 bytes at most, given short', (command, usual) => (isRead(command) ? cutTo(80, usual()) : usual()), ['shortAnswers'], 5],
    ['160 bytes at most, else 6700', (command, usual) => (isRead(command) && command.le > 160 ? answer(0x6700) : usual()), ['smallerBlocks'], 7],
    ['100 bytes at most, else 6700', (command, usual) => (isRead(command) && command.le > 100 ? answer(0x6700) : usual()), ['smallerBlocks'], 7],
    ['128 bytes at most, else 6C80', (command, usual) => (isRead(command) && command.le > 128 ? answer(0x6c80) : usual()), ['lengthNamed'], 8],
    ['6Cxx where less is left', (command, usual) => (isRead(command) && command.left > 0 && command.le > command.left ? answer(0x6c00 | command.left) : usual()), ['lengthNamed'], 7],
    ['6700 where less is left', (command, usual) => (isRead(command) && command.left > 0 && command.le > command.left ? answer(0x6700) : usual()), ['exactLengths'], 7],
    ['6B00 where less is left', (command, usual) => (isRead(command) && command.left > 0 && command.le > command.left ? answer(0x6b00) : usual()), ['exactLengths'], 7],
    ['6282 without data where less is left', (command, usual) => (isRead(command) && command.left > 0 && command.le > command.left ? answer(0x6282) : usual()), ['exactLengths'], 7],
    ['no short identifiers: 6A82', (command, usual) => (command.ins === 0xb0 && command.p1 >= 0x80 ? answer(0x6a82) : usual()), ['filesBySelect'], 6],
    ['no short identifiers: 6A86', (command, usual) => (command.ins === 0xb0 && command.p1 >= 0x80 ? answer(0x6a86) : usual()), ['filesBySelect'], 6],
    ['no offset with a short identifier: 6B00', (command, usual) => (command.ins === 0xb0 && command.p1 >= 0x80 && command.p2 > 0 ? answer(0x6b00) : usual()), ['filesBySelect'], 6],
  ])('%s', (_what, reply, quirks, mostRoundTrips) => {
    const reading = readable(bacOnly, scripted(bacOnly, reply));
    expect(reading.quirks).toEqual(expect.arrayContaining([...quirks]));
    if (quirks.length === 0) expect(reading.quirks).toEqual([]);
    expect(reading.roundTrips).toBeLessThanOrEqual(mostRoundTrips);
  });

  it('a portrait beyond 32,767 bytes, by the odd instruction', () => {
    const big = { ...bacOnly, files: { ...bacOnly.files, dg2: tlv(0x75, new Uint8Array(40_000).map((_, i) => i)) } };
    const reading = readable(big, scripted(big, (_command, usual) => usual()));
    expect([reading.roundTrips, reading.quirks]).toEqual([4, []]);
    expect(read(big, scripted(big, (_command, usual) => usual())).apdus.some((apdu) => apdu.startsWith('0cb10000'))).toBe(true);
  });

  it('answers in parts, fetched by GET RESPONSE', () => {
    const whole = scripted(bacOnly, (_command, usual) => usual());
    let rest: Uint8Array = new Uint8Array();
    const reading = readable(bacOnly, (apdu) => {
      const answered = apdu[1] === 0xc0 ? rest : whole(apdu);
      rest = new Uint8Array();
      if (answered.length <= 120) return answered;
      rest = answered.slice(100);
      return concatBytes(answered.slice(0, 100), Uint8Array.of(0x61, Math.min(rest.length - 2, 255)));
    });
    expect(reading.quirks).toContain('answersInParts');
  });
});

describe('files that are read only where somebody asks', () => {
  const groups = [7, 11, 12, 13, 16] as const;
  const contents = new Map(groups.map((number) => [number, tlv(0x60 + number, new Uint8Array(number * 40).fill(number))]));
  const chip = (): Transmit => scripted(bacOnly, (_command, usual) => usual(), [...contents].map(([number, content]) => [0x0100 + number, content] as const));

  it('data groups 7, 11, 12, 13, 16, within the same round trips', () => {
    const { result } = read(bacOnly, chip(), { optionalDataGroups: groups });
    if (!result.ok) throw new Error(result.fault.code);
    for (const number of groups) expect(result.value.files[`dg${number}`] && toHex(result.value.files[`dg${number}`]!)).toBe(toHex(contents.get(number)!));
    expect([result.value.roundTrips, result.value.quirks]).toEqual([4, []]);
  });

  it('none unless asked for, and one that is not there is left out', () => {
    const none = read(bacOnly, chip());
    expect(none.result.ok && groups.map((number) => none.result.ok && none.result.value.files[`dg${number}`])).toEqual(groups.map(() => undefined));
    const absent = read(bacOnly, scripted(bacOnly, (_command, usual) => usual()), { optionalDataGroups: [11] });
    expect([codeOf(absent.result), absent.result.ok && absent.result.value.files.dg11]).toEqual(['read', undefined]);
  });

  it('fingerprints and irises never: no command names them', () => {
    const { apdus } = read(both, (apdu) => chipOfBoth.transmit(apdu), { optionalDataGroups: groups, unsignedFiles: true });
    expect(apdus.filter((apdu) => /^0cb08[34]/.test(apdu))).toEqual([]);
  });
  const chipOfBoth = createChip(both);

  it('EF.COM and EF.DIR', () => {
    const { result } = read(both, (apdu) => chipOfBoth.transmit(apdu), { unsignedFiles: true });
    chipOfBoth.powerOn();
    const again = read(both, (apdu) => chipOfBoth.transmit(apdu), { unsignedFiles: true });
    if (!result.ok || !again.result.ok) throw new Error(codeOf(again.result));
    expect(toHex(again.result.value.files.efCom!)).toBe(toHex(both.files.com));
    expect(toHex(again.result.value.files.efDir!)).toBe('61094f07a0000002471001');
    expect(again.result.value.roundTrips).toBe(6);
  });
});

describe('chips that only keep the terminal busy end in a code, within bounds', () => {
  const fileHead = (growth: number): Bytes => Uint8Array.of(0x75, 0x82, 0x30 + growth, 0x00, 1, 2, 3, 4);
  let grown = 0;
  it.each<readonly [string, string, () => Transmit]>([
    ['one byte per READ', 'CHIP_SESSION_TOO_LONG', () => scripted(bacOnly, (command, usual) => (isRead(command) ? cutTo(1, usual()) : usual()))],
    ['nothing and 9000', 'CHIP_FILE_UNREADABLE', () => scripted(bacOnly, (command, usual) => (isRead(command) ? answer(0x9000) : usual()))],
    ['nothing after the first block', 'CHIP_FILE_UNREADABLE', () => scripted(bacOnly, (command, usual) => (isRead(command) && command.p1 < 0x80 ? answer(0x9000) : usual()))],
    ['6C01', 'CHIP_FILE_UNREADABLE', () => scripted(bacOnly, (command, usual) => (isRead(command) && command.le > 1 ? answer(0x6c01) : usual()))],
    ['6282 without data', 'CHIP_FILE_UNREADABLE', () => scripted(bacOnly, (command, usual) => (isRead(command) ? answer(0x6282) : usual()))],
    ['a length that grows with every read', 'CHIP_FILE_UNREADABLE', () => scripted(bacOnly, (command, usual, file) => (isRead(command) && file?.fileId === 0x0102 ? (command.p2 === 0 ? answer(0x9000, fileHead(grown++ % 16)) : answer(0x9000)) : usual()))],
    ['more than was asked for', 'CHIP_SECURE_MESSAGING_BROKEN', () => scripted(bacOnly, (command, usual) => (isRead(command) && command.p1 === 0x81 ? answer(0x9000, new Uint8Array(command.le + 1)) : usual()))],
    ['a file of 16 MiB', 'CHIP_FILE_TOO_LARGE', () => scripted(bacOnly, (command, usual, file) => (isRead(command) && file?.fileId === 0x0102 ? answer(0x9000, Uint8Array.of(0x75, 0x83, 0xff, 0xff, 0xff, 0, 0, 0)) : usual()))],
    ['61xx for ever', 'CHIP_SESSION_TOO_LONG', () => {
      const usual = scripted(bacOnly, (_command, most) => most());
      return (apdu) => ((apdu[0]! & 0x0c) !== 0 || apdu[1] === 0xc0 ? fromHex('006110') : usual(apdu));
    }],
  ])('%s: %s', (_what, code, make) => {
    const { result, apdus, roundTrips } = read(bacOnly, make());
    expect(codeOf(result)).toBe(code);
    expect(apdus.length).toBeLessThanOrEqual(MAX_SESSION_COMMANDS);
    expect(roundTrips).toBeLessThanOrEqual(32);
  });

  it('silence: by the caller\'s clock', () => {
    let nowMs = 0;
    const chip = createChip(both);
    const { result } = read(both, (apdu) => ((nowMs += 2500), chip.transmit(apdu)), { clock: () => nowMs });
    expect(codeOf(result)).toBe('CHIP_SESSION_TOO_LONG');
    nowMs = 0;
    expect(codeOf(read(both, (apdu) => ((nowMs += 1000 * (MAX_SESSION_SECONDS / 100)), createdAgain.transmit(apdu)), { clock: () => nowMs }).result)).toBe('read');
  });
  const createdAgain = createChip(both);
});

describe('a tag that was lost', () => {
  it('ends the reading; the next one begins with fresh keys and reads everything', () => {
    const chip = createChip(both);
    const transmit: Transmit = (apdu) => chip.transmit(apdu);
    const first = read(both, transmit, { edit: (received, batch) => (batch === 4 ? { answers: received.answers.slice(0, 3), ended: 'tagLost' } : received) });
    expect(codeOf(first.result)).toBe('CHIP_TAG_LOST');
    chip.powerOn();
    const second = read(both, transmit);
    expect(codeOf(second.result)).toBe('read');
    const keys = (apdus: readonly string[]) => apdus.filter((apdu) => apdu.startsWith('1086') && apdu.length > 20);
    expect(keys(second.apdus)).toHaveLength(2);
    expect(keys(second.apdus).some((key) => keys(first.apdus).includes(key))).toBe(false);
  });

  it('a third session in the same presence works too', () => {
    const chip = createChip(both);
    for (let i = 0; i < 3; i++) expect(codeOf(read(both, (apdu) => chip.transmit(apdu)).result)).toBe('read');
  });
});

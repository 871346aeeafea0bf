import { createHash, randomBytes } from 'node:crypto';
import { type Bytes, type RandomBytes, toHex, utf8 } from '@visavis/kernel';
import { integer, objectIdentifier, tlv } from '../der/der.ts';
import type { ChipAuthenticationKey, Passport } from '../lds/passport.ts';
import { chipAuthenticationProtocol, paceProtocol } from '../lds/security-infos.ts';
import { signNonce } from './active-authentication.ts';
import { mutualAuthenticate } from './basic-access-control.ts';
import { authenticateChip } from './chip-authentication.ts';
import { type CommandApdu, parseCommandApdu } from './command-apdu.ts';
import { type ElementaryFile, isEmrtdApplication, layOutFiles } from './file-system.ts';
import { beginPace, continuePace, type PaceRun } from './pace.ts';
import { CHIP_QUIRKS, type ChipQuirkName } from './quirks/chip-quirks.ts';
import { type BehavedAnswer, type Behaviour, composeBehaviours, heard } from './behaviour.ts';
import { parseReadTarget, readBinary } from './read-binary.ts';
import { type DataObject, readDataObjects } from './read-tlv.ts';
import { openCommand, sealAnswer, type SecureSession } from './secure-messaging.ts';
import { type Answer, answer, encodeAnswer, SW } from './status-words.ts';

export interface Chip {
  /** One command APDU in, one answer APDU (data, status word) out. */
  transmit(apdu: Uint8Array): Bytes;
  /** Takes the chip out of the field and into it again: nothing of a session survives. */
  powerOn(): void;
}

export interface ChipOptions {
  /** The chip's own generator; the operating system's unless a test wants to know every number. */
  readonly random?: RandomBytes;
  /** Largest APDU in bytes, announced in EF.ATR/INFO. Left out: short APDUs only, as many chips in the field. */
  readonly extendedLengthBytes?: number;
  /** What it does otherwise than the standard, by name. */
  readonly quirks?: readonly ChipQuirkName[];
  /** Hears of every command that a quirk made a difference to. */
  readonly onQuirk?: (name: ChipQuirkName) => void;
}

/** Everything that one presence in the field may change. */
interface Volatile {
  inApplication: boolean;
  selected: ElementaryFile | undefined;
  session: SecureSession | undefined;
  challenge: Uint8Array | undefined;
  pace: PaceRun | undefined;
  /** MSE:Set AT named chip authentication: the next GENERAL AUTHENTICATE brings the terminal's key. */
  chipAuthenticationChosen: ChipAuthenticationKey | undefined;
  /** New keys after chip authentication; in force once the answer has gone out under the old ones. */
  nextSession: SecureSession | undefined;
}

const atPowerOn = (): Volatile => ({ inApplication: false, selected: undefined, session: undefined, challenge: undefined, pace: undefined, chipAuthenticationChosen: undefined, nextSession: undefined });

/**
 * A passport chip in software, by ICAO 9303-10 and -11: BAC, PACE with every mapping, group and cipher, secure messaging,
 * chip and active authentication, with the access conditions of a real one. It shares no protocol code with the reader.
 * It does not resist a holder of the process: keys lie in memory.
 * @param passport made by a specimen state, or tampered with by the attack kit
 */
export function createChip(passport: Passport, options: ChipOptions = {}): Chip {
  const random: RandomBytes = options.random ?? ((n) => randomBytes(n));
  const files = layOutFiles(passport.files, options.extendedLengthBytes);
  const mrzSecret = passport.mrzInformation;
  let behave: Behaviour = (_command, carryOut) => carryOut();
  let now: Volatile;
  powerOn();

  function transmit(apdu: Uint8Array): Bytes {
    const command = parseCommandApdu(apdu);
    if (command === undefined) return encodeAnswer(answer(SW.wrongLength));
    if (command.extended && !takesExtended(command, apdu.length)) return encodeAnswer(answer(SW.wrongLength));
    if ((command.cla & 0x0c) === 0x0c) return transmitProtected(command);
    // A plain command ends secure messaging and what it had opened (9303-11 §9.8.3).
    now.session = undefined;
    if ((command.cla & 0xef) !== 0) return encodeAnswer(answer(SW.classNotSupported));
    return encodeAnswer(perform(command, 256, false));
  }

  function takesExtended(command: CommandApdu, length: number): boolean {
    // §3.6.4 of 9303-10: key agreement may always be long; the rest only where the chip said so.
    return command.ins === 0x22 || command.ins === 0x86 || length <= (options.extendedLengthBytes ?? 0);
  }

  function transmitProtected(command: CommandApdu): Bytes {
    const { session } = now;
    if (session === undefined) return encodeAnswer(answer(SW.smObjectIncorrect));
    const counterBefore = session.counter.slice();
    const opened = openCommand(session, command);
    if (typeof opened === 'number') {
      now = { ...atPowerOn(), inApplication: now.inApplication };
      return encodeAnswer(answer(opened));
    }
    const limit = command.extended ? (options.extendedLengthBytes ?? 256) - 64 : session.cipher.maxShortResponseBytes;
    const behaved = perform(opened, limit, true);
    const sealed = sealAnswer(session, command.ins, behaved);
    if (behaved.naked === 'uncounted') session.counter.set(counterBefore);
    if (behaved.naked === 'dropped') now.session = undefined;
    if (behaved.naked !== undefined) return encodeAnswer(answer(behaved.status));
    if (now.nextSession !== undefined) now = { ...now, session: now.nextSession, nextSession: undefined };
    return sealed;
  }

  function perform(command: CommandApdu, limit: number, isProtected: boolean): BehavedAnswer {
    return behave({ ...command, protected: isProtected }, (changed = { ...command, protected: isProtected }) => execute(changed, limit));
  }

  function execute(command: CommandApdu, limit: number): Answer {
    // PACE and chip authentication are conversations: any other command in between ends them.
    if (command.ins !== 0x86) {
      now.pace = undefined;
      now.chipAuthenticationChosen = undefined;
    }
    if (command.cla === 0x10 && command.ins !== 0x86) return answer(SW.chainingNotSupported);
    switch (command.ins) {
      case 0xa4:
        return select(command);
      case 0xb0:
      case 0xb1:
        return read(command, limit);
      case 0x84:
        return getChallenge(command);
      case 0x82:
        return externalAuthenticate(command);
      case 0x22:
        return manageSecurityEnvironment(command);
      case 0x86:
        return generalAuthenticate(command);
      case 0x88:
        return internalAuthenticate(command, limit);
      default:
        return answer(SW.instructionNotSupported);
    }
  }

  const filesHere = (): readonly ElementaryFile[] => (now.inApplication ? files.application : files.masterFile);
  const mayRead = (file: ElementaryFile): boolean => file.readableByAnybody || now.session !== undefined;

  function select({ p1, p2, data }: CommandApdu): Answer {
    if (p1 === 0x04) {
      if (!isEmrtdApplication(data)) return answer(SW.fileNotFound);
      now = { ...now, inApplication: true, selected: undefined };
      return answer(SW.ok);
    }
    if (p1 === 0x00 && (data.length === 0 || toHex(data) === '3f00')) {
      now = { ...now, inApplication: false, selected: undefined };
      return answer(SW.ok);
    }
    if ((p1 !== 0x02 && p1 !== 0x00) || (p2 & 0x0c) !== 0x0c) return answer(SW.incorrectParameters);
    if (data.length !== 2) return answer(SW.wrongLength);
    // A locked application does not even say which files it has.
    if (now.inApplication && now.session === undefined) return answer(SW.securityStatusNotSatisfied);
    const file = filesHere().find((f) => f.fileId === ((data[0]! << 8) | data[1]!));
    if (file === undefined) return answer(SW.fileNotFound);
    now.selected = file;
    return answer(SW.ok);
  }

  function read(command: CommandApdu, limit: number): Answer {
    const target = parseReadTarget(command);
    if (typeof target === 'number') return answer(target);
    if (now.inApplication && now.session === undefined) return answer(SW.securityStatusNotSatisfied);
    const file = target.shortFileId === undefined ? now.selected : filesHere().find((f) => f.shortFileId === target.shortFileId);
    if (file === undefined) return answer(target.shortFileId === undefined ? SW.noCurrentFile : SW.fileNotFound);
    if (!mayRead(file)) return answer(SW.securityStatusNotSatisfied);
    now.selected = file;
    return readBinary(file, command, target.offset, limit);
  }

  function getChallenge(command: CommandApdu): Answer {
    if (!passport.chip.bac) return answer(SW.instructionNotSupported);
    if (!now.inApplication || now.session !== undefined) return answer(SW.conditionsNotSatisfied);
    if (command.maxResponseBytes !== 8 && !command.wantsAll) return answer(SW.wrongLength);
    now.challenge = Uint8Array.from(random(8));
    return answer(SW.ok, now.challenge);
  }

  function externalAuthenticate({ data }: CommandApdu): Answer {
    const { challenge } = now;
    now.challenge = undefined;
    if (challenge === undefined || now.session !== undefined) return answer(SW.conditionsNotSatisfied);
    if (data.length !== 40) return answer(SW.wrongLength);
    const outcome = mutualAuthenticate({ mrzInformation: mrzSecret, challenge, cryptogram: data, random });
    if (outcome === undefined) return answer(SW.authenticationFailed);
    now.session = outcome.session;
    return answer(SW.ok, outcome.response);
  }

  function manageSecurityEnvironment({ p1, p2, data }: CommandApdu): Answer {
    const objects = readDataObjects(data);
    if (objects === undefined) return answer(SW.incorrectData);
    if (p1 === 0xc1 && p2 === 0xa4) return choosePace(objects);
    if (p1 === 0x41 && p2 === 0xa4) return chooseChipAuthentication(objects);
    if (p1 === 0x41 && p2 === 0xa6) return setKeyAgreementTemplate(objects);
    return answer(SW.incorrectParameters);
  }

  function choosePace(objects: readonly DataObject[]): Answer {
    const { pace } = passport.chip;
    if (pace === undefined) return answer(SW.incorrectParameters);
    if (pace.behaviour === 'refuses') return answer(SW.conditionsNotSatisfied);
    if (now.inApplication || now.session !== undefined) return answer(SW.conditionsNotSatisfied);
    const offered = pace.variants.filter((variant) => find(objects, 0x80) === oidValue(paceProtocol(variant)));
    if (offered.length === 0) return answer(SW.incorrectData);
    const parameters = find(objects, 0x84);
    const variant = parameters === undefined ? offered[0] : offered.find(({ parameterId }) => parameterId === Number.parseInt(parameters, 16));
    if (variant === undefined) return answer(SW.referenceNotFound);
    const reference = find(objects, 0x83);
    if (reference !== '01' && reference !== '02') return answer(SW.referenceNotFound);
    const password = reference === '01' ? createHash('sha1').update(mrzSecret, 'latin1').digest() : utf8(passport.can);
    now.pace = beginPace(variant, password, passport.chip.mappingKey);
    return answer(SW.ok);
  }

  /** The key of this protocol and number; without a number only where the choice is none (9303-11 §9.2.6). */
  function findKey(protocol: string | undefined, reference: string | undefined): ChipAuthenticationKey | undefined {
    const keys = passport.chip.chipAuthentication.filter((key) => protocol === undefined || protocol === oidValue(chipAuthenticationProtocol(key)));
    if (reference === undefined) return keys.length === 1 ? keys[0] : keys.find(({ keyId }) => keyId === undefined);
    // The number alone, without the sign byte that DG14's INTEGER may have.
    return keys.find(({ keyId }) => keyId !== undefined && toHex(integer(keyId).subarray(2)).replace(/^00(?=.)/, '') === reference);
  }

  function chooseChipAuthentication(objects: readonly DataObject[]): Answer {
    if (now.session === undefined || !now.inApplication) return answer(SW.securityStatusNotSatisfied);
    const protocol = find(objects, 0x80);
    if (protocol === undefined || !passport.chip.chipAuthentication.some((key) => !key.withoutInfo && oidValue(chipAuthenticationProtocol(key)) === protocol)) return answer(SW.incorrectData);
    now.chipAuthenticationChosen = findKey(protocol, find(objects, 0x84));
    return answer(now.chipAuthenticationChosen === undefined ? SW.referenceNotFound : SW.ok);
  }

  /** The older form, for triple DES only (§6.2.4.1): key and agreement in one command. */
  function setKeyAgreementTemplate(objects: readonly DataObject[]): Answer {
    if (now.session === undefined || !now.inApplication) return answer(SW.securityStatusNotSatisfied);
    if (!passport.chip.chipAuthentication.some(({ cipher }) => cipher === 'tripleDes')) return answer(SW.incorrectData);
    const key = findKey(undefined, find(objects, 0x84));
    if (key?.cipher !== 'tripleDes') return answer(SW.referenceNotFound);
    return agreeOnNextSession(key, objects.find((o) => o.tag === 0x91)?.value, answer(SW.ok));
  }

  function generalAuthenticate(command: CommandApdu): Answer {
    const [template, ...more] = readDataObjects(command.data) ?? [];
    const inner = template?.tag === 0x7c && more.length === 0 ? readDataObjects(template.value) : undefined;
    if (inner === undefined || inner.length > 1) return endConversation(SW.incorrectData);
    const chosen = now.chipAuthenticationChosen;
    if (chosen !== undefined) {
      now.chipAuthenticationChosen = undefined;
      return agreeOnNextSession(chosen, inner[0]?.tag === 0x80 ? inner[0].value : undefined, answer(SW.ok, tlv(0x7c)));
    }
    const run = now.pace;
    if (run === undefined) return answer(SW.conditionsNotSatisfied);
    // All but the last of PACE's commands are chained (§4.4.4.2).
    const isLast = run.step.expects === 'token';
    if (isLast !== (command.cla === 0x00)) return endConversation(isLast ? SW.lastCommandExpected : SW.incorrectData);
    const outcome = continuePace(run, inner[0]?.tag, inner[0]?.value ?? new Uint8Array(), random);
    now.pace = outcome.run;
    // The token is answered in the clear; the session begins with the next command.
    if (outcome.session !== undefined) now.session = outcome.session;
    return outcome.answer;
  }

  function endConversation(status: number): Answer {
    now.pace = undefined;
    now.chipAuthenticationChosen = undefined;
    return answer(status);
  }

  function agreeOnNextSession(key: ChipAuthenticationKey, terminalKey: Uint8Array | undefined, done: Answer): Answer {
    const next = terminalKey === undefined ? undefined : authenticateChip(key, terminalKey);
    if (next === undefined) return answer(SW.incorrectData);
    now.nextSession = next;
    return done;
  }

  function internalAuthenticate({ data, maxResponseBytes }: CommandApdu, limit: number): Answer {
    if (now.session === undefined || !now.inApplication) return answer(SW.securityStatusNotSatisfied);
    const key = passport.chip.activeAuthenticationKey;
    if (key === undefined) return answer(SW.instructionNotSupported);
    if (data.length !== 8) return answer(SW.wrongLength);
    const signature = signNonce(key, data, random);
    return signature.length > Math.min(limit, maxResponseBytes) ? answer(SW.wrongLength) : answer(SW.ok, signature);
  }

  function powerOn(): void {
    now = atPowerOn();
    behave = composeBehaviours((options.quirks ?? []).map((name) => heard(CHIP_QUIRKS[name].behave(), () => options.onQuirk?.(name))));
  }

  return { transmit, powerOn };
}

/** Value of the object with this tag, as hexadecimal. */
function find(objects: readonly DataObject[], tag: number): string | undefined {
  const value = objects.find((o) => o.tag === tag)?.value;
  return value === undefined ? undefined : toHex(value);
}

/** An object identifier's body, as hexadecimal: what tag 80 carries. */
const oidValue = (dotted: string): string => toHex(objectIdentifier(dotted).subarray(2));

import { toHex } from '@visavis/kernel';
import type { PassportOrder } from '../../lds/mint-passport.ts';
import { derFromPlainSignature } from '../../pki/elliptic-curve.ts';
import type { BehavedAnswer, Behaviour, SeenCommand } from '../behaviour.ts';
import { answer, SW } from '../status-words.ts';

/** What chips in the field do otherwise. `behave` makes one chip's behaviour from its start in the field. */
export interface ChipQuirk {
  /** Documents in which it was seen. */
  readonly seenIn: string;
  readonly effect: string;
  readonly behave: () => Behaviour;
  /** What a document needs for the quirk to show. */
  readonly order?: Partial<PassportOrder>;
  readonly extendedLengthBytes?: number;
}

const SELECT = 0xa4;
const READ = 0xb0;
const MSE = 0x22;
const INTERNAL_AUTHENTICATE = 0x88;

/** Refuses some commands by a status word; all others are carried out. */
const refuse = (which: (command: SeenCommand) => boolean, status: number, naked?: BehavedAnswer['naked']) => (): Behaviour => (command, carryOut) =>
  which(command) ? { ...answer(status), ...(naked === undefined ? {} : { naked }) } : carryOut();
const isRead = ({ ins }: SeenCommand): boolean => ins === READ || ins === READ + 1;
const selectsMasterFile = ({ ins, p1, p2, data }: SeenCommand): boolean => ins === SELECT && p1 === 0 && (data.length === 0 ? p2 === 0x0c || p2 === 0 : toHex(data) === '3f00');
const selectsFile = (command: SeenCommand, fileId: string): boolean => command.ins === SELECT && command.p1 !== 4 && toHex(command.data) === fileId;
const selectsApplication = ({ ins, p1 }: SeenCommand): boolean => ins === SELECT && p1 === 4;
const readsShortFile = ({ ins, p1 }: SeenCommand, shortFileId?: number): boolean => ins === READ && p1 >= 0x80 && (shortFileId === undefined || (p1 & 0x1f) === shortFileId);
const setsPace = ({ ins, p1, p2 }: SeenCommand): boolean => ins === MSE && p1 === 0xc1 && p2 === 0xa4;
const hasParameterId = ({ data }: SeenCommand): boolean => /8401..$/.test(toHex(data));
const asksMoreThan = (bytes: number) => (command: SeenCommand): boolean => isRead(command) && command.protected && command.maxResponseBytes > bytes;
const givesAtMost = (bytes: number, status?: number) => (): Behaviour => (command, carryOut) => {
  const honest = carryOut();
  return isRead(command) && command.protected && honest.data.length > bytes ? { status: status ?? honest.status, data: honest.data.slice(0, bytes) } : honest;
};
const bac: Partial<PassportOrder> = { access: 'bac' };
const activeOnly: Partial<PassportOrder> = { authentication: 'activeAuthentication' };

export const CHIP_QUIRKS = {
  'mf-select-short-form-only': { seenIn: 'European cards', effect: 'SELECT of the master file with 3F00 answers 6A86', behave: refuse((c) => selectsMasterFile(c) && c.data.length > 0, SW.incorrectParameters) },
  'mf-select-long-form-only': { seenIn: 'some passports', effect: 'SELECT of the master file without data answers 6A86', behave: refuse((c) => selectsMasterFile(c) && c.data.length === 0, SW.incorrectParameters) },
  'nz-mf-select-6a87': { seenIn: 'NZ, CN, AU, UA', effect: 'every SELECT of the master file answers 6A87', behave: refuse(selectsMasterFile, 0x6a87) },
  'fr-mf-select-6a86': { seenIn: 'FR identity card', effect: 'every SELECT of the master file answers 6A86', behave: refuse(selectsMasterFile, SW.incorrectParameters) },
  'mf-select-does-nothing': { seenIn: 'European cards', effect: 'SELECT of the master file without data answers 9000 and selects nothing', behave: () => (command, carryOut) => (selectsMasterFile(command) && command.data.length === 0 ? answer(SW.ok) : carryOut()) },
  'gb-card-access-no-sfi': { seenIn: 'GB', effect: 'EF.CardAccess has no short identifier', behave: refuse((c) => !c.protected && readsShortFile(c, 0x1c), SW.fileNotFound) },
  'no-sfi-6a86': { seenIn: 'old chips', effect: 'READ BINARY with a short identifier answers 6A86', behave: refuse((c) => c.protected && readsShortFile(c), SW.incorrectParameters) },
  'my-card-access-6283': { seenIn: 'MY', effect: 'SELECT of EF.CardAccess before BAC answers 6283', order: bac, behave: refuse((c) => !c.protected && (selectsFile(c, '011c') || readsShortFile(c, 0x1c)), 0x6283) },
  'us-dir-6982': { seenIn: 'US, NZ', effect: 'EF.DIR before access control answers 6982', behave: refuse((c) => !c.protected && (selectsFile(c, '2f00') || readsShortFile(c, 0x1e)), SW.securityStatusNotSatisfied) },
  'atr-info-6982': { seenIn: 'US, NZ', effect: 'EF.ATR/INFO before access control answers 6982', extendedLengthBytes: 4096, behave: refuse((c) => !c.protected && (selectsFile(c, '2f01') || readsShortFile(c, 0x01)), SW.securityStatusNotSatisfied) },
  'vn-second-aid-select': { seenIn: 'VN and other Asian cards', effect: 'SELECT of the application a second time answers 6985', behave: () => {
    let selected = false;
    return (command, carryOut) => {
      if (!selectsApplication(command)) return carryOut();
      if (selected && command.protected) return answer(SW.conditionsNotSatisfied);
      selected = command.protected;
      return carryOut();
    };
  } },
  'de-no-bac-6a88': { seenIn: 'DE from 2021, NL 2023', effect: 'GET CHALLENGE answers 6A88: PACE only', order: { access: 'pace' }, behave: refuse((c) => c.ins === 0x84, SW.referenceNotFound) },
  'nl-no-bac-6985': { seenIn: 'NL 2023', effect: 'GET CHALLENGE answers 6985: PACE only', order: { access: 'pace' }, behave: refuse((c) => c.ins === 0x84, SW.conditionsNotSatisfied) },
  'ua-parameter-id-required': { seenIn: 'UA before July 2022', effect: 'MSE:Set AT for PACE without tag 84 answers 6A87', behave: refuse((c) => setsPace(c) && !hasParameterId(c), 0x6a87) },
  'parameter-id-refused': { seenIn: 'chips by the example of ICAO 9303-11 appendix G', effect: 'MSE:Set AT for PACE with tag 84 answers 6A80', behave: refuse((c) => setsPace(c) && hasParameterId(c), SW.incorrectData) },
  'mse-le-refused': { seenIn: 'some passports', effect: 'Le in MSE:Set AT or SELECT answers 6700', behave: refuse((c) => !c.protected && (c.ins === MSE || c.ins === SELECT) && c.maxResponseBytes > 0, SW.wrongLength) },
  'external-authenticate-le-00': { seenIn: 'some passports', effect: 'EXTERNAL AUTHENTICATE with Le 28 answers 6700', order: bac, behave: refuse((c) => c.ins === 0x82 && !c.wantsAll, SW.wrongLength) },
  'external-authenticate-le-28': { seenIn: 'some passports', effect: 'EXTERNAL AUTHENTICATE with Le 00 answers 6700', order: bac, behave: refuse((c) => c.ins === 0x82 && c.wantsAll, SW.wrongLength) },
  'nz-pace-large-le-6982': { seenIn: 'NZ', effect: 'commands with Le 65536 before access control answer 6982', behave: refuse((c) => !c.protected && c.maxResponseBytes > 256, SW.securityStatusNotSatisfied) },
  'de-pace-6982-then-bac': { seenIn: 'DE 2024', effect: 'PACE answers 6982, BAC works', behave: refuse(setsPace, SW.securityStatusNotSatisfied) },
  'read-160-bytes': { seenIn: 'old chips', effect: 'READ BINARY of more than 160 bytes answers 6700', behave: refuse(asksMoreThan(160), SW.wrongLength) },
  'read-112-bytes': { seenIn: 'old chips', effect: 'READ BINARY of more than 112 bytes answers 6700', behave: refuse(asksMoreThan(112), SW.wrongLength) },
  'read-96-bytes': { seenIn: 'old chips', effect: 'READ BINARY of more than 96 bytes answers 6700', behave: refuse(asksMoreThan(96), SW.wrongLength) },
  'read-6b00': { seenIn: 'some passports', effect: 'READ BINARY of more than 192 bytes answers 6B00', behave: refuse(asksMoreThan(192), SW.wrongOffset) },
  'read-6c': { seenIn: 'some passports', effect: 'READ BINARY of more than 160 bytes answers 6CA0', behave: refuse(asksMoreThan(160), 0x6ca0) },
  'read-6282-with-data': { seenIn: 'some passports', effect: 'READ BINARY gives at most 160 bytes, with 6282', behave: givesAtMost(160, SW.endOfFile) },
  'read-short-data': { seenIn: 'some passports', effect: 'READ BINARY gives at most 128 bytes, with 9000', behave: givesAtMost(128) },
  'read-empty-9000': { seenIn: 'the JMRTD applet', effect: 'READ BINARY of more than 192 bytes answers 9000 without data', behave: () => (command, carryOut) => (asksMoreThan(192)(command) ? answer(SW.ok) : carryOut()) },
  'naked-6700-kept': { seenIn: 'chips for which JMRTD restores the counter', effect: 'READ BINARY of more than 160 bytes answers 6700 outside secure messaging, which goes on as if nothing was sent', behave: refuse(asksMoreThan(160), SW.wrongLength, 'uncounted') },
  'naked-6700-counted': { seenIn: 'chips for which gmrtd counts on', effect: 'READ BINARY of more than 160 bytes answers 6700 outside secure messaging, which counts it', behave: refuse(asksMoreThan(160), SW.wrongLength, 'counted') },
  'naked-6700-dropped': { seenIn: 'some passports', effect: 'READ BINARY of more than 160 bytes answers 6700 and ends secure messaging', behave: refuse(asksMoreThan(160), SW.wrongLength, 'dropped') },
  'naked-end-of-file': { seenIn: 'some passports', effect: 'reads past the end answer 6282 or 6B00 outside secure messaging', behave: () => (command, carryOut) => {
    const honest = carryOut();
    return isRead(command) && command.protected && (honest.status === SW.wrongOffset || (honest.status === SW.endOfFile && honest.data.length === 0)) ? { ...honest, naked: 'counted' } : honest;
  } },
  'naked-absent-file': { seenIn: 'some passports', effect: 'a file that is not there answers 6A82 and ends secure messaging', order: { authentication: 'chipAuthentication' }, behave: () => (command, carryOut) => {
    const honest = carryOut();
    return command.protected && honest.status === SW.fileNotFound ? { ...honest, naked: 'dropped' } : honest;
  } },
  'cn-extended-refused': { seenIn: 'CN', effect: 'EF.ATR/INFO announces extended length, reads with it answer 6700', extendedLengthBytes: 4096, behave: refuse((c) => isRead(c) && c.extended, SW.wrongLength) },
  'cn-extended-naked': { seenIn: 'CN', effect: 'EF.ATR/INFO announces extended length, reads with it answer 6700 and end secure messaging', extendedLengthBytes: 4096, behave: refuse((c) => isRead(c) && c.extended, SW.wrongLength, 'dropped') },
  'get-response-61': { seenIn: 'some passports', effect: 'unprotected reads answer 61xx, the data waits for GET RESPONSE', behave: () => {
    let waiting: BehavedAnswer | undefined;
    return (command, carryOut) => {
      if (!command.protected && command.ins === 0xc0 && waiting !== undefined) {
        const given = waiting;
        waiting = undefined;
        return given;
      }
      const honest = carryOut();
      if (command.protected || !isRead(command) || honest.data.length === 0) return honest;
      waiting = honest;
      return answer(0x6100 | (honest.data.length & 0xff));
    };
  } },
  'pt-aa-der': { seenIn: 'PT', effect: 'active authentication by ECDSA gives its signature in DER', order: activeOnly, behave: () => (command, carryOut) => {
    const honest = carryOut();
    return command.ins === INTERNAL_AUTHENTICATE && honest.status === SW.ok ? { ...honest, data: derFromPlainSignature(honest.data) } : honest;
  } },
  'aa-extended-le-required': { seenIn: 'passports with RSA of 2048 bits', effect: 'active authentication needs an extended Le', order: { ...activeOnly, activeAuthenticationAlgorithm: 'rsa2048' }, extendedLengthBytes: 4096, behave: refuse((c) => c.ins === INTERNAL_AUTHENTICATE && c.maxResponseBytes <= 256, SW.wrongLength) },
  'aa-extended-le-refused': { seenIn: 'passports with RSA of 1024 bits', effect: 'active authentication refuses an extended Le', order: { ...activeOnly, activeAuthenticationAlgorithm: 'rsa1024' }, extendedLengthBytes: 4096, behave: refuse((c) => c.ins === INTERNAL_AUTHENTICATE && c.extended, SW.wrongLength) },
  'no-aa-after-ca': { seenIn: 'NO', effect: 'active authentication fails once chip authentication has run', order: { authentication: 'both' }, behave: () => {
    let proved = false;
    return (command, carryOut) => {
      if (command.protected && command.ins === 0x86) proved = true;
      return proved && command.ins === INTERNAL_AUTHENTICATE ? answer(SW.conditionsNotSatisfied) : carryOut();
    };
  } },
  'ca-set-at-refused': { seenIn: 'FR', effect: 'chip authentication by triple DES in MSE:Set KAT only: MSE:Set AT answers 6A80', order: { authentication: 'chipAuthentication', chipAuthenticationCipher: 'tripleDes' }, behave: refuse((c) => c.protected && c.ins === MSE && c.p2 === 0xa4, SW.incorrectData) },
  'ios-application-selected': { seenIn: 'iPhones', effect: 'the application is selected as the chip enters the field', behave: () => {
    let first = true;
    return (command, carryOut) => {
      if (first) {
        first = false;
        carryOut({ ...command, protected: false, cla: 0, ins: SELECT, p1: 4, p2: 0x0c, data: Uint8Array.of(0xa0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01), maxResponseBytes: 0, wantsAll: false, extended: false });
      }
      return carryOut();
    };
  } },
} as const satisfies Readonly<Record<string, ChipQuirk>>;

export type ChipQuirkName = keyof typeof CHIP_QUIRKS;

import { type Bytes, concatBytes } from '@visavis/kernel';
import { curves } from '../pki/elliptic-curve.ts';
import { tlv } from '../der/der.ts';
import { type CommandApdu, parseCommandApdu } from './command-apdu.ts';
import { readDataObjects } from './read-tlv.ts';

/** What a chip that lies knows when it answers. */
export interface MaliceState {
  /** Answers given since power on, this one not counted. */
  readonly answered: number;
  readonly protected: boolean;
  /** The answers before this one, as they went out. */
  readonly earlier: readonly Bytes[];
}

/** The last hand on every answer: what goes out instead of the honest one. */
export interface Malice {
  readonly onAnswer?: (command: CommandApdu, honestAnswer: Bytes, state: MaliceState) => Uint8Array;
}

const OK = Uint8Array.of(0x90, 0x00);
const isRead = ({ ins }: CommandApdu): boolean => ins === 0xb0 || ins === 0xb1;
/** Changes protected answers to reads only. */
const toReads = (change: (honest: Bytes, state: MaliceState) => Uint8Array): Malice => ({ onAnswer: (command, honest, state) => (state.protected && isRead(command) ? change(honest, state) : honest) });

/** The data objects of a protected answer, and its status word. */
const objectsOf = (answer: Uint8Array): readonly Bytes[] => (readDataObjects(answer.slice(0, -2)) ?? []).map(({ tag, value }) => tlv(tag, value));
const without = (tag: number) => (honest: Bytes): Uint8Array => concatBytes(...objectsOf(honest).filter((object) => object[0] !== tag), honest.slice(-2));

/** In a step of PACE or chip authentication: replaces the object with this tag in the chip's 7C template. */
const inTemplate = (tag: number, change: (honest: Bytes, sent: Uint8Array) => Uint8Array): Malice => ({
  onAnswer: (command, honest) => {
    const [template] = command.ins === 0x86 ? (readDataObjects(honest.slice(0, -2)) ?? []) : [];
    const [object] = template?.tag === 0x7c ? (readDataObjects(template.value) ?? []) : [];
    if (object?.tag !== tag) return honest;
    const [sentTemplate] = readDataObjects(command.data) ?? [];
    const [sent] = sentTemplate === undefined ? [] : (readDataObjects(sentTemplate.value) ?? []);
    return concatBytes(tlv(0x7c, tlv(tag, change(object.value, sent?.value ?? new Uint8Array()))), OK);
  },
});

const PACE_MAPPING = 0x82;
const PACE_AGREEMENT = 0x84;
const PACE_TOKEN = 0x86;
const offCurve = (point: Bytes): Uint8Array => point.map((byte, i) => (i === point.length - 1 ? byte ^ 1 : byte));
const identity = (point: Bytes): Uint8Array => new Uint8Array(point.length);
const strangersKey = (point: Bytes): Uint8Array => (point.length === 65 ? curves.brainpoolP256r1.curve.Point.BASE.double().toBytes(false) : point);

/** Chips that lie, by name. */
export const MALICE = {
  paceMappingOffCurve: inTemplate(PACE_MAPPING, offCurve),
  paceMappingIdentity: inTemplate(PACE_MAPPING, identity),
  paceMappingReflected: inTemplate(PACE_MAPPING, (_honest, sent) => sent),
  paceAgreementOffCurve: inTemplate(PACE_AGREEMENT, offCurve),
  paceAgreementIdentity: inTemplate(PACE_AGREEMENT, identity),
  paceAgreementReflected: inTemplate(PACE_AGREEMENT, (_honest, sent) => sent),
  paceAgreementStrangersKey: inTemplate(PACE_AGREEMENT, strangersKey),
  paceWrongToken: inTemplate(PACE_TOKEN, (token) => token.map((byte) => byte ^ 0xff)),
  unprotectedOk: toReads(() => OK),
  emptyOkForEver: { onAnswer: (command, honest) => (isRead(command) ? OK : honest) },
  statusObjectMissing: toReads(without(0x99)),
  macMissing: toReads(without(0x8e)),
  statusObjectDiffers: toReads((honest) => concatBytes(honest.slice(0, -2), Uint8Array.of(0x62, 0x82))),
  macTruncated: toReads((honest) => concatBytes(...objectsOf(honest).map((object) => (object[0] === 0x8e ? tlv(0x8e, object.slice(2, 6)) : object)), honest.slice(-2))),
  answerReplayed: toReads((honest, { earlier }) => earlier.at(-1) ?? honest),
  silentForEver: { onAnswer: (_command, honest, { answered }) => (answered < 3 ? honest : Uint8Array.of(0x6f, 0x00)) },
} as const satisfies Readonly<Record<string, Malice>>;

export type MaliceName = keyof typeof MALICE;

/** Lets malice have its hand on every answer. */
export function withMalice(chip: { transmit(apdu: Uint8Array): Bytes; powerOn(): void }, malice: Malice): typeof chip {
  let earlier: Bytes[] = [];
  return {
    powerOn() {
      earlier = [];
      chip.powerOn();
    },
    transmit(apdu) {
      const honest = chip.transmit(apdu);
      const command = parseCommandApdu(apdu);
      const answer = command === undefined ? honest : Uint8Array.from(malice.onAnswer?.(command, honest, { answered: earlier.length, protected: (command.cla & 0x0c) === 0x0c, earlier }) ?? honest);
      earlier.push(answer);
      return answer;
    },
  };
}

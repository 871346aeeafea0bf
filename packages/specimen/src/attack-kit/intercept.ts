import { type Bytes, concatBytes } from '@visavis/kernel';
import { type CommandApdu, parseCommandApdu } from '../chip/command-apdu.ts';
import type { Chip } from '../chip/create-chip.ts';
import { type DataObject, readDataObjects } from '../chip/read-tlv.ts';
import { tlv } from '../der/der.ts';

/** Sees a command and decides what the terminal gets: the chip's answer, or one of its own. */
export type Interception = (command: CommandApdu, ask: () => Bytes) => Bytes;

/** A chip with somebody in between who needs no key: what is protected stays closed to him. */
export function intercept(chip: Chip, interception: Interception): Chip {
  return {
    powerOn: () => chip.powerOn(),
    transmit(apdu) {
      const command = parseCommandApdu(apdu);
      return command === undefined ? chip.transmit(apdu) : interception(command, () => chip.transmit(apdu));
    },
  };
}

export const isProtected = (command: CommandApdu): boolean => (command.cla & 0x0c) === 0x0c;

/** The terminal's data object in a step of PACE, with the tag of the answer that belongs to it: 81 → 82, 83 → 84, 85 → 86, nothing → 80. */
function paceStep(command: CommandApdu): { readonly asked: Uint8Array; readonly answerTag: number } | undefined {
  if (command.ins !== 0x86 || isProtected(command)) return undefined;
  const template = readDataObjects(command.data)?.find((object) => object.tag === 0x7c);
  if (template === undefined) return undefined;
  const [object] = readDataObjects(template.value) ?? [];
  return { asked: object?.value ?? new Uint8Array(), answerTag: object === undefined ? 0x80 : object.tag + 1 };
}

const OK = Uint8Array.of(0x90, 0x00);
const valueOf = (answer: Uint8Array, tag: number): Uint8Array => readDataObjects(readDataObjects(answer.slice(0, -2))?.[0]?.value ?? answer)?.find((object) => object.tag === tag)?.value ?? new Uint8Array();

/** Puts another value into the chip's answer to one step of PACE (80 nonce, 82 mapping, 84 agreement, 86 token). */
export function interceptPace(chip: Chip, tag: 0x80 | 0x82 | 0x84 | 0x86, change: (honest: Uint8Array, asked: Uint8Array) => Uint8Array): Chip {
  return intercept(chip, (command, ask) => {
    const step = paceStep(command);
    if (step?.answerTag !== tag) return ask();
    return concatBytes(tlv(0x7c, tlv(tag, change(valueOf(ask(), tag), step.asked))), OK);
  });
}

/** Protected answers longer than this bring bytes of a file. */
const FILE_ANSWER_BYTES = 60;

/** Changes one protected answer, as far as that goes without a key. @param which of those that bring bytes of a file */
export function interceptProtected(chip: Chip, which: number, change: (answer: Bytes, earlier: readonly Bytes[]) => Bytes): Chip {
  const earlier: Bytes[] = [];
  let files = 0;
  return intercept(chip, (command, ask) => {
    const answer = ask();
    if (!isProtected(command)) return answer;
    const changed = answer.length > FILE_ANSWER_BYTES && files++ === which ? change(answer, earlier) : answer;
    earlier.push(answer);
    return changed;
  });
}

/** The data objects of a protected answer, put together again after a change; the status word stays. */
export function rebuilt(answer: Bytes, change: (objects: readonly DataObject[]) => readonly DataObject[]): Bytes {
  const objects = readDataObjects(answer.slice(0, -2)) ?? [];
  return concatBytes(...change(objects).map(({ tag, value }) => tlv(tag, value)), answer.slice(-2));
}

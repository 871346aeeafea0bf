import { type Bytes, toHex } from '@visavis/kernel';
import { tlv } from '../der/der.ts';
import type { CommandApdu } from './command-apdu.ts';
import type { ElementaryFile } from './file-system.ts';
import { readDataObjects } from './read-tlv.ts';
import { type Answer, answer, SW } from './status-words.ts';

/** What a READ BINARY points at: a file (undefined: the one selected) and an offset. */
export interface ReadTarget {
  readonly shortFileId: number | undefined;
  readonly offset: number;
}

/** Even instruction B0: 15 bits of offset, or a short file id and 8 bits (ISO/IEC 7816-4 §11.2.3). Odd B1: offset in DO 54. */
export function parseReadTarget(command: CommandApdu): ReadTarget | number {
  const { p1, p2 } = command;
  if (command.ins === 0xb0) {
    if (command.data.length > 0) return SW.wrongLength;
    if ((p1 & 0x80) === 0) return { shortFileId: undefined, offset: (p1 << 8) | p2 };
    return (p1 & 0x60) === 0 ? { shortFileId: p1 & 0x1f, offset: p2 } : SW.incorrectParameters;
  }
  const [offset, ...more] = readDataObjects(command.data) ?? [];
  if (offset?.tag !== 0x54 || more.length > 0 || offset.value.length === 0 || offset.value.length > 4) return SW.incorrectData;
  if (p1 !== 0 || p2 > 0x1e) return SW.incorrectParameters;
  return { shortFileId: p2 === 0 ? undefined : p2, offset: Number.parseInt(toHex(offset.value), 16) };
}

/** The bytes asked for, at most `limit` of them: what fits into one (protected) answer. */
export function readBinary(file: ElementaryFile, command: CommandApdu, offset: number, limit: number): Answer {
  const left = file.content.length - offset;
  if (left <= 0) return answer(SW.wrongOffset);
  if (command.maxResponseBytes === 0) return answer(SW.wrongLength);
  if (!command.wantsAll && command.maxResponseBytes > limit) return answer(SW.wrongLength);
  const room = Math.min(command.maxResponseBytes, limit);
  if (command.ins === 0xb0) return cut(file.content.slice(offset, offset + room), room, left, command.wantsAll);
  // Under B1 the room includes the wrapping data object's own head.
  const head = room > 258 ? 4 : room > 129 ? 3 : 2;
  if (room <= head) return answer(SW.wrongLength);
  const inner = cut(file.content.slice(offset, offset + room - head), room - head, left, command.wantsAll);
  return { status: inner.status, data: tlv(0x53, inner.data) };
}

function cut(data: Bytes, room: number, left: number, wantsAll: boolean): Answer {
  return answer(!wantsAll && left < room ? SW.endOfFile : SW.ok, data);
}

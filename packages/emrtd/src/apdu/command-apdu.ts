import { type Bytes, concatBytes } from '@visavis/kernel';

/** A command in clear (ISO/IEC 7816-4 §5.1). `le` is how many bytes are expected: absent none, 256 (short) or 65 536 (extended) as many as there are. */
export interface CommandApdu {
  readonly cla: number;
  readonly ins: number;
  readonly p1: number;
  readonly p2: number;
  readonly data?: Uint8Array;
  readonly le?: number;
}

export const MAX_SHORT_DATA_BYTES = 255;
export const MAX_SHORT_LE = 256;
export const MAX_EXTENDED_LE = 65_536;

export const header = (command: CommandApdu): Bytes => Uint8Array.of(command.cla, command.ins, command.p1, command.p2);

/** Encodes in short form when it fits, else in extended form (ISO/IEC 7816-4 §5.1). */
export function encodeCommand(command: CommandApdu): Bytes {
  const data = command.data ?? new Uint8Array();
  const { le } = command;
  const extended = data.length > MAX_SHORT_DATA_BYTES || (le !== undefined && le > MAX_SHORT_LE);
  const u16 = (n: number): Bytes => Uint8Array.of((n >> 8) & 0xff, n & 0xff);
  if (!extended) {
    return concatBytes(header(command), data.length > 0 ? concatBytes(Uint8Array.of(data.length), data) : data, le === undefined ? new Uint8Array() : Uint8Array.of(le & 0xff));
  }
  const lc = data.length > 0 ? concatBytes(Uint8Array.of(0), u16(data.length), data) : Uint8Array.of(0);
  return concatBytes(header(command), lc, le === undefined ? new Uint8Array() : u16(le));
}

import { ByteReader, type Bytes } from '@visavis/kernel';

/** A command APDU taken apart (ISO/IEC 7816-4 §5.1). */
export interface CommandApdu {
  readonly cla: number;
  readonly ins: number;
  readonly p1: number;
  readonly p2: number;
  readonly data: Bytes;
  /** Ne: how many bytes may come back at most; 0 when the command asks for none. */
  readonly maxResponseBytes: number;
  /** Le said "as many as there are" (all zero), so that fewer is no warning. */
  readonly wantsAll: boolean;
  readonly extended: boolean;
}

/** Undefined when the bytes are no command of any of the seven cases. */
export function parseCommandApdu(apdu: Uint8Array): CommandApdu | undefined {
  if (apdu.length < 4) return undefined;
  const reader = new ByteReader(apdu);
  const head = { cla: reader.u8(), ins: reader.u8(), p1: reader.u8(), p2: reader.u8() };
  const none = new Uint8Array();
  const short = (le: number | undefined) => ({ maxResponseBytes: le === undefined ? 0 : le || 256, wantsAll: le === 0, extended: false });
  const extended = (le: number | undefined) => ({ maxResponseBytes: le === undefined ? 0 : le || 65_536, wantsAll: le === 0, extended: true });
  if (reader.remaining === 0) return { ...head, data: none, ...short(undefined) };
  const first = reader.u8();
  if (reader.remaining === 0) return { ...head, data: none, ...short(first) };
  if (first !== 0) {
    if (reader.remaining !== first && reader.remaining !== first + 1) return undefined;
    const data = reader.take(first).slice();
    return { ...head, data, ...short(reader.remaining === 1 ? reader.u8() : undefined) };
  }
  if (reader.remaining < 2) return undefined;
  const second = reader.u16();
  if (reader.remaining === 0) return { ...head, data: none, ...extended(second) };
  if (second === 0 || (reader.remaining !== second && reader.remaining !== second + 2)) return undefined;
  const data = reader.take(second).slice();
  return { ...head, data, ...extended(reader.remaining === 2 ? reader.u16() : undefined) };
}

import { type Bytes, concatBytes } from '@visavis/kernel';

/** Status words of ISO/IEC 7816-4 §5.6 that a passport chip uses. */
export const SW = {
  ok: 0x9000,
  endOfFile: 0x6282,
  authenticationFailed: 0x6300,
  wrongLength: 0x6700,
  chainingNotSupported: 0x6884,
  lastCommandExpected: 0x6883,
  securityStatusNotSatisfied: 0x6982,
  conditionsNotSatisfied: 0x6985,
  noCurrentFile: 0x6986,
  smObjectMissing: 0x6987,
  smObjectIncorrect: 0x6988,
  incorrectData: 0x6a80,
  fileNotFound: 0x6a82,
  incorrectParameters: 0x6a86,
  referenceNotFound: 0x6a88,
  wrongOffset: 0x6b00,
  instructionNotSupported: 0x6d00,
  classNotSupported: 0x6e00,
} as const;

/** What a command came to, before secure messaging. */
export interface Answer {
  readonly status: number;
  readonly data: Bytes;
}

export const answer = (status: number, data: Uint8Array = new Uint8Array()): Answer => ({ status, data: Uint8Array.from(data) });

export const encodeAnswer = (a: Answer): Bytes => concatBytes(a.data, Uint8Array.of(a.status >> 8, a.status & 0xff));

/** A chip's answer: data and status word. */
export interface ResponseApdu {
  readonly data: Uint8Array;
  readonly status: number;
}

export const STATUS_OK = 0x9000;
/** End of file reached before Le bytes were read: what is there is good. */
const STATUS_END_OF_FILE = 0x6282;

/** undefined when there is not even a status word. */
export function parseResponse(answer: Uint8Array): ResponseApdu | undefined {
  if (answer.length < 2) return undefined;
  const at = answer.length - 2;
  return { data: answer.subarray(0, at), status: (answer[at]! << 8) | answer[at + 1]! };
}

/** The status word as four hexadecimal digits: what accept prefixes are compared with, and the only thing about an answer that may stand in a fault's detail. */
export const statusHex = (status: number): string => status.toString(16).padStart(4, '0');

/** A chip that answers so has no keys any more, or not these. */
export const isLostSecurity = (status: number): boolean => status === 0x6987 || status === 0x6988;

/** Whether the data of a READ BINARY answer can be used. */
export const hasFileData = (response: ResponseApdu): boolean => (response.status === STATUS_OK || response.status === STATUS_END_OF_FILE) && response.data.length > 0;

import { concatBytes } from '@visavis/kernel';

/** Longest message between two parts of the booth but the first: a sealed client message with its head, or a chip's portrait. */
export const MAX_CELL_MESSAGE_BYTES = 2 * 1024 * 1024;
const LENGTH_BYTES = 4;

/** One message on a byte stream: 4 bytes big-endian length, then the message. */
export function frameForStream(message: Uint8Array): Uint8Array {
  const length = new Uint8Array(LENGTH_BYTES);
  new DataView(length.buffer).setUint32(0, message.length);
  return concatBytes(length, message);
}

/**
 * Cuts a byte stream back into messages. Chunks are overwritten once copied, so that no second copy of an opened
 * frame stays behind in them.
 * @param onMessage gets a copy of its own
 * @param maxMessageBytes a longer message breaks the stream
 * @returns takes the next chunk; false when the stream is no such stream, and stays false
 */
export function createFrameReader(onMessage: (message: Uint8Array) => void, maxMessageBytes = MAX_CELL_MESSAGE_BYTES): (chunk: Uint8Array) => boolean {
  const header = new Uint8Array(LENGTH_BYTES);
  let headerAt = 0;
  let body: Uint8Array | undefined;
  let bodyAt = 0;
  let broken = false;
  return (chunk) => {
    let at = 0;
    while (!broken && at < chunk.length) {
      if (body === undefined) {
        const n = Math.min(LENGTH_BYTES - headerAt, chunk.length - at);
        header.set(chunk.subarray(at, at + n), headerAt);
        headerAt += n;
        at += n;
        if (headerAt < LENGTH_BYTES) break;
        const length = new DataView(header.buffer).getUint32(0);
        if (length > maxMessageBytes) {
          broken = true;
          break;
        }
        headerAt = 0;
        body = new Uint8Array(length);
        bodyAt = 0;
      }
      const n = Math.min(body.length - bodyAt, chunk.length - at);
      body.set(chunk.subarray(at, at + n), bodyAt);
      bodyAt += n;
      at += n;
      if (bodyAt < body.length) break;
      const whole = body;
      body = undefined;
      bodyAt = 0;
      onMessage(whole);
    }
    chunk.fill(0);
    return !broken;
  };
}

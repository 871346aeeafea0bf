import { concatBytes } from '@visavis/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFrameReader, frameForStream, MAX_CELL_MESSAGE_BYTES } from './framed-stream.ts';

describe('framed stream', () => {
  it('gives the messages back however the stream is cut, and leaves nothing in the chunks', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 8 }), fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 }), (messages, cuts) => {
        const stream = concatBytes(...messages.map(frameForStream));
        const got: Uint8Array[] = [];
        const read = createFrameReader((message) => got.push(message));
        for (let at = 0, i = 0; at < stream.length; i++) {
          const chunk = stream.slice(at, at + cuts[i % cuts.length]!);
          at += chunk.length;
          expect(read(chunk)).toBe(true);
          expect(chunk.every((byte) => byte === 0)).toBe(true);
        }
        expect(got).toEqual(messages);
      }),
    );
  });

  it('refuses a length beyond the limit, and everything after it', () => {
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, MAX_CELL_MESSAGE_BYTES + 1);
    const read = createFrameReader(() => expect.unreachable());
    expect(read(length)).toBe(false);
    expect(read(frameForStream(new Uint8Array([1])))).toBe(false);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boothMessage, clientMessage, decodeMessage, encodeMessage } from './index.ts';

describe('message framing', () => {
  it('a frame keeps its head and its bytes', () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.uint8Array({ maxLength: 5000 }), (index, jpeg) => {
        const decoded = decodeMessage(clientMessage, encodeMessage({ type: 'frame', index, capturedAtMs: 12.5 }, jpeg));
        expect(decoded?.head).toEqual({ type: 'frame', index, capturedAtMs: 12.5 });
        expect(decoded && Buffer.from(decoded.tail)).toEqual(Buffer.from(jpeg));
      }),
    );
  });

  it('any bytes decode or are refused, and never throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(decodeMessage(clientMessage, bytes)).toBeUndefined();
      }),
    );
  });

  it('refuses unknown types, unknown members and values out of bounds', () => {
    for (const head of [
      { type: 'surprise' },
      { type: 'frame', index: 0, capturedAtMs: 1, extra: true },
      { type: 'frame', index: -1, capturedAtMs: 1 },
      { type: 'openDocument', access: { kind: 'mrz', documentNumber: 'l898902c3', dateOfBirth: '740812', dateOfExpiry: '120415' } },
      { type: 'openDocument', access: { kind: 'can', can: '12345' } },
    ]) expect(decodeMessage(clientMessage, encodeMessage(head))).toBeUndefined();
    expect(decodeMessage(clientMessage, encodeMessage({ type: 'openDocument', access: { kind: 'can', can: '123456' } }))?.head.type).toBe('openDocument');
  });

  it('has no place for an image in what a booth says', () => {
    expect(JSON.stringify(boothMessage.options.map((o) => Object.keys(o.shape)))).not.toMatch(/portrait|image|jpeg|embedding|score/i);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BoothMessage, boothMessage, challengeProfile, clientMessage, decodeMessage, encodeMessage } from './index.ts';

const chain = 'A'.repeat(43);

describe('message framing', () => {
  it('has one length for every profile and for all that is said while a camera runs', () => {
    const asked = challengeProfile.options.map((profile) => encodeMessage({ type: 'startCapture', profile }));
    const said: readonly BoothMessage[] = [
      { type: 'prompt', index: 0, count: 2, action: 'blink', timeoutMs: 700 },
      { type: 'prompt', index: 10, count: 12, action: 'watchScreen', timeoutMs: 15_000 },
      { type: 'actionSeen', index: 1 },
      { type: 'screenLight', rgb: [255, 255, 255] },
      { type: 'screenLight', rgb: null },
      { type: 'hint', hint: 'eyesClosed' },
    ];
    expect(new Set([...asked, ...said.map((message) => encodeMessage(message))].map(({ length }) => length)).size).toBe(1);
  });

  it('a frame keeps its head and its bytes', () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.uint8Array({ maxLength: 5000 }), (index, jpeg) => {
        const decoded = decodeMessage(clientMessage, encodeMessage({ type: 'frame', index, capturedAtMs: 12.5, chain }, jpeg));
        expect(decoded?.head).toEqual({ type: 'frame', index, capturedAtMs: 12.5, chain });
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
      { type: 'frame', index: 0, capturedAtMs: 1, chain, extra: true },
      { type: 'frame', index: -1, capturedAtMs: 1, chain },
      { type: 'frame', index: 0, capturedAtMs: 1 },
      { type: 'frame', index: 0, capturedAtMs: 1, chain: chain.slice(1) },
      { type: 'startCapture' },
      { type: 'startCapture', profile: 'withoutAnything' },
      { type: 'openDocument', access: { kind: 'mrz', documentNumber: 'l898902c3', dateOfBirth: '740812', dateOfExpiry: '120415' } },
      { type: 'openDocument', access: { kind: 'can', can: '12345' } },
    ]) expect(decodeMessage(clientMessage, encodeMessage(head))).toBeUndefined();
    expect(decodeMessage(clientMessage, encodeMessage({ type: 'openDocument', access: { kind: 'can', can: '123456' } }))?.head.type).toBe('openDocument');
  });

  it('has no place for an image in what a booth says', () => {
    expect(JSON.stringify(boothMessage.options.map((o) => Object.keys(o.shape)))).not.toMatch(/portrait|image|jpeg|embedding|score/i);
  });
});

import { createHash } from 'node:crypto';
import { toHex, utf8 } from '@visavis/kernel';
import { describe, expect, it } from 'vitest';
import { advanceFrameChain } from './frame-chain.ts';

const NONCE = new Uint8Array(32).fill(7);
const JPEG = utf8('a picture');
const first = (o: { readonly nonce?: Uint8Array; readonly index?: number; readonly capturedAtMs?: number; readonly jpeg?: Uint8Array } = {}) =>
  advanceFrameChain(o.nonce ?? NONCE, { index: o.index ?? 1, capturedAtMs: o.capturedAtMs ?? 80.5 }, o.jpeg ?? JPEG).then(toHex);

describe('advanceFrameChain', () => {
  it('is the hash that the contract says, computed by another hand', async () => {
    const claims = Buffer.alloc(12);
    claims.writeUInt32BE(1, 0);
    claims.writeDoubleBE(80.5, 4);
    expect(await first()).toBe(createHash('sha256').update(NONCE).update(claims).update(JPEG).digest('hex'));
  });

  it('changes with the nonce, the number, the time and any bit of the picture; and with nothing else', async () => {
    const links = await Promise.all([first(), first({ nonce: new Uint8Array(32) }), first({ index: 2 }), first({ capturedAtMs: 80.6 }), first({ jpeg: utf8('b picture') }), first({ jpeg: utf8('a picturE') })]);
    expect(new Set(links).size).toBe(links.length);
    expect(await first()).toBe(links[0]);
  });

  it('carries every frame before: the same frame after another one has another link', async () => {
    const after = async (jpeg: Uint8Array) => toHex(await advanceFrameChain(await advanceFrameChain(NONCE, { index: 0, capturedAtMs: 0 }, jpeg), { index: 1, capturedAtMs: 80 }, JPEG));
    expect(await after(utf8('x'))).not.toBe(await after(utf8('y')));
  });

  it('starts from 32 bytes and from nothing shorter', async () => {
    await expect(advanceFrameChain(new Uint8Array(31), { index: 0, capturedAtMs: 0 }, JPEG)).rejects.toThrow(TypeError);
  });
});

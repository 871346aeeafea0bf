import { concatBytes, fromHex, toHex } from '@visavis/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aesCbcEncrypt, aesEncryptBlock } from '../crypto/index.ts';
import worked from '../crypto/icao9303-11.vectors.json' with { type: 'json' };
import { openAnswer } from './open-answer.ts';
import { protectCommand } from './protect-command.ts';
import { encrypt, mac } from './protection.ts';
import { counterBlock, type SecureChannel } from './secure-channel.ts';
import { encodeTlv } from '../tlv/tlv.ts';

const bac = worked.BAC;
const open = (): SecureChannel => ({ cipher: 'des3', ksEnc: fromHex(bac.ksEnc), ksMac: fromHex(bac.ksMac), ssc: BigInt(`0x${bac.ssc}`) });

describe('secure messaging', () => {
  it('ICAO 9303-11 D.4, all three exchanges, encrypted ahead', () => {
    const channel = open();
    const commands = [
      { cla: 0, ins: 0xa4, p1: 2, p2: 0x0c, data: fromHex('011e') },
      { cla: 0, ins: 0xb0, p1: 0, p2: 0, le: 4 },
      { cla: 0, ins: 0xb0, p1: 0, p2: 4, le: 0x12 },
    ];
    for (const [i, exchange] of bac.sm.entries()) {
      expect(toHex(protectCommand(channel, channel.ssc + BigInt(2 * i + 1), commands[i]!))).toBe(exchange.protected);
      const answer = openAnswer(channel, channel.ssc + BigInt(2 * i + 2), fromHex(exchange.response))!;
      expect(toHex(answer.data) + answer.status.toString(16)).toBe(exchange.responsePlain);
    }
  });

  it('refuses an answer replayed, reordered, unprotected, or with any bit flipped', () => {
    const channel = open();
    const answers = bac.sm.map((exchange) => fromHex(exchange.response));
    expect(openAnswer(channel, channel.ssc + 4n, answers[0]!)).toBeUndefined();
    expect(openAnswer(channel, channel.ssc + 2n, answers[1]!)).toBeUndefined();
    for (const naked of ['9000', '6282', '6988', '', '90']) expect(openAnswer(channel, channel.ssc + 2n, fromHex(naked))).toBeUndefined();
    const honest = answers[1]!;
    expect(openAnswer(channel, channel.ssc + 4n, honest)).toBeDefined();
    for (let bit = 0; bit < honest.length * 8; bit++) {
      const flipped = honest.slice();
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      expect(openAnswer(channel, channel.ssc + 4n, flipped), `bit ${bit}`).toBeUndefined();
    }
  });

  it('refuses objects out of place even when their MAC holds', () => {
    const channel: SecureChannel = { cipher: 'aes128', ksEnc: new Uint8Array(16).fill(1), ksMac: new Uint8Array(16).fill(2), ssc: 0n };
    const data = (indicator: number): Uint8Array => encodeTlv(0x87, Uint8Array.of(indicator), encrypt(channel, 2n, fromHex('0102')));
    const status = encodeTlv(0x99, fromHex('9000'));
    const sealed = (outer: string, ...objects: Uint8Array[]): Uint8Array => concatBytes(...objects, encodeTlv(0x8e, mac(channel, 2n, ...objects)), fromHex(outer));
    expect(toHex(openAnswer(channel, 2n, sealed('9000', data(1), status))!.data)).toBe('0102');
    expect(openAnswer(channel, 2n, sealed('9000', data(2), status)), 'padding indicator').toBeUndefined();
    const unpadded = encodeTlv(0x87, Uint8Array.of(1), aesCbcEncrypt(channel.ksEnc, aesEncryptBlock(channel.ksEnc, counterBlock('aes128', 2n)), new Uint8Array(16)));
    expect(openAnswer(channel, 2n, sealed('9000', unpadded, status)), 'no padding').toBeUndefined();
    expect(openAnswer(channel, 2n, sealed('9000', encodeTlv(0x87, Uint8Array.of(1)), status)), 'no cryptogram').toBeUndefined();
    expect(openAnswer(channel, 2n, sealed('9000', encodeTlv(0x87, Uint8Array.of(1), new Uint8Array(15)), status)), 'half a block').toBeUndefined();
    expect(openAnswer(channel, 2n, sealed('9000', status, status)), 'status twice').toBeUndefined();
    expect(openAnswer(channel, 2n, concatBytes(status, encodeTlv(0x8e, new Uint8Array(0)), fromHex('9000'))), 'empty MAC').toBeUndefined();
    expect(openAnswer(channel, 4n, sealed('9000', data(1), status)), 'another counter').toBeUndefined();
    expect(openAnswer(channel, 2n, sealed('6282', data(1), status)), 'two statuses').toBeUndefined();
    expect(openAnswer(channel, 2n, sealed('9000', data(1))), 'no status').toBeUndefined();
    expect(openAnswer(channel, 2n, sealed('9000', status, data(1))), 'order').toBeUndefined();
    expect(openAnswer(channel, 2n, sealed('9000', data(1), data(1), status)), 'twice').toBeUndefined();
    expect(openAnswer(channel, 2n, concatBytes(data(1), status, fromHex('9000'))), 'no MAC').toBeUndefined();
    expect(openAnswer(channel, 2n, concatBytes(data(1), status, encodeTlv(0x8e, mac(channel, 2n, data(1), status).slice(0, 4)), fromHex('9000'))), 'short MAC').toBeUndefined();
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => { expect(openAnswer(open(), 5n, bytes)).toBeUndefined(); }));
  });
});

import { concatBytes, fromHex, toHex } from '@visavis/kernel';
import { describe, expect, it } from 'vitest';
import worked from '../crypto/icao9303-11.vectors.json' with { type: 'json' };
import { encodeTlv } from '../tlv/tlv.ts';
import { answerBacChallenge } from './bac.ts';
import { mapPaceNonce } from './pace.ts';
import { choosePaceVariants } from './pace-variant.ts';

const h = fromHex;

/** Gives out planned bytes. */
const planned = (...parts: string[]) => (n: number): Uint8Array => {
  const part = h(parts.shift()!);
  expect(part).toHaveLength(n);
  return part;
};

describe('Basic Access Control', () => {
  const v = worked.BAC;
  const key = { kind: 'mrz', documentNumber: 'L898902C', dateOfBirth: '690806', dateOfExpiry: '940623' } as const;
  it('ICAO 9303-11 D.3', () => {
    const bac = answerBacChallenge(key, h(v.rndIc), planned(v.rndIfd, v.kIfd))!;
    expect(toHex(bac.data)).toBe(v.eIfd + v.mIfd);
    const channel = bac.complete(h(v.eIc + v.mIc))!;
    expect(channel.ssc.toString(16)).toBe(v.ssc);
    expect(toHex(channel.ksEnc.map((b) => b & 0xfe))).toBe(toHex(h(v.ksEnc).map((b) => b & 0xfe)));
    const wrong = h(v.eIc + v.mIc);
    wrong[39]! ^= 1;
    expect(bac.complete(wrong)).toBeUndefined();
    expect(bac.complete(bac.data), 'our own cryptogram thrown back').toBeUndefined();
    expect(answerBacChallenge(key, h('00'), planned(v.rndIfd, v.kIfd))).toBeUndefined();
  });
});

describe('PACE', () => {
  const v = worked.PACE_ECDH_GM;
  const key = { kind: 'mrz', documentNumber: v.mrz[0]!, dateOfBirth: v.mrz[1]!, dateOfExpiry: v.mrz[2]! } as const;
  const variant = choosePaceVariants([{ protocol: '0.4.0.127.0.7.2.2.4.2.2', parameterId: 13 }])[0]!;
  /** The scalar is drawn as (r mod (order − 1)) + 1. */
  const drawing = (scalar: string): string => (BigInt(`0x${scalar}`) - 1n).toString(16).padStart(80, '0');
  const answer = (tag: number, value: string): Uint8Array => encodeTlv(0x7c, encodeTlv(tag, h(value)));
  const start = () => mapPaceNonce(variant, key, answer(0x80, v.z), planned(drawing(v.skMapIfd), drawing(v.skIfd)))!;

  it('ICAO 9303-11 G.1', () => {
    const mapping = start();
    expect(toHex(mapping.request)).toBe(toHex(answer(0x81, v.pkMapIfd)));
    const agreement = mapping.agree(answer(0x82, v.pkMapIc))!;
    expect(toHex(agreement.request)).toBe(toHex(answer(0x83, v.pkIfd)));
    const authentication = agreement.authenticate(answer(0x84, v.pkIc))!;
    expect(toHex(authentication.request)).toBe(toHex(answer(0x85, v.tIfd)));
    expect(toHex(authentication.channel.ksEnc)).toBe(v.ksEnc);
    expect(toHex(authentication.channel.ksMac)).toBe(v.ksMac);
    expect(authentication.verify(answer(0x86, v.tIc))).toEqual({ chipAuthenticationMapping: undefined });
    expect(authentication.verify(answer(0x86, v.tIfd)), 'our own token').toBeUndefined();
    expect(authentication.verify(answer(0x86, v.tIc.slice(0, 8))), 'half a token').toBeUndefined();
    expect(authentication.verify(concatBytes(answer(0x86, v.tIc), h('00')))).toBeUndefined();
  });

  it('refuses our own key thrown back, points off the curve, the identity, and a generator at infinity', () => {
    const mapping = start();
    const off = h(v.pkMapIc);
    off[64]! ^= 1;
    for (const bad of [v.pkMapIfd, toHex(off), '00', '']) expect(mapping.agree(answer(0x82, bad)), bad).toBeUndefined();
    const agreement = start().agree(answer(0x82, v.pkMapIc))!;
    for (const bad of [v.pkIfd, toHex(off), '00', '']) expect(agreement.authenticate(answer(0x84, bad)), bad).toBeUndefined();
    expect(mapPaceNonce(variant, key, answer(0x80, 'ff'), planned())).toBeUndefined();
    expect(mapPaceNonce(variant, key, h('7c'), planned())).toBeUndefined();
  });

  it('chooses nothing that it does not speak', () => {
    expect(choosePaceVariants([{ protocol: '0.4.0.127.0.7.2.2.4.5.2', parameterId: 13 }, { protocol: variant.protocol, parameterId: undefined }])).toEqual([]);
  });
});

import { fromHex, toHex } from '@visavis/kernel';
import { describe, expect, it } from 'vitest';
import { des3CbcDecrypt } from '../crypto/index.ts';
import worked from '../crypto/icao9303-11.vectors.json' with { type: 'json' };
import { answerBacChallenge } from './bac.ts';

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
    expect(toHex(channel.ksMac.map((b) => b & 0xfe))).toBe(toHex(h(v.ksMac).map((b) => b & 0xfe)));
    // What lies between: the chip's half, and both halves together.
    const opened = toHex(des3CbcDecrypt(h(v.kenc), h(v.eIc)));
    expect(opened).toBe(v.rndIc + v.rndIfd + v.kIc);
    const seed = h(v.kIfd).map((byte, i) => byte ^ h(v.kIc)[i]!);
    expect(toHex(seed)).toBe(v.ksSeed);
    const wrong = h(v.eIc + v.mIc);
    wrong[39]! ^= 1;
    expect(bac.complete(wrong)).toBeUndefined();
    expect(bac.complete(bac.data), 'our own cryptogram thrown back').toBeUndefined();
    expect(answerBacChallenge(key, h('00'), planned(v.rndIfd, v.kIfd))).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import type { ScreenRgb } from '../liveness/actions.ts';
import { facePolicy } from '../policy/index.ts';
import { type DecodedLight, decodeLight } from './decode-light.ts';
import { bitsOf, drawLightCode } from './light-code.ts';
import { type LitScene, ordinaryScene, simulateSkinLight } from './simulate-skin-light.fixture.ts';

const SYMBOLS = facePolicy.script.lightSymbols.value;
const ENOUGH = facePolicy.script.minLightSymbolsRight.value;

function uniform(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

const right = (code: readonly ScreenRgb[], { symbols }: DecodedLight): number => code.filter((colour, i) => bitsOf(colour).every((bit, k) => bit === symbols[i]![k])).length;

/** Streams of which a code is read. */
function read(o: { readonly scene: Partial<LitScene>; readonly streams: number; readonly answers: boolean; readonly seed: number }) {
  const random = uniform(o.seed);
  const bytes = (n: number): Uint8Array => Uint8Array.from({ length: n }, () => Math.floor(256 * random()));
  return Array.from({ length: o.streams }, () => {
    const code = drawLightCode({ random: bytes, symbols: SYMBOLS });
    const other = drawLightCode({ random: bytes, symbols: SYMBOLS });
    const scene = { ...ordinaryScene, lagMs: 60 + 440 * random(), drift: 0.1 * (random() - 0.5), ...o.scene };
    const decoded = decodeLight({ ...simulateSkinLight({ scene, shining: o.answers ? code : other, count: SYMBOLS, random }), maxLagMs: facePolicy.script.maxLightLagMs.value });
    return { passes: decoded.some((one) => right(code, one) >= ENOUGH), likeliest: decoded[0]! };
  });
}

const passing = (o: Parameters<typeof read>[0]): number => read(o).filter(({ passes }) => passes).length;

describe('decodeLight', () => {
  it('reads the code at every lag, frame rate, drift and sway that cameras and hands have', () => {
    const scenes: readonly Partial<LitScene>[] = [
      {},
      { lagMs: 0 },
      { lagMs: 600 },
      { framesPerSecond: 8 },
      { framesPerSecond: 15 },
      { share: 0.05 },
      { drift: 0.2 },
      { sway: 0.01 },
      { exposure: 0.8, whiteBalance: 0.8 },
      { share: 1, exposure: 0.5 },
    ];
    for (const [i, scene] of scenes.entries()) expect(passing({ scene, streams: 20, answers: true, seed: 1 + i }), JSON.stringify(scene)).toBe(20);
  });

  it('does not take light of another code for it, nor none at all', () => {
    expect(passing({ scene: {}, streams: 40, answers: false, seed: 5 })).toBe(0);
    expect(passing({ scene: { share: 0 }, streams: 40, answers: true, seed: 6 })).toBe(0);
  });

  it('tells a face that answers another code from one that answers none', () => {
    const response = (scene: Partial<LitScene>): number[] => read({ scene, streams: 40, answers: false, seed: 7 }).map(({ likeliest }) => likeliest.response);
    const threshold = facePolicy.thresholds.lightResponse.value;
    expect(Math.min(...response({ share: 0.05 }))).toBeGreaterThan(threshold);
    expect(Math.max(...response({ share: 0 }))).toBeLessThan(threshold);
  });

  it('says nothing when too few frames came', () => {
    expect(decodeLight({ sentAtMs: Array.from({ length: 13 }, (_, i) => 500 * i), readings: [{ atMs: 300, skin: [0.3, 0.2, 0.1] }], maxLagMs: 600 })).toEqual([]);
  });
});

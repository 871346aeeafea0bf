import { CHANNELS, type ChannelBits, channelSequences } from './light-code.ts';

/** Light that the face sent back in one frame. */
export interface LightReading {
  /** By the clock that the symbols are timed with. */
  readonly atMs: number;
  /** Red, green and blue, linear. */
  readonly skin: readonly [number, number, number];
}

export interface DecodedLight {
  /** One triple of bits a symbol. */
  readonly symbols: readonly ChannelBits[];
  /** From a symbol's sending to a frame that shows it. */
  readonly lagMs: number;
  /** By how much the face gets lighter from a held-back to a full channel, as a share of its mean light: mean over the channels. */
  readonly response: number;
  /** How far the changes from symbol to symbol stand out of those within a symbol: variances, so about 1 without any response. */
  readonly contrast: number;
}

/** The lags that are tried; each is one more chance for a film, and counted so in the probability of guessing. */
const LAG_STEP_MS = 40;
export const lagsTried = (maxLagMs: number): number[] => Array.from({ length: Math.floor(maxLagMs / LAG_STEP_MS) + 1 }, (_, i) => i * LAG_STEP_MS);
/** A frame may be exposed while the screen changes, and messages do not all travel equally fast. */
const GUARD_MS = 100;
/** The camera adjusts slowly and clouds pass: what a parabola over the whole code explains is no light of ours. */
const DRIFT_TERMS = 3;

/**
 * Reads a code from a face without knowing which was sent, so that nothing is read into it: for each lag and channel
 * the allowed sequence that explains the symbols' mean light best, beside a slow drift.
 * @param o.sentAtMs when each symbol was sent, ascending, and when the last one ended
 * @returns one reading a lag, the likeliest lag first; none when too few frames were taken to tell the symbols apart
 */
export function decodeLight(o: { readonly sentAtMs: readonly number[]; readonly readings: readonly LightReading[]; readonly maxLagMs: number }): readonly DecodedLight[] {
  return lagsTried(o.maxLagMs)
    .flatMap((lagMs) => readAtLag(o.sentAtMs, o.readings, lagMs) ?? [])
    .toSorted((a, b) => a.misfit - b.misfit);
}

/** How much of what all channels have in common and no code explains is taken for motion or exposure. */
const COMMON_SHARE = 0.8;
const PASSES = 3;

function readAtLag(sentAtMs: readonly number[], readings: readonly LightReading[], lagMs: number): (DecodedLight & { readonly misfit: number }) | undefined {
  const count = sentAtMs.length - 1;
  const groups = Array.from({ length: count }, (_, i) => readings.filter(({ atMs }) => atMs >= sentAtMs[i]! + lagMs + GUARD_MS && atMs < sentAtMs[i + 1]! + lagMs));
  // One symbol may be lost behind a hand; more can't be guessed.
  if (groups.filter((group) => group.length === 0).length > 1) return undefined;
  const frames = groups.reduce((sum, group) => sum + group.length, 0);
  if (frames <= count) return undefined;
  const scatter: number[] = [];
  const means = Array.from({ length: CHANNELS }, (_, channel) => {
    const overall = groups.flat().reduce((sum, { skin }) => sum + skin[channel]!, 0) / frames || 1;
    const levels = groups.map((group) => group.map(({ skin }) => skin[channel]! / overall));
    const mean = levels.map((group) => group.reduce((sum, v) => sum + v, 0) / group.length);
    fillGaps(mean);
    scatter.push(levels.reduce((sum, group, i) => sum + group.reduce((s, v) => s + (v - mean[i]!) ** 2, 0), 0));
    return mean;
  });
  let fits = means.map(bestSequence);
  const common = means[0]!.map(() => 0);
  for (let pass = 1; pass < PASSES; pass++) {
    for (const [i] of common.entries()) common[i]! += (COMMON_SHARE * fits.reduce((sum, { rest }) => sum + rest[i]!, 0)) / CHANNELS;
    fits = means.map((mean) => bestSequence(mean.map((v, i) => v - common[i]!)));
  }
  const perSymbol = frames / count;
  const within = scatter.reduce((sum, v) => sum + v, 0) / (frames - count);
  return {
    symbols: Array.from({ length: count }, (_, i) => fits.map(({ bits }) => bits[i]!)),
    lagMs,
    response: fits.reduce((sum, { gain }) => sum + gain, 0) / CHANNELS,
    contrast: (perSymbol * fits.reduce((sum, { explained }) => sum + explained, 0)) / count / (within + SMALLEST),
    misfit: fits.reduce((sum, { unexplained }, channel) => sum + Math.log(SMALLEST + (scatter[channel]! + perSymbol * unexplained) / frames), 0),
  };
}

/** Squares below this (a ten-thousandth of the mean light) are not told apart. */
const SMALLEST = 1e-8;

function fillGaps(means: number[]): void {
  for (const [i, mean] of means.entries()) if (Number.isNaN(mean)) means[i] = ((means[i - 1] ?? means[i + 1]!) + (means[i + 1] ?? means[i - 1]!)) / 2;
}

interface SequenceTable {
  readonly sequences: readonly ChannelBits[];
  readonly drift: readonly Float64Array[];
  /** Each sequence without its drift, of length 1, one after the other; and its length before. */
  readonly unit: Float64Array;
  readonly size: Float64Array;
}
const tables = new Map<number, SequenceTable>();

function tableFor(symbols: number): SequenceTable {
  const ready = tables.get(symbols);
  if (ready !== undefined) return ready;
  const drift: Float64Array[] = [];
  for (let power = 0; power < DRIFT_TERMS; power++) {
    const term = withoutDrift(Float64Array.from({ length: symbols }, (_, i) => ((2 * i) / (symbols - 1) - 1) ** power), drift);
    const size = Math.hypot(...term);
    drift.push(term.map((v) => v / size));
  }
  const sequences = channelSequences(symbols);
  const unit = new Float64Array(sequences.length * symbols);
  const size = Float64Array.from(sequences, (bits, s) => {
    const rest = withoutDrift(Float64Array.from(bits), drift);
    const length = Math.hypot(...rest);
    if (length > SMALLEST) unit.set(rest.map((v) => v / length), s * symbols);
    return length;
  });
  const table = { sequences, drift, unit, size };
  tables.set(symbols, table);
  return table;
}

function withoutDrift(values: Float64Array, drift: readonly Float64Array[]): Float64Array {
  const out = values.slice();
  for (const term of drift) {
    const share = out.reduce((sum, v, i) => sum + v * term[i]!, 0);
    for (let i = 0; i < out.length; i++) out[i]! -= share * term[i]!;
  }
  return out;
}

interface Fit {
  readonly bits: ChannelBits;
  readonly gain: number;
  readonly explained: number;
  readonly unexplained: number;
  /** What neither the drift nor the sequence explains. */
  readonly rest: Float64Array;
}

function bestSequence(means: readonly number[]): Fit {
  const { sequences, drift, unit, size } = tableFor(means.length);
  const steady = withoutDrift(Float64Array.from(means), drift);
  const { length } = steady;
  let [best, bestScore] = [0, Number.NEGATIVE_INFINITY];
  for (let s = 0; s < sequences.length; s++) {
    let score = 0;
    for (let i = 0; i < length; i++) score += unit[s * length + i]! * steady[i]!;
    if (score > bestScore) [best, bestScore] = [s, score];
  }
  const rest = steady.map((v, i) => v - bestScore * unit[best * length + i]!);
  return { bits: sequences[best]!, gain: size[best]! > SMALLEST ? bestScore / size[best]! : 0, explained: bestScore ** 2, unexplained: rest.reduce((sum, v) => sum + v * v, 0), rest };
}

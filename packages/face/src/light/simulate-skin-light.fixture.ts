import type { ScreenRgb } from '../liveness/actions.ts';
import type { LightReading } from './decode-light.ts';

/** A face before a screen and a camera, by its light only: for tests and for the evidence of the policy's thresholds. */
export interface LitScene {
  /** Light of a white screen on the face, in units of the room's. */
  readonly share: number;
  /** Standard deviation of one frame's mean skin light, relative. */
  readonly noise: number;
  /** How far the skin's light sways as the head moves, relative. */
  readonly sway: number;
  /** How much of a change in brightness, and in colour, the camera takes back within a second or three: 0 nothing, 1 all. */
  readonly exposure: number;
  readonly whiteBalance: number;
  /** Change of the room's light over the code, relative. */
  readonly drift: number;
  readonly framesPerSecond: number;
  /** From a colour's sending to a frame that shows it. */
  readonly lagMs: number;
}

export const ordinaryScene: LitScene = { share: 0.1, noise: 0.005, sway: 0.004, exposure: 0.2, whiteBalance: 0.2, drift: 0.05, framesPerSecond: 10, lagMs: 200 };

const SYMBOL_MS = 500;
/** Each of a camera's colours sees a little of the others. */
const FILTERS = [
  [0.85, 0.13, 0.02],
  [0.1, 0.8, 0.1],
  [0.02, 0.15, 0.83],
] as const;
const SKIN = [0.35, 0.22, 0.16] as const;
const linear = (level: number): number => (level / 255) ** 2.2;

/**
 * What a session would see of a face lit by `shining`, and when it would have sent each of `count` colours.
 * @param o.random uniform in 0 … 1
 */
export function simulateSkinLight(o: { readonly scene: LitScene; readonly shining: readonly ScreenRgb[]; readonly count: number; readonly random: () => number }): { readonly sentAtMs: readonly number[]; readonly readings: readonly LightReading[] } {
  const { scene, random } = o;
  const normal = (): number => Math.sqrt(-2 * Math.log(random() + 1e-12)) * Math.cos(2 * Math.PI * random());
  const skin = SKIN.map((share) => share * (0.3 + 0.9 * random()));
  const phases = [random(), random()].map((share) => 2 * Math.PI * share) as [number, number];
  const frameMs = 1000 / scene.framesPerSecond;
  const sentAtMs: number[] = [];
  const readings: LightReading[] = [];
  let gain = 1;
  const balance = [1, 1, 1];
  for (let atMs = 1000 * random(); sentAtMs.length <= o.count || atMs < sentAtMs.at(-1)! + 700; atMs += frameMs * (0.8 + 0.4 * random())) {
    if (sentAtMs.length <= o.count && atMs >= (sentAtMs.at(-1) ?? 500) + (sentAtMs.length === 0 ? 0 : SYMBOL_MS)) sentAtMs.push(atMs);
    const colour = o.shining[sentAtMs.findLastIndex((sent) => sent + scene.lagMs <= atMs)];
    const falling = [0, 1, 2].map((k) => 1 + (scene.drift * atMs) / 7000 + scene.share * (colour === undefined ? 0 : linear(colour[k]!)));
    const seen = FILTERS.map((filter) => filter.reduce((sum, share, k) => sum + share * falling[k]!, 0));
    const brightness = seen.reduce((sum, v) => sum + v, 0) / 3;
    gain += (brightness ** -scene.exposure - gain) * Math.min(1, frameMs / 700);
    for (const [k, v] of seen.entries()) balance[k]! += ((brightness / v) ** scene.whiteBalance - balance[k]!) * Math.min(1, frameMs / 2500);
    const swayed = 1 + scene.sway * (Math.sin(atMs / 700 + phases[0]) + 0.5 * Math.sin(atMs / 311 + phases[1]));
    const level = (k: number): number => skin[k]! * seen[k]! * gain * balance[k]! * swayed * (1 + scene.noise * normal());
    readings.push({ atMs, skin: [level(0), level(1), level(2)] });
  }
  return { sentAtMs, readings };
}

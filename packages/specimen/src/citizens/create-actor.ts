import { type CitizenPose, NEUTRAL_POSE } from './citizen-pose.ts';
import { linearLight } from './canvas.ts';
import type { Citizen } from './create-citizen.ts';
import { clamp, smoothStep } from './curves.ts';
import type { ActorPrompt, Presenter } from './presenter.ts';
import { seededRandom } from './seeded-random.ts';

/** A citizen who does what the screen asks, as people do it: a moment late, not quite still, again when nothing happens. */
export interface Actor extends Presenter {
  poseAt(atMs: number): CitizenPose;
}

const REACTION_MS = { least: 250, most: 400 } as const;
/** From one action back to rest once the next is asked for. */
const RELEASE_MS = 320;

/** One doing of an action: rise, hold, fall, then rest until it is done again. */
interface Gesture {
  readonly riseMs: number;
  readonly holdMs: number;
  readonly fallMs: number;
  readonly againAfterMs: number;
}
const GESTURES: Record<Exclude<ActorPrompt, 'lookAhead' | 'watchScreen'>, Gesture> = {
  turnLeft: { riseMs: 620, holdMs: 1500, fallMs: 500, againAfterMs: 3400 },
  turnRight: { riseMs: 620, holdMs: 1500, fallMs: 500, againAfterMs: 3400 },
  lookUp: { riseMs: 560, holdMs: 1500, fallMs: 480, againAfterMs: 3300 },
  lookDown: { riseMs: 560, holdMs: 1500, fallMs: 480, againAfterMs: 3300 },
  smile: { riseMs: 350, holdMs: 1700, fallMs: 450, againAfterMs: 3400 },
  blink: { riseMs: 110, holdMs: 240, fallMs: 150, againAfterMs: 1500 },
  openMouth: { riseMs: 350, holdMs: 1500, fallMs: 350, againAfterMs: 3200 },
};
/** Who is asked to turn does not know how far: some turn little at first, and further when nothing comes of it. */
const TURN_DEG = { least: 28, most: 39 } as const;
const FURTHER_DEG = 8;
const FURTHEST_DEG = 41;
/** Necks nod less far than they turn. */
const NOD_SHARE = 0.8;
const FULLNESS = { least: 0.9, most: 1 } as const;

/** One spontaneous blink in each slot, as people blink some 15 to 20 times a minute. */
const BLINK_SLOT_MS = 3500;
const SPONTANEOUS_BLINK_MS = 280;
const SACCADE_SLOT_MS = 800;
/** Prompts older than this many no longer move the head. */
const PROMPTS_REMEMBERED = 6;
const LIGHTS_REMEMBERED = 6;
/** From a screen's change to a camera picture that shows it: each display and camera has its own. */
const LIGHT_LAG_MS = { least: 60, most: 160 } as const;
/** Many people smile a little as a camera starts, until there is something to do. */
const STARTING_SMILE = { chance: 0.3, least: 0.15, most: 0.4, fadeMs: 900 } as const;
/** Light of a white phone screen on a face at arm's length, in units of the room's. */
export const SCREEN_SHARE = 0.1;

interface Asked {
  readonly action: ActorPrompt;
  /** When the citizen begins to follow. */
  readonly startMs: number;
  readonly fullness: number;
  readonly turnDeg: number;
}

function doing({ riseMs, holdMs, fallMs, againAfterMs }: Gesture, sinceMs: number): number {
  if (sinceMs < 0) return 0;
  const time = sinceMs % againAfterMs;
  return smoothStep(0, riseMs, time) * (1 - smoothStep(riseMs + holdMs, riseMs + holdMs + fallMs, time));
}

/** An honest subject for tests and the demo; everything follows from `seed`, the prompts and the times. */
export function createActor({ citizen, seed }: { readonly citizen: Citizen; readonly seed: number }): Actor {
  const random = seededRandom(Math.imul(seed, 2_654_435_761) ^ citizen.seed);
  const between = (range: { readonly least: number; readonly most: number }) => range.least + (range.most - range.least) * random();
  const phases = Array.from({ length: 12 }, () => 2 * Math.PI * random());
  const usualScale = 0.94 + 0.12 * random();
  const lightLagMs = between(LIGHT_LAG_MS);
  const smiles = random() < STARTING_SMILE.chance;
  const startingSmile = smiles ? between(STARTING_SMILE) : 0;
  let firstTaskMs = Number.POSITIVE_INFINITY;
  const asked: Asked[] = [];
  const lights: { readonly rgb: readonly [number, number, number] | null; readonly atMs: number }[] = [];

  const sway = (index: number, periodMs: number, atMs: number) => 0.65 * Math.sin((2 * Math.PI * atMs) / periodMs + phases[index]!) + 0.35 * Math.sin((5.3 * Math.PI * atMs) / periodMs + phases[index + 6]!);
  const slotDraw = (slot: number, purpose: number) => seededRandom(Math.imul(seed + 1, 40_503) + Math.imul(slot, 977) + purpose)();

  /** What falls on the face of the colour that the screen showed a moment ago. */
  const shining = (atMs: number): CitizenPose['screenLight'] => {
    const rgb = lights.findLast((light) => light.atMs + lightLagMs <= atMs)?.rgb ?? null;
    return rgb === null ? [0, 0, 0] : [SCREEN_SHARE * linearLight[rgb[0]]!, SCREEN_SHARE * linearLight[rgb[1]]!, SCREEN_SHARE * linearLight[rgb[2]]!];
  };

  const poseAt = (atMs: number): CitizenPose => {
    const amount = { turnLeft: 0, turnRight: 0, lookUp: 0, lookDown: 0, smile: 0, blink: 0, openMouth: 0 };
    asked.forEach((one, index) => {
      if (one.action === 'lookAhead' || one.action === 'watchScreen') return;
      const next = asked[index + 1];
      const kept = next === undefined ? 1 : 1 - smoothStep(0, RELEASE_MS, atMs - next.startMs);
      const gesture = GESTURES[one.action];
      const sinceMs = Math.min(atMs, next?.startMs ?? atMs) - one.startMs;
      const share = doing(gesture, sinceMs) * kept;
      const turnDeg = Math.min(one.turnDeg + FURTHER_DEG * Math.max(0, Math.floor(sinceMs / gesture.againAfterMs)), FURTHEST_DEG);
      amount[one.action] += share * (one.action === 'turnLeft' || one.action === 'turnRight' ? turnDeg : one.action === 'lookUp' || one.action === 'lookDown' ? NOD_SHARE * turnDeg : one.fullness);
    });
    const blinkSlot = Math.floor(atMs / BLINK_SLOT_MS);
    const blinkStart = (0.25 + 0.6 * slotDraw(blinkSlot, 1)) * BLINK_SLOT_MS + blinkSlot * BLINK_SLOT_MS;
    const spontaneous = Math.sin(Math.PI * clamp((atMs - blinkStart) / SPONTANEOUS_BLINK_MS, 0, 1));
    const blink = clamp(Math.max(amount.blink, spontaneous), 0, 1);
    const saccade = Math.floor(atMs / SACCADE_SLOT_MS);
    const turned = amount.turnLeft - amount.turnRight;
    const nodded = amount.lookUp - amount.lookDown;
    return {
      ...NEUTRAL_POSE,
      yawDeg: turned + 1.1 * sway(0, 4300, atMs),
      pitchDeg: nodded + 0.9 * sway(1, 5100, atMs) - 0.04 * Math.abs(turned),
      rollDeg: 0.8 * sway(2, 6100, atMs) + 0.03 * turned,
      smile: clamp(Math.max(amount.smile, startingSmile * (1 - smoothStep(0, STARTING_SMILE.fadeMs, atMs - firstTaskMs))), 0, 1),
      blinkLeft: blink,
      blinkRight: clamp(0.97 * blink, 0, 1),
      mouthOpen: clamp(amount.openMouth, 0, 1),
      // the eyes stay with the screen when the head turns, as far as is comfortable
      gazeYawDeg: clamp(-0.35 * turned, -14, 14) + 3 * (slotDraw(saccade, 2) - 0.5),
      gazePitchDeg: clamp(-0.35 * nodded, -12, 12) + 3 * (slotDraw(saccade, 3) - 0.5),
      shiftX: 0.008 * sway(3, 3700, atMs) + 0.0007 * turned,
      shiftY: 0.006 * sway(4, 4700, atMs),
      scale: usualScale * (1 + 0.008 * sway(5, 5900, atMs)),
      screenLight: shining(atMs),
      noiseSeed: Math.floor(atMs) + Math.imul(seed, 7),
    };
  };

  return {
    prompt(action, atMs) {
      const one: Asked = { action, startMs: atMs + between(REACTION_MS), fullness: between(FULLNESS), turnDeg: between(TURN_DEG) };
      asked.push(one);
      if (action !== 'lookAhead') firstTaskMs = Math.min(firstTaskMs, one.startMs);
      if (asked.length > PROMPTS_REMEMBERED) asked.shift();
    },
    light(rgb, atMs) {
      lights.push({ rgb, atMs });
      if (lights.length > LIGHTS_REMEMBERED) lights.shift();
    },
    poseAt,
    frameAt: (atMs) => citizen.renderFrame(poseAt(atMs)),
  };
}

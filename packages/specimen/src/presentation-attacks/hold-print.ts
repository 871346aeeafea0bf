import { presentPrint } from '../citizens/present-print.ts';
import type { Citizen } from '../citizens/create-citizen.ts';
import type { RgbImage } from '../citizens/rgb-image.ts';
import type { ActorPrompt } from '../citizens/presenter.ts';
import { bendPrint } from './bend-print.ts';
import { movementShare } from './movement-curve.ts';
import type { Conditions, Performer } from './scene.ts';

const TURN_DEG = 42;
const REACTION_MS = 320;
const TURN = { riseMs: 600, holdMs: 1600 } as const;
const ANGLE_STEP_DEG = 4;

/**
 * A print of the document's portrait, turned and tilted as asked; it can neither blink nor open its mouth. The screen's
 * light falls on paper as it falls on skin.
 * @param o.bent around an upright cylinder, which gives it some depth
 */
export function holdPrint(o: { readonly citizen: Citizen; readonly conditions: Conditions; readonly bent: boolean }): Performer {
  const print = o.citizen.renderPortrait();
  let now: { readonly action: ActorPrompt; readonly startMs: number } | undefined;
  let shining: { readonly rgb: readonly [number, number, number] | null; readonly atMs: number } = { rgb: null, atMs: 0 };
  let shone: typeof shining = shining;
  return {
    prompt(action, atMs) {
      now = { action, startMs: atMs + REACTION_MS };
    },
    light(rgb, atMs) {
      shone = shining;
      shining = { rgb, atMs };
    },
    sceneAt(atMs) {
      const angle = Math.round((TURN_DEG * movementShare(atMs - (now?.startMs ?? 0), TURN)) / ANGLE_STEP_DEG) * ANGLE_STEP_DEG;
      const yawDeg = now?.action === 'turnLeft' ? angle : now?.action === 'turnRight' ? -angle : 0;
      const pitchDeg = now?.action === 'lookUp' ? angle : now?.action === 'lookDown' ? -angle : 0;
      const { rgb } = atMs - shining.atMs > 110 ? shining : shone;
      const pose = { yawDeg, pitchDeg, shiftX: Math.floor(atMs / 400) % 2 === 0 ? 0 : 0.006, shiftY: 0, size: 0.82, noiseSeed: 1 };
      return {
        key: `${o.bent ? 'bent' : 'print'} ${o.citizen.seed} ${JSON.stringify(pose)} ${String(rgb)} ${o.conditions.screenShare}`,
        render: () => Promise.resolve(lightUp((o.bent ? bendPrint : presentPrint)(print, pose), rgb, o.conditions.screenShare)),
      };
    },
  };
}

/** Light that is added to a picture of something that sends back what falls on it. */
export function lightUp(image: RgbImage, rgb: readonly [number, number, number] | null, share: number): RgbImage {
  if (rgb === null) return image;
  const gain = rgb.map((level) => 1 + share * 1.6 * (level / 255) ** 2.2);
  return { ...image, data: image.data.map((value, i) => Math.min(255, 255 * ((value / 255) ** 2.2 * gain[i % 3]!) ** (1 / 2.2))) };
}

import type { Citizen } from './create-citizen.ts';
import { clamp, smoothStep } from './curves.ts';
import { presentPrint } from './present-print.ts';
import type { ActorPrompt, Presenter } from './presenter.ts';

const TURN_DEG = 40;
const REACTION_MS = 300;
const TURN_MS = 600;
const TILT_DEG = 14;

/** A print of the right person that is turned and tilted as the screen asks (presentation attack): flat, so without parallax; it can neither blink nor smile. */
export function createPhotoTurnedPresenter({ citizen, seed }: { readonly citizen: Citizen; readonly seed: number }): Presenter {
  const print = citizen.renderPortrait();
  let now: { readonly action: ActorPrompt; readonly startMs: number; readonly fromYawDeg: number } | undefined;
  const yawAt = (atMs: number): number => {
    if (now === undefined) return 0;
    const goal = now.action === 'turnLeft' ? TURN_DEG : now.action === 'turnRight' ? -TURN_DEG : 0;
    return now.fromYawDeg + (goal - now.fromYawDeg) * smoothStep(0, TURN_MS, atMs - now.startMs);
  };
  return {
    prompt(action, atMs) {
      now = { action, startMs: atMs + REACTION_MS, fromYawDeg: yawAt(atMs) };
    },
    light: () => undefined,
    frameAt(atMs) {
      const asked = now;
      const tilting = asked !== undefined && (asked.action === 'blink' || asked.action === 'smile' || asked.action === 'openMouth');
      const tilt = tilting ? TILT_DEG * Math.sin(clamp((atMs - asked.startMs) / TURN_MS, 0, 4 * Math.PI)) : 0;
      return presentPrint(print, {
        yawDeg: yawAt(atMs),
        pitchDeg: tilt,
        shiftX: 0.006 * Math.sin(atMs / 410 + seed),
        shiftY: 0.005 * Math.sin(atMs / 530 + 2 * seed),
        size: 0.82,
        noiseSeed: Math.floor(atMs) + Math.imul(seed, 17),
      });
    },
  };
}

import type { Citizen } from './create-citizen.ts';
import { presentPrint } from './present-print.ts';
import type { Presenter } from './presenter.ts';

/** A photograph of the right person held still before the camera (presentation attack, print): only a hand's tremble and the sensor's noise move. */
export function createStillPresenter({ citizen, seed }: { readonly citizen: Citizen; readonly seed: number }): Presenter {
  const print = citizen.renderPortrait();
  return {
    prompt: () => undefined,
    light: () => undefined,
    frameAt: (atMs) =>
      presentPrint(print, {
        yawDeg: 0,
        pitchDeg: 0,
        shiftX: 0.006 * Math.sin(atMs / 410 + seed),
        shiftY: 0.005 * Math.sin(atMs / 530 + 2 * seed),
        size: 0.82,
        noiseSeed: Math.floor(atMs) + Math.imul(seed, 13),
      }),
  };
}

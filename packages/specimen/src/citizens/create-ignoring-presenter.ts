import { createActor } from './create-actor.ts';
import type { Citizen } from './create-citizen.ts';
import type { Presenter } from './presenter.ts';

/** The right person, alive, who never does what is asked: must be refused for the prompts alone. */
export function createIgnoringPresenter(o: { readonly citizen: Citizen; readonly seed: number }): Presenter {
  const actor = createActor(o);
  return { prompt: () => undefined, light: (rgb, atMs) => actor.light(rgb, atMs), frameAt: (atMs) => actor.frameAt(atMs) };
}

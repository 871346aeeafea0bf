import { describe, expect, it } from 'vitest';
import { MovementWatch } from './movement-watch.ts';

/** @param frames progress, and whether a movement that begins here is late enough */
const watch = (...frames: readonly (readonly [number, boolean])[]): boolean[] => {
  const watched = new MovementWatch();
  return frames.map(([progress, inTime]) => watched.see(progress, inTime));
};

describe('MovementWatch', () => {
  it('sees a movement that begins after its prompt, also between two frames', () => {
    expect(watch([0, false], [0.7, true], [1.1, true])).toEqual([false, false, true]);
    expect(watch([0, false], [1.2, true])).toEqual([false, true]);
  });

  it('does not count one that began sooner than a person can react, until it ends and begins again', () => {
    expect(watch([0, false], [0.6, false], [1.2, true], [1.2, true], [0.1, true], [1.2, true])).toEqual([false, false, false, false, false, true]);
  });

  it('does not count one that was there at the prompt', () => {
    expect(watch([1.2, false], [1.2, true], [1.2, true])).toEqual([false, false, false]);
  });
});

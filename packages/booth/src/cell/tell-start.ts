import type { Fault } from '@visavis/kernel';
import { seeWalls } from '../walls/see-walls.ts';

/** What a cell says to its parent once, over the channel that it was started with. */
export const tellReady = (): void => void process.send?.({ type: 'ready', walls: seeWalls() });

/** Says why it does not start, by the code alone, and ends. */
export const refuseToServe = ({ code }: Fault): Promise<never> =>
  new Promise(() => {
    const leave = (): void => process.exit(1);
    if (process.send?.({ type: 'refused', code }, undefined, {}, leave) === undefined) leave();
  });

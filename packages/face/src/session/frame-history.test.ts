import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameHistory } from './frame-history.ts';

describe('FrameHistory', () => {
  it('takes each frame as new once, forgives repeats of the last, and refuses whatever comes back later', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 30 }), (frames) => {
        const history = new FrameHistory();
        const seen = new Set<number>();
        let last: number | undefined;
        for (const frame of frames) {
          const expected = frame === last ? 'repeatOfLast' : seen.has(frame) ? 'replayed' : 'new';
          expect(history.see(String(frame))).toBe(expected);
          if (expected === 'new') last = frame;
          seen.add(frame);
        }
      }),
    );
  });
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { faceFaults } from '../faults.ts';
import { facePolicy } from '../policy/index.ts';
import type { FaceEvent } from './actions.ts';
import { drawScript } from './draw-script.ts';
import { type Look, look } from './made-up-face.fixture.ts';
import { ScriptVerifier } from './script-verifier.ts';
import { StreamClock } from './stream-clock.ts';

const looks: readonly (Look | undefined)[] = [{}, {}, {}, {}, { yaw: 32 }, { yaw: -32 }, { pitch: 27 }, { pitch: -27 }, { smile: true }, { mouth: true }, { closed: true }, undefined];

it('whatever is shown, the light keeps its times and goes out again, and what fails has a known code', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
      fc.constantFrom('standard', 'withoutExpressions', 'withoutNodding'),
      fc.array(fc.record({ shown: fc.constantFrom(...looks), gapMs: fc.integer({ min: 17, max: 700 }), times: fc.integer({ min: 1, max: 12 }) }), { maxLength: 60 }),
      (bytes, profile, shots) => {
        let at = 0;
        const script = drawScript({ random: (n) => new Uint8Array(n).map(() => bytes[at++ % 32]! ^ (at * 37)), policy: facePolicy, profile });
        const clock = new StreamClock(facePolicy);
        const verifier = new ScriptVerifier({ script, policy: facePolicy, clock });
        const lights: { readonly rgb: unknown; readonly atMs: number }[] = [];
        let ended = 0;
        let now = 0;
        const hear = (events: readonly FaceEvent[]): void => {
          for (const event of events) {
            if (event.type === 'screenLight') lights.push({ rgb: event.rgb, atMs: now });
            if (event.type === 'captureComplete') ended++;
          }
        };
        hear(verifier.begin());
        for (const { shown, gapMs, times } of shots)
          for (let i = 0; i < times; i++) {
            now += gapMs;
            clock.accept({ index: now, capturedAtMs: now, receivedAtMs: now + 40 });
            hear(verifier.observe({ capturedAtMs: now, receivedAtMs: now + 40, face: shown && look(shown), faces: 1 }).events);
          }
        hear(verifier.darken());
        expect(ended).toBeLessThanOrEqual(1);
        if (lights.length > 0) expect(lights.at(-1)!.rgb).toBeNull();
        // Putting it out is never late; a colour is never early.
        for (const [i, { rgb, atMs }] of lights.entries()) if (i > 0 && rgb !== null) expect(atMs - lights[i - 1]!.atMs).toBeGreaterThanOrEqual(500);
        const outcome = verifier.outcome();
        for (const check of outcome) if (check.status === 'fail') expect(faceFaults.has(check.code)).toBe(true);
        if (!verifier.ended) expect(outcome.some(({ status }) => status === 'pass')).toBe(false);
      },
    ),
    { numRuns: 60 },
  );
});

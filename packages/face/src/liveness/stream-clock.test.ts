import { describe, expect, it } from 'vitest';
import { facePolicy } from '../policy/index.ts';
import { StreamClock } from './stream-clock.ts';

const frame = (index: number, capturedAtMs: number, receivedAtMs: number) => ({ index, capturedAtMs, receivedAtMs });

describe('StreamClock', () => {
  it('accepts a device whose clock has another zero and a network that stalls', () => {
    const clock = new StreamClock(facePolicy);
    expect([frame(0, 5000, 100_000), frame(1, 5100, 100_090), frame(2, 5200, 102_500), frame(3, 5300, 102_501)].map((f) => clock.accept(f))).toEqual([true, true, true, true]);
    expect(clock.takenAt(5300)).toBe(100_290);
  });

  it('refuses times and numbers that go back or stand still, and delays that drift apart', () => {
    const refused = (f: { index: number; capturedAtMs: number; receivedAtMs: number }): boolean => {
      const clock = new StreamClock(facePolicy);
      expect(clock.accept(frame(5, 1000, 2000))).toBe(true);
      return !clock.accept(f);
    };
    expect(refused(frame(6, 1100, 2100))).toBe(false);
    expect(refused(frame(5, 1100, 2100))).toBe(true);
    expect(refused(frame(6, 1000, 2100))).toBe(true);
    expect(refused(frame(6, 1100, 1999))).toBe(true);
    expect(refused(frame(6, 9000, 2100))).toBe(true); // taken long after it arrived
    expect(refused(frame(6, 1100, 9000))).toBe(true);
    expect(refused(frame(6, Number.NaN, 2100))).toBe(true);
  });

  it('refuses a flood, whatever times it claims, and not a fast camera that stalled', () => {
    const acceptedOf = (count: number, everyMs: number, receivedAtMs: (capturedAtMs: number) => number): number => {
      const clock = new StreamClock(facePolicy);
      let index = 0;
      while (index < count && clock.accept(frame(index, index * everyMs, receivedAtMs(index * everyMs)))) index++;
      return index;
    };
    expect(acceptedOf(10_000, 0.1, (at) => at + 40)).toBeLessThanOrEqual(61);
    // all at one moment, their claimed times spread as far as a network's delays may be
    expect(acceptedOf(10_000, 1000 / 59, () => 10_000)).toBeLessThan(300);
    expect(acceptedOf(2000, 1000 / 30, (at) => Math.max(at, Math.min(at + 3000, 3000)) + 40)).toBe(2000);
  });

  it('refuses a film that claims another speed than it comes with, as soon as its clock is as far off as a network could be', () => {
    const secondsAccepted = (speed: number): number => {
      const clock = new StreamClock(facePolicy);
      let index = 0;
      while (index < 1000 && clock.accept(frame(index, 100 * index * speed, 100 * index + 40))) index++;
      return index / 10;
    };
    expect(secondsAccepted(1)).toBe(100);
    const spread = facePolicy.stream.maxDelaySpreadMs.value / 1000;
    for (const speed of [0.5, 0.8, 1.25, 2]) expect(secondsAccepted(speed)).toBeCloseTo(spread / Math.abs(1 - speed), 0);
  });
});

import { describe, expect, it } from 'vitest';
import { createDurationMemory, estimateWaitMs } from './estimate-wait.ts';

describe('the estimate of a wait', () => {
  it('is what is left of the room that ends first, then of the next, then a whole turn more', () => {
    const room = { inUseForMs: [50_000, 10_000], most: 2, typicalMs: 60_000 };
    expect([1, 2, 3, 4, 5].map((place) => estimateWaitMs({ ...room, place }))).toEqual([10_000, 50_000, 70_000, 110_000, 130_000]);
  });

  it('does not promise a room at once that is overdue, and promises one that is free', () => {
    expect(estimateWaitMs({ place: 1, inUseForMs: [90_000], most: 1, typicalMs: 60_000 })).toBe(6000);
    expect(estimateWaitMs({ place: 1, inUseForMs: [], most: 1, typicalMs: 60_000 })).toBe(0);
  });
});

describe('the memory of durations', () => {
  it('assumes before it has measured, then says what three in four stay below, of late', () => {
    const memory = createDurationMemory(90_000);
    expect(memory.typicalMs()).toBe(90_000);
    for (const durationMs of [10, 20, 30, 40]) memory.note(durationMs);
    expect(memory.typicalMs()).toBe(40);
    for (let i = 0; i < 64; i++) memory.note(5);
    expect(memory.typicalMs()).toBe(5);
  });
});

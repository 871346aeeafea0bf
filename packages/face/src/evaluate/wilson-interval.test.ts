import { expect, it } from 'vitest';
import { wilsonInterval } from './wilson-interval.ts';

it('gives the interval of worked examples, and one that is not empty where nothing or everything was hit', () => {
  // 10 of 100: 5.52 % … 17.44 %, as textbooks have it.
  expect(wilsonInterval(10, 100).map((v) => Number(v.toFixed(4)))).toEqual([0.0552, 0.1744]);
  expect(wilsonInterval(0, 300)[0]).toBe(0);
  expect(wilsonInterval(0, 300)[1]).toBeCloseTo(0.01264, 4);
  expect(wilsonInterval(300, 300)[1]).toBe(1);
});

import { expect, it } from 'vitest';
import { percentile } from './percentile.ts';

it('takes the nearest rank', () => {
  const values = [5, 1, 4, 2, 3];
  expect([percentile(values, 0), percentile(values, 50), percentile(values, 95), percentile([7], 95)]).toEqual([1, 3, 5, 7]);
});

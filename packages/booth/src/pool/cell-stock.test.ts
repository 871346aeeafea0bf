import { expect, it } from 'vitest';
import { CellStock } from './cell-stock.ts';
import { playCell } from './played-cell.fixture.ts';

it('keeps one ready for the next, also when the one before was waited for', async () => {
  const becomeReady: (() => void)[] = [];
  const stock = new CellStock({ ready: 1, most: 3 }, () => {
    const { cell } = playCell();
    const walls = new Promise<never>((resolve) => becomeReady.push(() => resolve({} as never)));
    return { ...cell, ready: walls };
  });
  const asked = stock.anyReady(1000);
  becomeReady[0]!();
  expect([await asked, becomeReady.length]).toEqual([true, 1]);
  expect(await stock.take({ waitMs: 0 })).toBeDefined();
  const waited = stock.take({ waitMs: 1000 });
  becomeReady[1]!();
  expect(await waited).toBeDefined();
  expect([becomeReady.length, stock.use]).toEqual([3, { most: 3, inUse: 2, waiting: 0 }]);
  await stock.close();
});

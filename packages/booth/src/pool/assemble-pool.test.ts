import { describe, expect, it, vi } from 'vitest';
import { assemblePool } from './assemble-pool.ts';
import { CellStock } from './cell-stock.ts';
import { playCell, type PlayedCell } from './played-cell.fixture.ts';

const request = { clientKeyThumbprint: 'A'.repeat(43), consentId: 'A'.repeat(22), trustAnchors: { specimen: true, cscaCertificates: [], crls: [] }, onEvent: () => {}, documentStatus: async () => 'notReported' as const };
const enrolmentId = 'A'.repeat(22);
/** On a busy machine, too. */
const patiently = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 20_000, interval: 20 });

function pool(most: { readonly chipCells: number; readonly faceCells: number }) {
  const chips: PlayedCell[] = [];
  let [facesStarted, chipsAlive, mostChipsAlive] = [0, 0, 0];
  const chipCells = new CellStock({ ready: 1, most: most.chipCells }, () => {
    const played = playCell();
    chips.push(played);
    chipsAlive += 1;
    mostChipsAlive = Math.max(mostChipsAlive, chipsAlive);
    void played.cell.gone.then(() => (chipsAlive -= 1));
    return played.cell;
  });
  const faceCells = new CellStock({ ready: 1, most: most.faceCells }, () => {
    facesStarted += 1;
    return playCell().cell;
  });
  const assembled = assemblePool({ chipCells, faceCells, walls: () => ({}) as never });
  const open = async () => {
    const opened = await assembled.open({ ...request, enrolmentId });
    if (!opened.ok) throw new Error(opened.fault.code);
    const played = chips.find(({ cell, heard }) => cell.alive && heard.length === 1)!;
    played.heard.push({ type: 'client', text: true });
    return { booth: opened.value, ...played };
  };
  return { assembled, open, faceCells, seen: () => ({ facesStarted, mostChipsAlive, chipsStarted: chips.length }) };
}

describe('a pool of rooms', () => {
  it('refuses at once when all rooms are in use: BOOTH_NONE_FREE; a room that ends serves the next', async () => {
    const { assembled, open } = pool({ chipCells: 2, faceCells: 1 });
    const first = await open();
    await open();
    expect(assembled.rooms().booths).toEqual({ most: 2, inUse: 2 });
    const third = await assembled.open({ ...request, enrolmentId });
    expect(third.ok ? 'ok' : third.fault.code).toBe('BOOTH_NONE_FREE');
    await first.booth.close('BOOTH_SHUT_DOWN');
    await open();
    await assembled.close();
  });

  it('gives face cells in the order of arrival and tells the places; who left is passed over', async () => {
    const { assembled, open, faceCells } = pool({ chipCells: 4, faceCells: 1 });
    const citizens = [await open(), await open(), await open(), await open()];
    for (const { say } of citizens) say({ type: 'needFaceCell' });
    const placesOf = (index: number) => citizens[index]!.heard.flatMap((message) => (message.type === 'faceQueue' ? [message.place] : [])).filter((place, i, all) => place !== all[i - 1]);
    const given = (index: number) => citizens[index]!.heard.some(({ type }) => type === 'faceCellGiven');
    await patiently(() => expect([given(0), placesOf(0), placesOf(1), placesOf(2), placesOf(3)]).toEqual([true, [], [1], [2], [3]]));
    expect(faceCells.use).toEqual({ most: 1, inUse: 1, waiting: 3 });
    await citizens[1]!.booth.close('BOOTH_SHUT_DOWN');
    expect([placesOf(2), placesOf(3)]).toEqual([[2, 1], [3, 2]]);
    await citizens[0]!.booth.close('BOOTH_SHUT_DOWN');
    await patiently(() => expect([given(2), given(3), placesOf(3)]).toEqual([true, false, [3, 2, 1]]));
    await assembled.close();
  });

  it('ten thousand strangers without a passport open and abandon rooms, or knock and are refused: no face cell is ever taken, rooms stay bounded, and the next citizen gets both', async () => {
    const { assembled, open, faceCells, seen } = pool({ chipCells: 4, faceCells: 1 });
    let [opened, refused] = [0, 0];
    for (let i = 0; i < 1250; i++) {
      const knocks = await Promise.all(Array.from({ length: 8 }, () => assembled.open({ ...request, enrolmentId })));
      for (const knock of knocks) {
        if (!knock.ok) {
          refused += 1;
          continue;
        }
        opened += 1;
        // All that a stranger can do without a chip: say something, or go away.
        if (opened % 2 === 0) void knock.value.receive('{}');
        await knock.value.close('BOOTH_SHUT_DOWN');
      }
    }
    expect([opened, refused]).toEqual([5000, 5000]);
    expect(faceCells.use).toEqual({ most: 1, inUse: 0, waiting: 0 });
    expect(seen()).toMatchObject({ facesStarted: 1 });
    expect(seen().mostChipsAlive).toBeLessThanOrEqual(4);
    await patiently(() => expect(assembled.rooms().booths.inUse).toBe(0));
    const citizen = await open();
    citizen.say({ type: 'needFaceCell' });
    await patiently(() => expect(citizen.heard.at(-1)).toEqual({ type: 'faceCellGiven' }));
    await assembled.close();
  });
});

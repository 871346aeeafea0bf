import type { Booth, BoothEnd, BoothPool } from '@visavis/booth';
import { boothFaults } from '@visavis/booth';
import type { EnrolmentCreated } from '@visavis/contract';
import { err, ok, type Result } from '@visavis/kernel';
import { describe, expect, it } from 'vitest';
import { createEnrolmentQueue, type EnrolmentQueue } from './enrolment-queue.ts';

const CREATED = { enrolmentId: 'made-up' } as unknown as EnrolmentCreated;

/** A queue before a pool of which only the doors are there. */
function world(o: { readonly rooms: number; readonly places?: number; readonly boothsPerNetwork?: number }) {
  let nowMs = 0;
  let notReady = false;
  const ends: ((end: BoothEnd) => void)[] = [];
  let inUse = 0;
  const pool = {
    async open() {
      if (notReady || inUse >= o.rooms) return err(boothFaults.fault('BOOTH_NONE_FREE'));
      inUse += 1;
      const ended = new Promise<BoothEnd>((resolve) => ends.push(resolve));
      void ended.then(() => (inUse -= 1));
      return ok({ ended } as Booth);
    },
    rooms: () => ({ booths: { most: o.rooms, inUse }, faceRooms: { most: 1, inUse: 0, waiting: 0 } }),
    estimateWaitMs: (place: number) => place * 10_000,
  } as unknown as BoothPool;
  const waits: number[] = [];
  const queue: EnrolmentQueue = createEnrolmentQueue(pool, () => nowMs, { places: o.places ?? 100, boothsPerNetwork: o.boothsPerNetwork ?? 100 }, (waitedMs) => waits.push(waitedMs));
  const before = new Set<string>();
  /** A citizen asks; each has an address of their own unless it is said. */
  const ask = async (key: string, address?: string): Promise<string> => {
    const isNew = !queue.has(key);
    const first = await call(key, address);
    // Only who asks again has a place.
    return isNew && first.startsWith('place') ? call(key, address) : first;
  };
  const call = async (key: string, address = `192.0.2.${key}`): Promise<string> => {
    const start = async (): Promise<Result<EnrolmentCreated>> => {
      if (before.has(key)) return ok(CREATED);
      const opened = await queue.pool.open({} as never);
      if (!opened.ok) return opened;
      before.add(key);
      return ok(CREATED);
    };
    const begun = await queue.begin({ key, address, start, wasStarted: async () => ok(before.has(key)) });
    if (!begun.ok) return begun.fault.code;
    return 'queued' in begun.value ? `place ${begun.value.queued.place}` : 'room';
  };
  return {
    queue,
    waits,
    ask,
    call,
    leave: async () => {
      ends.shift()!({ outcome: 'failed', codes: [] });
      await new Promise((resolve) => setImmediate(resolve));
    },
    pass: (ms: number) => void (nowMs += ms),
    isReady: (ready: boolean) => void (notReady = !ready),
  };
}

describe('the queue before the rooms', () => {
  it('gives rooms while there are some, then places in the order of arrival, and a room that is free to who is next', async () => {
    const { ask, leave, queue } = world({ rooms: 2 });
    expect([await ask('1'), await ask('2'), await ask('3'), await ask('4'), await ask('3')]).toEqual(['room', 'room', 'place 1', 'place 2', 'place 1']);
    expect(queue.waiting).toBe(2);
    await leave();
    // The second in line asks first, and a stranger comes: neither gets the room of the first.
    expect([await ask('4'), await ask('5'), await ask('3')]).toEqual(['place 2', 'place 3', 'room']);
    expect([await ask('4'), await ask('5')]).toEqual(['place 1', 'place 2']);
  });

  it('admits as many at once as there are rooms, whoever comes at the same moment', async () => {
    const { ask } = world({ rooms: 3 });
    const told = await Promise.all(Array.from({ length: 10 }, (_, i) => ask(String(i))));
    expect(told.filter((answer) => answer === 'room').length).toBe(3);
    expect(told.filter((answer) => answer.startsWith('place')).length).toBe(7);
  });

  it('tells how long who got a room had waited, once each', async () => {
    const { ask, call, leave, pass, waits } = world({ rooms: 1 });
    await ask('1');
    expect(await ask('2')).toBe('place 1');
    pass(5000);
    await ask('2');
    pass(4000);
    await leave();
    expect([await ask('2'), await call('2')]).toEqual(['room', 'room']);
    expect(waits).toEqual([0, 9000]);
  });

  it('who asked before and has a room gets it again, also when others wait; the same request at once opens one', async () => {
    const { ask } = world({ rooms: 1 });
    expect(await Promise.all([ask('1'), ask('1')])).toEqual(['room', 'room']);
    expect([await ask('2'), await ask('1')]).toEqual(['place 1', 'room']);
  });

  it('passes over who does not ask any more, keeps their place for a while, and forgets it then', async () => {
    const { ask, leave, pass, queue } = world({ rooms: 1 });
    expect([await ask('1'), await ask('2'), await ask('3')]).toEqual(['room', 'place 1', 'place 2']);
    pass(11_000);
    expect(await ask('3')).toBe('place 2');
    await leave();
    expect(await ask('3')).toBe('room');
    expect(await ask('2')).toBe('place 1');
    pass(76_000);
    expect([await ask('4'), queue.has('2')]).toEqual(['place 1', false]);
  });

  it('a room that is not ready, or a server that fails, costs nobody their place', async () => {
    const { ask, leave, isReady, queue } = world({ rooms: 1 });
    expect([await ask('1'), await ask('2'), await ask('3')]).toEqual(['room', 'place 1', 'place 2']);
    await leave();
    isReady(false);
    expect(await ask('2')).toBe('place 1');
    const gone = queue.begin({ key: '2', address: '192.0.2.2', start: () => Promise.reject(new Error('the database is gone')), wasStarted: async () => ok(false) });
    await expect(gone).rejects.toThrow('gone');
    isReady(true);
    expect([await ask('3'), await ask('2')]).toEqual(['place 2', 'room']);
  });
});

describe('attacks on the queue', () => {
  it('one network does not take all rooms: its people wait, others pass; alone it waits too', async () => {
    const { ask, leave } = world({ rooms: 4, boothsPerNetwork: 2 });
    const crowd = '198.51.100.7';
    expect([await ask('1', crowd), await ask('2', crowd), await ask('3', crowd), await ask('4', crowd)]).toEqual(['room', 'room', 'place 1', 'place 2']);
    expect(await ask('honest')).toBe('room');
    // Behind the shared address, too, it goes on in the order of arrival.
    await leave();
    expect([await ask('4', crowd), await ask('3', crowd), await ask('4', crowd)]).toEqual(['place 2', 'room', 'place 1']);
  });

  it('an IPv6 subscriber is one network whatever address they use', async () => {
    const { ask } = world({ rooms: 4, boothsPerNetwork: 1 });
    expect([await ask('1', '2001:db8:1:2::1'), await ask('2', '2001:db8:1:2::ffff'), await ask('3', '2001:db8:1:3::1')]).toEqual(['room', 'place 1', 'room']);
  });

  it('a full queue is told by its code with the minutes to wait, and never holds more: BOOTH_QUEUE_FULL', async () => {
    const { ask, queue } = world({ rooms: 1, places: 20 });
    const told: string[] = [];
    for (let i = 0; i < 1000; i++) told.push(await ask(String(i), `10.0.${i >> 8}.${i & 255}`));
    expect([told.filter((answer) => answer === 'BOOTH_QUEUE_FULL').length, queue.waiting]).toEqual([979, 20]);
    const refused = await queue.begin({ key: 'x', address: '192.0.2.1', start: () => Promise.resolve(err(boothFaults.fault('BOOTH_NONE_FREE'))), wasStarted: async () => ok(false) });
    expect(refused.ok ? {} : refused.fault.detail).toEqual({ minutes: 5 });
  });

  it('ten thousand who come once and never again take no place: who comes after them is first, and is first in', async () => {
    const { ask, call, leave, pass, queue } = world({ rooms: 1, places: 20 });
    for (let i = 0; i < 10_001; i++) await call(String(i), `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`);
    expect(queue.waiting).toBe(0);
    expect([await ask('honest'), queue.waiting]).toEqual(['place 1', 1]);
    // No more of them are remembered than fit, and none after ten seconds.
    for (let i = 0; i < 10_000; i++) await call(`more ${i}`, `11.${i >> 16}.${(i >> 8) & 255}.${i & 255}`);
    expect([queue.has('5000'), queue.has('more 9999')]).toEqual([false, true]);
    await leave();
    expect([await call('eager'), await ask('honest')]).toEqual(['place 20', 'room']);
    pass(10_001);
    await call('last');
    expect([queue.has('more 9999'), queue.has('last')]).toEqual([false, true]);
  });

  it('places that nobody asks for make room at once for who does; one network holds a part of them only: REQUEST_TOO_MANY', async () => {
    const { ask, pass } = world({ rooms: 1, places: 20 });
    for (let i = 0; i < 21; i++) await ask(String(i), `10.0.0.${i}`);
    expect(await ask('honest')).toBe('BOOTH_QUEUE_FULL');
    pass(11_000);
    expect(await ask('honest')).toBe('place 1');
    const crowd: string[] = [];
    for (const key of ['a', 'b', 'c', 'd', 'e']) crowd.push(await ask(key, '198.51.100.7'));
    expect(crowd).toEqual(['place 2', 'place 3', 'place 4', 'place 5', 'REQUEST_TOO_MANY']);
  });
});

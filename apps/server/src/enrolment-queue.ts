import { AsyncLocalStorage } from 'node:async_hooks';
import type { BoothPool } from '@visavis/booth';
import type { EnrolmentCreated, EnrolmentQueued } from '@visavis/contract';
import { type Clock, err, ok, type Result } from '@visavis/kernel';
import { serverFaults } from './faults.ts';
import { networkOf } from './network-of.ts';

/** Asked again this soon, so that a room that became free is not left empty; the next in line sooner than the last. */
const ASK_AGAIN_MS = { least: 1000, most: 5000 } as const;
/** Who has not asked for so long is passed over: a room is not kept empty for somebody who may have left. */
const PRESENT_MS = ASK_AGAIN_MS.most + 5000;
/** Who has not asked for so long has left. Browsers wake a page in a hidden tab once a minute only. */
const PLACE_LAPSES_MS = 75_000;
/**
 * Who came for the first time is remembered this long; only who asks again takes a place. A stranger who opens attempts
 * and abandons them never stands in anybody's way.
 */
const NEWCOMER_MS = 10_000;
/** Newcomers remembered at once; beyond, the oldest is forgotten and is new when they ask again. Some 3 MB. */
const MAX_NEWCOMERS = 10_000;
/** Part of the places that one network may hold: behind a shared address that is still more people than start in a minute. */
const NETWORK_PART_OF_PLACES = 5;
/** Told to whoever finds the queue full, and more when the wait is longer. */
const COME_AGAIN_LEAST_MIN = 5;

interface Place {
  /** In the order of the first call. */
  readonly number: number;
  readonly network: string;
  readonly cameAtMs: number;
  askedAtMs: number;
  /** Whether it was looked up if this request had its booth before. */
  lookedUp: boolean;
  starting: Promise<Result<EnrolmentCreated | EnrolmentQueued>> | undefined;
  /** The pool counts its room by now. */
  opening: boolean;
}

export interface BeginRequest {
  /** The same for each time the same device asks for the same enrolment. */
  readonly key: string;
  /** The device's network address. */
  readonly address: string;
  /** Opens the booth, or gives the answer that this request was given before. */
  readonly start: () => Promise<Result<EnrolmentCreated>>;
  /** Whether an earlier request with this key was answered with a booth. */
  readonly wasStarted: () => Promise<Result<boolean>>;
}

/**
 * Who comes when no sealed room is free waits here in the order of arrival, in this process's memory only: the first
 * call is answered with a place, the second one takes it.
 */
export interface EnrolmentQueue {
  /** The pool as the booth desk uses it: rooms are counted by network. */
  readonly pool: BoothPool;
  readonly waiting: number;
  /** Whether this request has a place already: it is asked for again, not made. */
  has(key: string): boolean;
  /** @faults BOOTH_QUEUE_FULL with the minutes to wait, REQUEST_TOO_MANY, and those of {@link BeginRequest.start} but BOOTH_NONE_FREE */
  begin(request: BeginRequest): Promise<Result<EnrolmentCreated | EnrolmentQueued>>;
}

export interface QueueLimits {
  /** People who may wait at once. */
  readonly places: number;
  /** Booths that one network may use at once. Beyond, its people wait, and others are served before them. */
  readonly boothsPerNetwork: number;
}

/**
 * @param pool refuses to open more booths than it has rooms
 * @param limits by the operator
 * @param onRoom told of each who got a room how long they had waited
 */
export function createEnrolmentQueue(pool: BoothPool, clock: Clock, limits: QueueLimits, onRoom: (waitedMs: number) => void): EnrolmentQueue {
  const places = new Map<string, Place>();
  const newcomers = new Map<string, Place>();
  let arrivals = 0;
  const usedBy = new Map<string, number>();
  const admitted = new AsyncLocalStorage<Place>();
  const use = (network: string, change: 1 | -1): void => {
    const used = (usedBy.get(network) ?? 0) + change;
    if (used > 0) usedBy.set(network, used);
    else usedBy.delete(network);
  };

  const counted: BoothPool = {
    ...pool,
    async open(request) {
      const place = admitted.getStore();
      if (place !== undefined) {
        place.opening = true;
        use(place.network, 1);
      }
      const opened = await pool.open(request).catch((error: unknown) => {
        if (place !== undefined) use(place.network, -1);
        throw error;
      });
      if (place === undefined) return opened;
      if (!opened.ok) {
        use(place.network, -1);
        return opened;
      }
      onRoom(clock() - place.cameAtMs);
      void opened.value.ended.then(() => use(place.network, -1));
      return opened;
    },
  };

  const inOrder = (): Place[] => [...places.values()].toSorted((a, b) => a.number - b.number);
  const waiting = (): Place[] => inOrder().filter(({ starting }) => starting === undefined);

  /** Goes through the line as rooms would be given out now; who is in no line comes last. */
  const isTurnOf = (wanted: Place): boolean => {
    const { most, inUse } = pool.rooms().booths;
    let free = most - inUse;
    const used = new Map(usedBy);
    const take = ({ network }: Place): void => {
      free -= 1;
      used.set(network, (used.get(network) ?? 0) + 1);
    };
    for (const place of places.values()) if (place.starting !== undefined && !place.opening) take(place);
    const line = waiting();
    for (const place of line.includes(wanted) ? line : [...line, wanted]) {
      if (free <= 0) return false;
      if (clock() - place.askedAtMs > PRESENT_MS || (used.get(place.network) ?? 0) >= limits.boothsPerNetwork) continue;
      if (place === wanted) return true;
      take(place);
    }
    return false;
  };

  const answerAt = (number: number): EnrolmentQueued => {
    const place = Math.min(Math.max(1, number), limits.places);
    const estimateMs = pool.estimateWaitMs(place);
    return { queued: { place, estimateMs, askAgainAfterMs: Math.min(ASK_AGAIN_MS.most, Math.max(ASK_AGAIN_MS.least, Math.round(estimateMs / 8))) } };
  };
  const queued = (place: Place): EnrolmentQueued => answerAt(waiting().indexOf(place) + 1);

  const forgetWhoLeft = (silentForMs: number): void => {
    for (const [key, place] of places) if (place.starting === undefined && clock() - place.askedAtMs > silentForMs) places.delete(key);
    // In the order of their only call: the first that is young enough ends the search.
    for (const [key, { askedAtMs }] of newcomers) {
      if (clock() - askedAtMs <= NEWCOMER_MS) break;
      newcomers.delete(key);
    }
  };

  /** Whether one more may wait. */
  const roomInLine = (network: string): Result<undefined> => {
    // Those who only seem to be there make room first.
    if (places.size >= limits.places) forgetWhoLeft(PRESENT_MS);
    if (places.size >= limits.places) return err(serverFaults.fault('BOOTH_QUEUE_FULL', { minutes: Math.max(COME_AGAIN_LEAST_MIN, Math.ceil(pool.estimateWaitMs(places.size) / 60_000)) }));
    const ofNetwork = [...places.values()].filter((place) => place.network === network).length;
    return ofNetwork >= Math.ceil(limits.places / NETWORK_PART_OF_PLACES) ? err(serverFaults.fault('REQUEST_TOO_MANY')) : ok(undefined);
  };

  const arrive = (key: string, place: Place): EnrolmentQueued => {
    const answer = { queued: { ...answerAt(waiting().length + newcomers.size + 1).queued, askAgainAfterMs: ASK_AGAIN_MS.least } };
    newcomers.set(key, place);
    const [oldest] = newcomers.keys();
    if (newcomers.size > MAX_NEWCOMERS && oldest !== undefined) newcomers.delete(oldest);
    return answer;
  };

  const admit = async (key: string, place: Place, start: BeginRequest['start']): Promise<Result<EnrolmentCreated | EnrolmentQueued>> => {
    try {
      const started = await admitted.run(place, start);
      if (!started.ok && started.fault.code === 'BOOTH_NONE_FREE') return ok(queued(place));
      places.delete(key);
      return started;
    } finally {
      // A database that is gone, or a room that is not ready after all, costs nobody their place.
      place.starting = undefined;
      place.opening = false;
    }
  };

  return {
    pool: counted,
    get waiting() {
      return waiting().length;
    },
    has: (key) => places.has(key) || newcomers.has(key),
    async begin({ key, address, start, wasStarted }) {
      forgetWhoLeft(PLACE_LAPSES_MS);
      const known = places.get(key);
      if (known?.starting !== undefined) return known.starting;
      const cameBefore = newcomers.get(key);
      const place = known ?? cameBefore ?? { number: ++arrivals, network: networkOf(address), cameAtMs: clock(), askedAtMs: clock(), lookedUp: false, starting: undefined, opening: false };
      place.askedAtMs = clock();
      if (isTurnOf(place)) {
        newcomers.delete(key);
        places.set(key, place);
        place.starting = admit(key, place, start);
        return place.starting;
      }
      if (!place.lookedUp) {
        // Whose answer was lost has a booth already and need not wait for another.
        const earlier = await wasStarted();
        if (!earlier.ok || earlier.value) return start();
        place.lookedUp = true;
      }
      if (known !== undefined) return ok(queued(place));
      const room = roomInLine(place.network);
      if (!room.ok) return room;
      if (cameBefore === undefined) return ok(arrive(key, place));
      newcomers.delete(key);
      places.set(key, place);
      return ok(queued(place));
    },
  };
}

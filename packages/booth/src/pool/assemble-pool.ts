import { err, ok, type Result } from '@visavis/kernel';
import { boothFaults } from '../faults.ts';
import type { Walls } from '../walls/walls.ts';
import type { CellStock } from './cell-stock.ts';
import { createDurationMemory, estimateWaitMs } from './estimate-wait.ts';
import { type Booth, BOOTH_LIMITS, type OpenBooth, openBooth } from './open-booth.ts';

/** How long an admitted citizen waits for a chip cell that is still starting. */
const CHIP_CELL_WAIT_MS = 10_000;
/** Assumed until booths have ended: a citizen who reads their passport and looks at the camera. */
const EXPECTED_BOOTH_MS = 90_000;

export interface BoothPool {
  /**
   * A booth for one enrolment, its keys just born. Refuses at once when all rooms are in use: who waits, waits outside.
   * @faults BOOTH_NONE_FREE, BOOTH_CELL_DIED, BOOTH_TRUST_ANCHORS_INVALID
   */
  open(o: OpenBooth): Promise<Result<Booth>>;
  /** Rooms for a chip, and how many are in use or being opened; rooms for a face, and who waits for one. */
  rooms(): { readonly booths: { readonly most: number; readonly inUse: number }; readonly faceRooms: { readonly most: number; readonly inUse: number; readonly waiting: number } };
  /** How long whoever stands at this place (1 is next) waits for a booth, from how long booths lived of late. */
  estimateWaitMs(place: number): number;
  /** Which walls stand, as the cells see them. */
  walls(): Walls;
  /** Ends every booth and every waiting cell. */
  close(): Promise<void>;
}

/** A pool of these cells. */
export function assemblePool(o: { readonly chipCells: CellStock; readonly faceCells: CellStock; readonly lifetimeMs?: number; readonly walls: () => Walls }): BoothPool {
  const { chipCells, faceCells } = o;
  const booths = new Set<Booth>();
  /** When each booth in use, or being opened, was asked for. */
  const openedAtMs = new Map<symbol, number>();
  const lifetimes = createDurationMemory(EXPECTED_BOOTH_MS);
  const lifetimeMs = Math.min(o.lifetimeMs ?? BOOTH_LIMITS.lifetimeMs, BOOTH_LIMITS.lifetimeMs);
  return {
    async open(request) {
      if (openedAtMs.size >= chipCells.use.most) return err(boothFaults.fault('BOOTH_NONE_FREE'));
      const room = Symbol('room');
      const askedMs = performance.now();
      openedAtMs.set(room, askedMs);
      const leave = (): void => void openedAtMs.delete(room);
      const chipCell = await chipCells.take({ waitMs: CHIP_CELL_WAIT_MS });
      if (chipCell === undefined) {
        leave();
        return err(boothFaults.fault('BOOTH_NONE_FREE'));
      }
      const opened = await openBooth({ ...request, chipCell, takeFaceCell: (wait) => faceCells.take(wait), lifetimeMs });
      if (!opened.ok) {
        leave();
        return opened;
      }
      const booth = opened.value;
      booths.add(booth);
      const forget = async (): Promise<void> => {
        await booth.ended;
        booths.delete(booth);
        leave();
        lifetimes.note(performance.now() - askedMs);
      };
      void forget();
      return ok(booth);
    },
    rooms: () => ({ booths: { most: chipCells.use.most, inUse: openedAtMs.size }, faceRooms: faceCells.use }),
    estimateWaitMs(place) {
      const now = performance.now();
      const inUseForMs = [...openedAtMs.values()].map((askedMs) => now - askedMs);
      return estimateWaitMs({ place, inUseForMs, most: chipCells.use.most, typicalMs: lifetimes.typicalMs() });
    },
    walls: o.walls,
    async close() {
      await Promise.all([...booths].map((booth) => booth.close('BOOTH_SHUT_DOWN')));
      await Promise.all([chipCells.close(), faceCells.close()]);
    },
  };
}

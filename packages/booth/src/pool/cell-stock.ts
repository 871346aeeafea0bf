import type { WallsSeen } from '../walls/walls.ts';
import type { Cell } from './cell.ts';
import { createDurationMemory, estimateWaitMs } from './estimate-wait.ts';

/** Starts that may fail in a row before the stock stops trying on its own: a broken installation must not spin. */
const MAX_FAILED_STARTS = 3;
/** Assumed until cells have been measured: a citizen before a camera, and a cell that loads its networks on a busy machine. */
const EXPECTED_USE_MS = 60_000;
const EXPECTED_START_MS = 3000;
/** Those who wait are told a fresh estimate this often, also when nobody moved. */
const TELL_EVERY_MS = 5000;

export interface StockSize {
  /** Cells kept started and waiting. */
  readonly ready: number;
  /** Cells alive at once, waiting or in use. */
  readonly most: number;
}

/** How somebody waits for a cell. */
export interface Wait {
  readonly waitMs: number;
  /** Told at once when no cell is ready, and whenever place or estimate change. */
  readonly onPlace?: (place: number, estimateMs: number) => void;
  /** Aborting gives the place up. */
  readonly signal?: AbortSignal;
}

interface Waiter {
  readonly give: (cell: Cell | undefined) => void;
  readonly onPlace: Wait['onPlace'];
}

/**
 * Keeps cells started ahead of need. A cell that is taken is never put back: it serves one enrolment and dies. Who
 * finds none waits in the order of arrival.
 */
export class CellStock {
  readonly #size: StockSize;
  readonly #start: () => Cell;
  readonly #idle: Cell[] = [];
  readonly #alive = new Set<Cell>();
  readonly #takenAtMs = new Map<Cell, number>();
  readonly #waiters: Waiter[] = [];
  readonly #uses = createDurationMemory(EXPECTED_USE_MS);
  readonly #starts = createDurationMemory(EXPECTED_START_MS);
  readonly wallsSeen: WallsSeen[] = [];
  /** Why the last cell that did not start refused to, if it said so. */
  refusedBy: Cell['refusedBy'];
  #teller: NodeJS.Timeout | undefined;
  #starting = 0;
  #failedStarts = 0;
  #closed = false;

  constructor(size: StockSize, start: () => Cell) {
    this.#size = size;
    this.#start = start;
    this.#fill();
  }

  /** How many may be in use at once, how many are, and how many wait for one. */
  get use(): { readonly most: number; readonly inUse: number; readonly waiting: number } {
    return { most: this.#size.most, inUse: this.#takenAtMs.size, waiting: this.#waiters.length };
  }

  /** A ready cell, or undefined when none became ready in time or the wait was aborted. */
  async take(wait: Wait): Promise<Cell | undefined> {
    const cell = await this.#next(wait);
    // For whoever comes after this one.
    this.#fill();
    return cell;
  }

  async #next({ waitMs, onPlace, signal }: Wait): Promise<Cell | undefined> {
    if (this.#closed || signal?.aborted === true) return undefined;
    let idle = this.#idle.shift();
    while (idle !== undefined && !idle.alive) idle = this.#idle.shift();
    if (idle !== undefined) {
      this.#note(idle);
      return idle;
    }
    this.#failedStarts = 0;
    return new Promise((resolve) => {
      const leave = (): void => {
        const at = this.#waiters.indexOf(waiter);
        if (at < 0) return;
        this.#waiters.splice(at, 1);
        waiter.give(undefined);
        this.#tellPlaces();
      };
      const tooLate = setTimeout(leave, waitMs);
      const waiter: Waiter = {
        onPlace,
        give: (cell) => {
          clearTimeout(tooLate);
          signal?.removeEventListener('abort', leave);
          resolve(cell);
        },
      };
      signal?.addEventListener('abort', leave, { once: true });
      this.#waiters.push(waiter);
      this.#fill();
      this.#tellPlace(waiter, this.#waiters.length);
      this.#teller ??= setInterval(() => this.#tellPlaces(), TELL_EVERY_MS);
    });
  }

  /** Resolves when the first cell is ready, to false when none can be started. */
  async anyReady(waitMs: number): Promise<boolean> {
    const cell = await this.#next({ waitMs });
    if (cell === undefined) return false;
    // It was not used: the one case in which a cell goes back.
    this.#takenAtMs.delete(cell);
    this.#give(cell);
    return true;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#dismiss();
    await Promise.all([...this.#alive].map((cell) => cell.kill()));
  }

  #fill(): void {
    while (!this.#closed && this.#failedStarts < MAX_FAILED_STARTS && this.#alive.size < this.#size.most && this.#idle.length + this.#starting < Math.max(this.#size.ready, this.#waiters.length)) {
      void this.#add(this.#start());
    }
  }

  async #add(cell: Cell): Promise<void> {
    const startedMs = performance.now();
    this.#starting += 1;
    this.#alive.add(cell);
    void cell.gone.finally(() => {
      this.#alive.delete(cell);
      const takenAtMs = this.#takenAtMs.get(cell);
      if (takenAtMs !== undefined) this.#uses.note(performance.now() - takenAtMs);
      this.#takenAtMs.delete(cell);
      const at = this.#idle.indexOf(cell);
      if (at >= 0) this.#idle.splice(at, 1);
      this.#fill();
    });
    const walls = await cell.ready;
    this.#starting -= 1;
    if (walls === undefined) {
      this.refusedBy = cell.refusedBy;
      // What was refused once is refused again.
      this.#failedStarts = cell.refusedBy === undefined ? this.#failedStarts + 1 : MAX_FAILED_STARTS;
      if (this.#failedStarts >= MAX_FAILED_STARTS) this.#dismiss();
      // Somebody may have come to wait for just this one.
      else this.#fill();
      return;
    }
    this.#failedStarts = 0;
    this.#starts.note(performance.now() - startedMs);
    if (this.wallsSeen.length === 0 || !this.wallsSeen.some((seen) => JSON.stringify(seen) === JSON.stringify(walls))) this.wallsSeen.push(walls);
    if (this.#closed) await cell.kill();
    else this.#give(cell);
  }

  #give(cell: Cell): void {
    const waiter = this.#waiters.shift();
    if (waiter === undefined) {
      this.#idle.push(cell);
      return;
    }
    this.#note(cell);
    waiter.give(cell);
    this.#tellPlaces();
  }

  #note(cell: Cell): void {
    this.#takenAtMs.set(cell, performance.now());
  }

  #dismiss(): void {
    for (const waiter of this.#waiters.splice(0)) waiter.give(undefined);
    this.#tellPlaces();
  }

  #tellPlaces(): void {
    this.#waiters.forEach((waiter, index) => this.#tellPlace(waiter, index + 1));
    if (this.#waiters.length > 0) return;
    clearInterval(this.#teller);
    this.#teller = undefined;
  }

  #tellPlace({ onPlace }: Waiter, place: number): void {
    if (onPlace === undefined) return;
    const now = performance.now();
    const inUseForMs = [...this.#takenAtMs.values()].map((takenAtMs) => now - takenAtMs);
    // No cell is ready, or nobody would wait: whoever is next waits for one to start.
    onPlace(place, Math.round(estimateWaitMs({ place, inUseForMs, most: this.#size.most, typicalMs: this.#uses.typicalMs() }) + this.#starts.typicalMs()));
  }
}

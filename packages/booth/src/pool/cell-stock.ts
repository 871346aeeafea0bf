import type { WallsSeen } from '../walls/walls.ts';
import type { Cell } from './cell.ts';

/** Starts that may fail in a row before the stock stops trying on its own: a broken installation must not spin. */
const MAX_FAILED_STARTS = 3;

export interface StockSize {
  /** Cells kept started and waiting. */
  readonly ready: number;
  /** Cells alive at once, waiting or in use. */
  readonly most: number;
}

/** Keeps cells started ahead of need. A cell that is taken is never put back: it serves one enrolment and dies. */
export class CellStock {
  readonly #size: StockSize;
  readonly #start: () => Cell;
  readonly #idle: Cell[] = [];
  readonly #alive = new Set<Cell>();
  readonly #waiters: ((cell: Cell | undefined) => void)[] = [];
  readonly wallsSeen: WallsSeen[] = [];
  #starting = 0;
  #failedStarts = 0;
  #closed = false;

  constructor(size: StockSize, start: () => Cell) {
    this.#size = size;
    this.#start = start;
    this.#fill();
  }

  /** A ready cell, or undefined when none became ready in time. */
  async take(waitMs: number): Promise<Cell | undefined> {
    if (this.#closed) return undefined;
    let idle = this.#idle.shift();
    while (idle !== undefined && !idle.alive) idle = this.#idle.shift();
    if (idle !== undefined) {
      this.#fill();
      return idle;
    }
    this.#failedStarts = 0;
    return new Promise((resolve) => {
      const give = (cell: Cell | undefined) => {
        clearTimeout(tooLate);
        resolve(cell);
      };
      const tooLate = setTimeout(() => {
        this.#waiters.splice(this.#waiters.indexOf(give), 1);
        resolve(undefined);
      }, waitMs);
      this.#waiters.push(give);
      this.#fill();
    });
  }

  /** Resolves when the first cell is ready, to false when none can be started. */
  async anyReady(waitMs: number): Promise<boolean> {
    const cell = await this.take(waitMs);
    if (cell === undefined) return false;
    // It was not used: the one case in which a cell goes back.
    this.#give(cell);
    return true;
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const waiter of this.#waiters.splice(0)) waiter(undefined);
    await Promise.all([...this.#alive].map((cell) => cell.kill()));
  }

  #fill(): void {
    while (!this.#closed && this.#failedStarts < MAX_FAILED_STARTS && this.#alive.size < this.#size.most && this.#idle.length + this.#starting < Math.max(this.#size.ready, this.#waiters.length)) {
      void this.#add(this.#start());
    }
  }

  async #add(cell: Cell): Promise<void> {
    this.#starting += 1;
    this.#alive.add(cell);
    void cell.gone.finally(() => {
      this.#alive.delete(cell);
      const at = this.#idle.indexOf(cell);
      if (at >= 0) this.#idle.splice(at, 1);
      this.#fill();
    });
    const walls = await cell.ready;
    this.#starting -= 1;
    if (walls === undefined) {
      this.#failedStarts += 1;
      if (this.#failedStarts >= MAX_FAILED_STARTS) for (const waiter of this.#waiters.splice(0)) waiter(undefined);
      return;
    }
    this.#failedStarts = 0;
    if (this.wallsSeen.length === 0 || !this.wallsSeen.some((seen) => JSON.stringify(seen) === JSON.stringify(walls))) this.wallsSeen.push(walls);
    if (this.#closed) await cell.kill();
    else this.#give(cell);
  }

  #give(cell: Cell): void {
    const waiter = this.#waiters.shift();
    if (waiter === undefined) this.#idle.push(cell);
    else waiter(cell);
  }
}

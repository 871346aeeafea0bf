import { encodeMessage, type FromChipCell, type ToChipCell } from '@visavis/contract';
import type { Cell } from './cell.ts';

const KEY = { channelKey: 'AA', verdictKey: { kty: 'EC', crv: 'P-256', x: 'A'.repeat(43), y: 'A'.repeat(43) } } as const;
const WALLS = { unprivilegedUser: false, noNetwork: false, readOnlyRoot: false, noPrivileges: false, systemCallFilter: false, noCoreDump: false };

export interface PlayedCell {
  readonly cell: Cell;
  readonly heard: ToChipCell[];
  /** Speaks as the cell. @returns false: no cell says that */
  readonly say: (message: FromChipCell) => boolean;
  /** How often it was told to stop speaking, and to go on. */
  readonly stops: { paused: number; resumed: number };
  /** From now on it does not read, until the returned function is called. */
  readonly stopReading: () => () => void;
}

/** A cell of which only the mouth and the ears are there; born as soon as it is told to start. */
export function playCell(): PlayedCell {
  const heard: ToChipCell[] = [];
  const stops = { paused: 0, resumed: 0 };
  let take: (message: Uint8Array) => boolean = () => false;
  let die: () => void = () => {};
  const gone = new Promise<void>((resolve) => {
    die = resolve;
  });
  let alive = true;
  let reading: Promise<void> | undefined;
  const say = (message: FromChipCell): boolean => take(encodeMessage(message));
  const cell: Cell = {
    pid: undefined,
    ready: Promise.resolve(WALLS as never),
    gone,
    get alive() {
      return alive;
    },
    refusedBy: undefined,
    endedBy: undefined,
    send: (head) => {
      heard.push(head as ToChipCell);
      if ((head as ToChipCell).type === 'start') say({ type: 'born', ...KEY });
      return reading === undefined;
    },
    drained: async () => reading,
    pause: () => void (stops.paused += 1),
    resume: () => void (stops.resumed += 1),
    onMessage: (next) => {
      take = next;
    },
    attach: (socket) => void socket.destroy(),
    kill: async () => {
      alive = false;
      die();
    },
  };
  return {
    cell,
    heard,
    say,
    stops,
    stopReading() {
      const { promise, resolve } = Promise.withResolvers<void>();
      reading = promise;
      return () => {
        reading = undefined;
        resolve();
      };
    },
  };
}

import type { ToChipCell, TrustAnchors } from '@visavis/contract';
import { packTrustAnchors } from '../cell/carry-trust-anchors.ts';
import type { Cell } from './cell.ts';

type Prepared = Extract<ToChipCell, { type: 'trustAnchors' }>;

const preparedWith = new WeakMap<Cell, TrustAnchors>();

/**
 * Gives each chip cell the operator's anchors as soon as it is ready, while it waits for somebody: a full master list
 * is half a second of reading, and nobody should wait for it. The cell decides with its own reading all the same.
 */
export function prepareWith(anchors: TrustAnchors): (cell: Cell) => Cell {
  const { lengths, tail } = packTrustAnchors(anchors);
  const prepare = async (cell: Cell): Promise<void> => {
    if ((await cell.ready) === undefined) return;
    cell.send({ type: 'trustAnchors', trustAnchors: lengths } satisfies Prepared, tail);
    preparedWith.set(cell, anchors);
  };
  return (cell) => {
    void prepare(cell);
    return cell;
  };
}

/** Whether this cell was given just these anchors: the same object, not one that looks alike. */
export const isPreparedWith = (cell: Cell, anchors: TrustAnchors): boolean => preparedWith.get(cell) === anchors;

import { encodeMessage, type FromChipCell, type ToChipCell } from '@visavis/contract';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Cell } from './cell.ts';
import { type BoothEnd, openBooth } from './open-booth.ts';

const KEY = { channelKey: 'AA', verdictKey: { kty: 'EC', crv: 'P-256', x: 'A'.repeat(43), y: 'A'.repeat(43) } } as const;

/** A chip cell of which only the mouth and the ears are there. */
function fakeCell() {
  const heard: ToChipCell[] = [];
  let take: (message: Uint8Array) => boolean = () => false;
  let die: () => void = () => {};
  const gone = new Promise<void>((resolve) => {
    die = resolve;
  });
  const say = (message: FromChipCell): boolean => take(encodeMessage(message));
  const cell: Cell = {
    pid: undefined,
    ready: Promise.resolve(undefined),
    gone,
    alive: true,
    send: (head) => {
      heard.push(head as ToChipCell);
      if ((head as ToChipCell).type === 'start') say({ type: 'born', ...KEY });
    },
    onMessage: (next) => {
      take = next;
    },
    attach: () => {},
    kill: async () => die(),
  };
  return { cell, heard, say };
}

async function open(o: { readonly documentStatus?: () => Promise<'notReported'> } = {}) {
  const { cell, heard, say } = fakeCell();
  const request = { enrolmentId: 'A'.repeat(22), clientKeyThumbprint: 'A'.repeat(43), consentId: 'A'.repeat(22), trustAnchors: { specimen: true, cscaCertificates: [], crls: [] }, onEvent: () => {} };
  const faceCells: number[] = [];
  const takeFaceCell = async (waitMs: number) => void faceCells.push(waitMs);
  const opened = await openBooth({ ...request, documentStatus: o.documentStatus ?? (async () => 'notReported'), chipCell: cell, takeFaceCell, lifetimeMs: 300_000 });
  if (!opened.ok) throw new Error(opened.fault.code);
  return { booth: opened.value, heard, say, faceCells };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a booth, bounded from outside', () => {
  it('tells that a register which never answers gave no answer', async () => {
    const { heard, say } = await open({ documentStatus: () => new Promise(() => {}) });
    say({ type: 'askDocumentStatus', document: { issuingState: 'UTO', documentNumber: 'X1' } });
    await vi.advanceTimersByTimeAsync(14_000);
    expect(heard.map(({ type }) => type)).toEqual(['start']);
    await vi.advanceTimersByTimeAsync(2000);
    expect(heard.at(-1)).toEqual({ type: 'documentStatus', status: 'unavailable' });
  });

  it('tells at once what a register says that does answer', async () => {
    const { heard, say } = await open();
    say({ type: 'askDocumentStatus', document: { issuingState: 'UTO', documentNumber: 'X1' } });
    await vi.advanceTimersByTimeAsync(0);
    expect(heard.at(-1)).toEqual({ type: 'documentStatus', status: 'notReported' });
  });

  it('takes as many small messages as an enrolment has, and no more: BOOTH_TOO_MUCH_SENT', async () => {
    const { booth, heard } = await open();
    for (let i = 0; i < 4096; i++) booth.receive(new Uint8Array(1));
    expect(heard.filter(({ type }) => type === 'client').length).toBe(4096);
    booth.receive(new Uint8Array(0));
    expect(await booth.ended).toEqual<BoothEnd>({ outcome: 'failed', codes: ['BOOTH_TOO_MUCH_SENT'] });
  });

  it('gives one face cell, and none unasked', async () => {
    const { say, faceCells, heard } = await open();
    expect(faceCells).toEqual([]);
    expect([say({ type: 'needFaceCell' }), say({ type: 'needFaceCell' })]).toEqual([true, false]);
    await vi.advanceTimersByTimeAsync(0);
    expect([faceCells.length, heard.at(-1)]).toEqual([1, { type: 'noFaceCell' }]);
  });

  it('ends a silent enrolment at the end of its time, not before: BOOTH_TIME_OUT', async () => {
    const { booth } = await open();
    await vi.advanceTimersByTimeAsync(299_000);
    expect(await Promise.race([booth.ended, Promise.resolve('alive')])).toBe('alive');
    await vi.advanceTimersByTimeAsync(1000);
    expect(await Promise.race([booth.ended, Promise.resolve('alive')])).toEqual<BoothEnd>({ outcome: 'failed', codes: ['BOOTH_TIME_OUT'] });
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Cell } from './cell.ts';
import type { Wait } from './cell-stock.ts';
import { type Booth, type BoothEnd, openBooth } from './open-booth.ts';
import { playCell } from './played-cell.fixture.ts';

async function open(o: { readonly documentStatus?: () => Promise<'notReported'>; readonly takeFaceCell?: (wait: Wait) => Promise<Cell | undefined> } = {}) {
  const played = playCell();
  const request = { enrolmentId: 'A'.repeat(22), clientKeyThumbprint: 'A'.repeat(43), consentId: 'A'.repeat(22), trustAnchors: { specimen: true, cscaCertificates: [], crls: [] }, onEvent: () => {} };
  const waits: Wait[] = [];
  const takeFaceCell = async (wait: Wait): Promise<Cell | undefined> => {
    waits.push(wait);
    return o.takeFaceCell?.(wait);
  };
  const opened = await openBooth({ ...request, documentStatus: o.documentStatus ?? (async () => 'notReported'), chipCell: played.cell, takeFaceCell, lifetimeMs: 300_000 });
  if (!opened.ok) throw new Error(opened.fault.code);
  return { booth: opened.value, ...played, waits };
}

const failedBy = (code: string): BoothEnd => ({ outcome: 'failed', codes: [code] });
const endOf = (booth: Booth): Promise<BoothEnd | 'alive'> => Promise.race([booth.ended, Promise.resolve('alive' as const)]);
/** A device that says something small every second. */
async function talk(booth: Booth, forMs: number): Promise<void> {
  for (let ms = 0; ms < forMs; ms += 1000) {
    void booth.receive(new Uint8Array(1));
    await vi.advanceTimersByTimeAsync(1000);
  }
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
    for (let i = 0; i < 5120; i++) void booth.receive(new Uint8Array(1));
    expect(heard.filter(({ type }) => type === 'client').length).toBe(5120);
    void booth.receive(new Uint8Array(0));
    expect(await booth.ended).toEqual(failedBy('BOOTH_TOO_MUCH_SENT'));
  });

  it('gives one face cell, and none unasked', async () => {
    const { say, waits, heard } = await open();
    expect(waits).toEqual([]);
    expect([say({ type: 'needFaceCell' }), say({ type: 'needFaceCell' })]).toEqual([true, false]);
    await vi.advanceTimersByTimeAsync(0);
    expect([waits.length, heard.at(-1)]).toEqual([1, { type: 'noFaceCell' }]);
  });

  it('ends an enrolment at the end of its time, not before: BOOTH_TIME_OUT', async () => {
    const { booth } = await open();
    await talk(booth, 299_000);
    expect(await endOf(booth)).toBe('alive');
    await talk(booth, 1000);
    expect(await endOf(booth)).toEqual(failedBy('BOOTH_TIME_OUT'));
  });
});

describe('a device that falls silent: BOOTH_DEVICE_SILENT', () => {
  const connect = (booth: Booth): void => booth.onSend(() => undefined);
  const phases: readonly [string, number, (o: Awaited<ReturnType<typeof open>>) => void][] = [
    ['never connects', 15_000, () => {}],
    ['connects and says no hello', 10_000, ({ booth }) => connect(booth)],
    ['stalls while its citizen has something to do', 120_000, ({ booth }) => (connect(booth), void booth.receive('hello'))],
    ['stalls before the camera', 30_000, ({ booth, say }) => (connect(booth), void booth.receive('hello'), say({ type: 'event', event: 'capture.started' }))],
    ['stalls after a script that failed', 120_000, ({ booth, say }) => (connect(booth), void booth.receive('hello'), say({ type: 'event', event: 'capture.started' }), say({ type: 'event', event: 'capture.failed', code: 'FACE_X' }))],
  ];
  it.each(phases)('%s: not before %i ms', async (_what, silenceMs, reach) => {
    const opened = await open();
    reach(opened);
    await vi.advanceTimersByTimeAsync(silenceMs - 100);
    expect(await endOf(opened.booth)).toBe('alive');
    await vi.advanceTimersByTimeAsync(200);
    expect(await endOf(opened.booth)).toEqual(failedBy('BOOTH_DEVICE_SILENT'));
  });

  it.each(phases)('%s, and speaks in time: it goes on', async (_what, silenceMs, reach) => {
    const opened = await open();
    reach(opened);
    await vi.advanceTimersByTimeAsync(silenceMs - 100);
    void opened.booth.receive(new Uint8Array(1));
    await vi.advanceTimersByTimeAsync(5000);
    expect(await endOf(opened.booth)).toBe('alive');
  });
});

describe('waiting for a face cell', () => {
  it('the citizen hears their place, no clock of theirs runs meanwhile, and a given cell is told', async () => {
    const { promise, resolve } = Promise.withResolvers<Cell>();
    const { booth, say, waits, heard } = await open({ takeFaceCell: () => promise });
    booth.onSend(() => undefined);
    await talk(booth, 100_000);
    say({ type: 'needFaceCell' });
    await vi.advanceTimersByTimeAsync(0);
    waits[0]!.onPlace!(2, 70_000);
    expect(heard.at(-1)).toEqual({ type: 'faceQueue', place: 2, estimateMs: 70_000 });
    // Longer than the device may be silent, and longer than its time.
    await vi.advanceTimersByTimeAsync(290_000);
    expect(await endOf(booth)).toBe('alive');
    vi.useRealTimers();
    resolve(playCell().cell);
    await expect.poll(() => heard.at(-1), { timeout: 20_000 }).toEqual({ type: 'faceCellGiven' });
    expect(await endOf(booth)).toBe('alive');
    await booth.close('BOOTH_SHUT_DOWN');
  });

  it('its time goes on where it stood: BOOTH_TIME_OUT', async () => {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const { booth, say } = await open({ takeFaceCell: () => promise });
    booth.onSend(() => undefined);
    await talk(booth, 200_000);
    say({ type: 'needFaceCell' });
    await vi.advanceTimersByTimeAsync(250_000);
    resolve(undefined);
    await talk(booth, 99_000);
    expect(await endOf(booth)).toBe('alive');
    await talk(booth, 2000);
    expect(await endOf(booth)).toEqual(failedBy('BOOTH_TIME_OUT'));
  });

  it('is bounded, and who leaves gives the place up', async () => {
    const { booth, say, waits } = await open({ takeFaceCell: () => new Promise(() => {}) });
    say({ type: 'needFaceCell' });
    await vi.advanceTimersByTimeAsync(0);
    expect([waits[0]!.waitMs, waits[0]!.signal?.aborted]).toEqual([300_000, false]);
    await Promise.all([booth.close('BOOTH_SHUT_DOWN'), vi.advanceTimersByTimeAsync(0)]);
    expect(waits[0]!.signal?.aborted).toBe(true);
  });
});

describe('who is behind', () => {
  it('a booth that does not read has its device wait, and one that reads does not', async () => {
    const { booth, stopReading } = await open();
    expect(booth.receive(new Uint8Array(10))).toBeUndefined();
    const readOn = stopReading();
    const behind = booth.receive(new Uint8Array(10));
    expect(behind).toBeInstanceOf(Promise);
    readOn();
    await behind;
    expect(booth.receive(new Uint8Array(10))).toBeUndefined();
  });

  it('a device that does not read has its booth wait until it has read everything', async () => {
    const { booth, say, stops } = await open();
    const reads: (() => void)[] = [];
    booth.onSend(() => new Promise((resolve) => reads.push(resolve)));
    say({ type: 'client' });
    say({ type: 'client' });
    expect([stops.paused > 0, stops.resumed]).toEqual([true, 0]);
    reads[0]!();
    await vi.advanceTimersByTimeAsync(0);
    expect(stops.resumed).toBe(0);
    reads[1]!();
    await vi.advanceTimersByTimeAsync(0);
    expect(stops.resumed).toBe(1);
  });
});

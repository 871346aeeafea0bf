import { type LogEntry, type ReceiptClaims, type ReceiptFile, receiptClaims, receiptHash, signerFaults } from '@visavis/contract';
import type { Registry } from '@visavis/registry';
import { describe, expect, it } from 'vitest';
import { SmallLog } from '../../../../test/support/small-log.ts';
import type { LoggedEvent } from '../event-log.ts';
import { type OperatorSigner, SignerRefused } from '../operator-signer.ts';
import { type EndedBooth, writeReceipt } from './write-receipt.ts';

const NOW_MS = Date.parse('2026-11-22T12:00:00Z');
const booth: EndedBooth = { enrolmentId: 'AAAAAAAAAAAAAAAAAAAAAA', clientKeyThumbprint: 'A'.repeat(43), boothKeyHash: 'B'.repeat(43), startedAtMs: NOW_MS - 60_000, endedAtMs: NOW_MS, outcome: 'accept', events: new Set() };

/** Writes a receipt in a world whose parts fail as often as said. */
async function write(fails: { readonly signer?: number; readonly log?: number; readonly database?: number } = {}, ended = booth) {
  const left = { signer: 0, log: 0, database: 0, ...fails };
  const signed: ReceiptClaims[] = [];
  const entries: LogEntry[] = [];
  const kept: ReceiptFile[] = [];
  const events: LoggedEvent[] = [];
  const log = new SmallLog();
  const mayFail = (part: keyof typeof left, error: Error): void => {
    if (left[part]-- > 0) throw error;
  };
  const registry = {
    clock: () => NOW_MS,
    log: {
      append: async (entry: LogEntry) => {
        mayFail('log', new Error('the log is full'));
        entries.push(entry);
        return log.append(entry);
      },
    },
    pool: {
      query: async (_text: string, [, file]: [string, ReceiptFile]) => {
        mayFail('database', new Error('connection lost'));
        kept.push(file);
      },
    },
  } as unknown as Registry;
  const signer = {
    signReceipt: async (claims: ReceiptClaims) => {
      mayFail('signer', new SignerRefused(signerFaults.fault('SIGNER_UNAVAILABLE')));
      signed.push(claims);
      return `a.b.${signed.length}`;
    },
  } as unknown as OperatorSigner;
  const pauses: number[] = [];
  await writeReceipt({ registry, signer, log: (event) => events.push(event) }, ended, async (ms) => pauses.push(ms));
  return { signed, entries, kept, events, pauses };
}

describe('the writing of a receipt', () => {
  it('honest twin: signed, logged with its hash, kept', async () => {
    const { signed, entries, kept, events } = await write();
    expect([signed.length, entries.length, kept.length, events]).toEqual([1, 1, 1, []]);
    expect(receiptClaims.safeParse(signed[0]).success).toBe(true);
    expect(entries[0]).toEqual({ kind: 'boothEnded', at: '2026-11-22T12:00:00.000Z', boothKeyHash: booth.boothKeyHash, outcome: 'accept', receiptHash: await receiptHash('a.b.1') });
    expect(kept[0]!.receipt).toBe('a.b.1');
  });

  it('goes on where it was when a part is away for a moment: one signature, one entry', async () => {
    for (const fails of [{ signer: 2 }, { log: 2 }, { database: 2 }, { signer: 1, log: 1, database: 1 }]) {
      const { signed, entries, kept, events } = await write(fails);
      expect([signed.length, entries.length, kept.length]).toEqual([1, 1, 1]);
      expect(events.map(({ event }) => event)).toEqual(Array.from({ length: Object.values(fails).reduce((sum, n) => sum + n, 0) }, () => 'receipt.failed'));
    }
  });

  it('gives up in the end, says why by code only, and keeps nothing', async () => {
    const { kept, events, pauses } = await write({ signer: 100 });
    expect([kept, pauses, events.at(-1)]).toEqual([[], [500, 2000, 5000], { event: 'receipt.failed', code: 'SIGNER_UNAVAILABLE' }]);
    expect(JSON.stringify((await write({ database: 100 })).events)).not.toContain('connection');
  });

  it('whatever came into the room and however it ended, the receipt is well-formed, and nothing of a face is among what is kept', async () => {
    const everything = new Set(['chip.started', 'document.arrived', 'chip.authentic', 'portrait.handed', 'frame.arrived', 'nothing.known']);
    for (const outcome of ['accept', 'refer', 'reject', 'withdrawn', 'failed'] as const) {
      for (const events of [new Set<string>(), everything]) {
        const [claims] = (await write({}, { ...booth, outcome, events })).signed;
        expect(receiptClaims.safeParse(claims).error).toBeUndefined();
        expect(JSON.stringify(claims!.kept)).not.toMatch(/face|portrait|template|image/i);
      }
    }
  });

  it('a room that failed after it had a face may have accepted just before: what would be kept then is named', async () => {
    const kept = async (outcome: EndedBooth['outcome'], events: readonly string[]) => (await write({}, { ...booth, outcome, events: new Set(events) })).signed[0]!.kept.map(({ what }) => what);
    expect(await kept('failed', ['portrait.handed'])).toContain('printedIdentity');
    expect(await kept('failed', ['chip.started'])).not.toContain('printedIdentity');
    expect(await kept('reject', ['portrait.handed'])).not.toContain('printedIdentity');
  });
});

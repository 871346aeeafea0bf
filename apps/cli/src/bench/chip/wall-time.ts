import { batchMs, type Latency } from '@visavis/specimen';
import type { ReadingTrace } from './trace-reading.ts';

/** What a chip and the phone's stack take for a command, transfer by radio included; reported for iPhones and Android phones as 20–46 ms. */
const APDU_MS = 25;

export interface WallTime {
  readonly rttMs: number;
  /** As the terminal does it: a network round trip for each batch. */
  readonly batchedMs: number;
  /** As a terminal of today that is put behind a relay: its own commands (`conventionalCommands`), each on a round trip of its own. */
  readonly relayedMs: number;
  /** The same commands from a terminal in the phone, which uploads what it read. */
  readonly localMs: number;
}

/** The same bytes pass in each way of reading: what they take on the link is left out. */
const latency = (rttMs: number): Latency => ({ apduMs: APDU_MS, linkKbitPerS: Number.POSITIVE_INFINITY, rttMs });

/** Modelled, not measured on a phone: the counts are a real reading's, the times are the model's. */
export function wallTime(trace: ReadingTrace, conventionalCommands: number, rttMs: number): WallTime {
  const batchedMs = trace.batches.reduce((sum, batch) => sum + batchMs(latency(rttMs), batch), 0);
  return { rttMs, batchedMs, relayedMs: relayedMs(conventionalCommands, rttMs), localMs: batchMs(latency(rttMs), trace) };
}

/** The terminal's own commands, each on a round trip of its own: what batching alone saves. */
export const singlyMs = (trace: ReadingTrace, rttMs: number): number => relayedMs(trace.commands, rttMs);

const relayedMs = (commands: number, rttMs: number): number => commands * batchMs(latency(rttMs), { commands: 1, bytes: 0 });

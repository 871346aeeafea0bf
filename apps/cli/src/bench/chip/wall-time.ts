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

/** Modelled, not measured on a phone: the counts are a real reading's, the times are the model's. */
export function wallTime(trace: ReadingTrace, conventionalCommands: number, rttMs: number): WallTime {
  const chipMs = trace.commands * APDU_MS;
  return { rttMs, batchedMs: chipMs + trace.batches.length * rttMs, relayedMs: conventionalCommands * (APDU_MS + rttMs), localMs: chipMs + rttMs };
}

/** The terminal's own commands, each on a round trip of its own: what batching alone saves. */
export const singlyMs = (trace: ReadingTrace, rttMs: number): number => trace.commands * (APDU_MS + rttMs);

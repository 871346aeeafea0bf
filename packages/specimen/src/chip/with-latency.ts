import type { Chip } from './create-chip.ts';
import { type BatchAnswers, type BatchCommand, transmitBatch } from './transmit-batch.ts';

/** Where the time of a reading goes, as a model: nothing here waits. */
export interface Latency {
  /** Chip, antenna and phone, per command. */
  readonly apduMs: number;
  /** Between phone and server, each way. */
  readonly linkKbitPerS: number;
  /** Between phone and server, once per batch; 0 for a reader on the same machine. */
  readonly rttMs: number;
}

/** What one batch takes. */
export const batchMs = ({ apduMs, linkKbitPerS, rttMs }: Latency, { commands, bytes }: { readonly commands: number; readonly bytes: number }): number => rttMs + commands * apduMs + (8 * bytes) / linkKbitPerS;

export interface TimedChip extends Chip {
  /** A batch as a relay carries it. */
  transmitBatch(commands: readonly BatchCommand[]): BatchAnswers;
  /** Of everything since it was made. */
  readonly modelledMs: number;
}

/** Counts the time that commands and batches would take. A single `transmit` is a batch of one. */
export function withLatency(chip: Chip, latency: Latency): TimedChip {
  let modelledMs = 0;
  const count = (commands: number, bytes: number): void => {
    modelledMs += batchMs(latency, { commands, bytes });
  };
  const sum = (parts: readonly Uint8Array[]): number => parts.reduce((bytes, part) => bytes + part.length, 0);
  return {
    powerOn: () => chip.powerOn(),
    transmit(apdu) {
      const answer = chip.transmit(apdu);
      count(1, apdu.length + answer.length);
      return answer;
    },
    transmitBatch(commands) {
      const received = transmitBatch(chip, commands);
      count(received.answers.length, sum(commands.map(({ apdu }) => apdu)) + sum(received.answers));
      return received;
    },
    get modelledMs() {
      return modelledMs;
    },
  };
}

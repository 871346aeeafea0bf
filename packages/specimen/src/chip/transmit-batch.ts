import { type Bytes, toHex } from '@visavis/kernel';
import type { Chip } from './create-chip.ts';

/** Same shape as the terminal's commands: an APDU, and hexadecimal beginnings of the status words that let the batch go on. */
export interface BatchCommand {
  readonly apdu: Uint8Array;
  /** Empty: any status. */
  readonly accept: readonly string[];
}

export interface BatchAnswers {
  readonly answers: readonly Bytes[];
  readonly ended: 'complete' | 'statusMismatch' | 'tagLost';
}

/** Carries a batch to the chip as a relay does: in order, and no further than the first status word that was not accepted. */
export function transmitBatch(chip: Chip, commands: readonly BatchCommand[]): BatchAnswers {
  const answers: Bytes[] = [];
  for (const { apdu, accept } of commands) {
    const response = chip.transmit(apdu);
    answers.push(response);
    const status = toHex(response.slice(-2));
    if (accept.length > 0 && !accept.some((prefix) => status.startsWith(prefix))) return { answers, ended: 'statusMismatch' };
  }
  return { answers, ended: 'complete' };
}

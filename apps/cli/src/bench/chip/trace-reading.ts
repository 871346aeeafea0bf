import { randomBytes } from 'node:crypto';
import { type DocumentReading, readDocument, type TrustStore, verifyAuthenticity } from '@visavis/emrtd';
import { createChip, type Passport, transmitBatch } from '@visavis/specimen';

/** What one reading took, batch by batch. */
export interface ReadingTrace {
  readonly batches: readonly { readonly commands: number; readonly bytes: number }[];
  readonly commands: number;
  /** Opening the chip and having it prove itself: all but SELECT of a file and READ BINARY, told by the command's header, which is never encrypted. */
  readonly commandsBesideReads: number;
  readonly bytes: number;
  readonly reading: DocumentReading;
}

/**
 * The real terminal reads the simulated chip; commands and answers are counted as they pass. Throws unless the document
 * is then proved genuine and its chip the original: a reading that left something out would be a fast one.
 * @param o.extendedLengthBytes what the chip says it takes in one piece; undefined: short commands only
 */
export function traceReading(o: { readonly passport: Passport; readonly trustStore: TrustStore; readonly atMs: number; readonly extendedLengthBytes: number | undefined }): ReadingTrace {
  const chip = createChip(o.passport, o.extendedLengthBytes === undefined ? {} : { extendedLengthBytes: o.extendedLengthBytes });
  const terminal = readDocument({ access: o.passport.access, random: (n) => randomBytes(n), optionalDataGroups: [] });
  const batches: { commands: number; bytes: number }[] = [];
  let commandsBesideReads = 0;
  let step = terminal.next();
  while (step.done !== true) {
    const received = transmitBatch(chip, step.value.commands);
    const sent = step.value.commands.slice(0, received.answers.length);
    commandsBesideReads += sent.filter(({ apdu }) => !isRead(apdu)).length;
    batches.push({ commands: sent.length, bytes: [...sent.map(({ apdu }) => apdu), ...received.answers].reduce((sum, { length }) => sum + length, 0) });
    step = terminal.next(received);
  }
  if (!step.value.ok) throw new Error(`the document did not read: ${step.value.fault.code}`);
  const { result } = verifyAuthenticity({ reading: step.value.value, trustStore: o.trustStore, atMs: o.atMs });
  if (!result.ok || result.value.chipProof === 'none') throw new Error(`the document is not proved: ${result.ok ? 'no chip proof' : result.fault.code}`);
  const total = (of: 'commands' | 'bytes'): number => batches.reduce((sum, batch) => sum + batch[of], 0);
  return { batches, commands: total('commands'), commandsBesideReads, bytes: total('bytes'), reading: step.value.value };
}

/** READ BINARY of either kind; SELECT by file identifier. */
const isRead = ([, ins, p1]: Uint8Array): boolean => ins === 0xb0 || ins === 0xb1 || (ins === 0xa4 && p1 === 0x02);

import type { TerminalAnswers, TerminalBatch } from '@visavis/emrtd';
import { err, ok, type Result, toHex } from '@visavis/kernel';
import type { Card, Client, Reader } from 'pcsc-mini';
import { chipCommandFaults } from './faults.ts';

/** PC/SC tells of readers one by one, without an end. */
const READERS_MS = 1_000;
const CARD_MS = 5_000;
/** A reader that works lets go of a card at once. */
const LETTING_GO_MS = 2_000;
/** The longest answer to an extended command, and its status word. */
const MAX_ANSWER_BYTES = 65_538;
/** SCARD_W_* of a card that went, as pcsc-mini names them; pcscd says NotTransacted when it goes in the middle of a command. */
const CARD_IS_GONE: readonly unknown[] = ['RemovedCard', 'ResetCard', 'NoSmartCard', 'UnpoweredCard', 'UnresponsiveCard', 'NotTransacted'];

export interface PcscCard {
  /** @faults PCSC_TRANSMISSION_FAILED */
  transmit(batch: Pick<TerminalBatch, 'commands'>): Promise<Result<TerminalAnswers>>;
  close(): Promise<void>;
}

/** @faults PCSC_UNAVAILABLE */
export async function listReaders(): Promise<Result<readonly string[]>> {
  const readers = await withReaders(READERS_MS, () => false);
  if (!readers.ok) return readers;
  leave(readers.value.client);
  return ok(readers.value.readers.map((reader) => reader.name()));
}

/** The card on a reader. @faults PCSC_UNAVAILABLE, PCSC_READER_UNKNOWN, PCSC_CARD_ABSENT */
export async function openPcscCard(name: string): Promise<Result<PcscCard>> {
  const { CardDisposition, CardMode, ReaderStatus } = await import('pcsc-mini');
  let present = undefined as Promise<Card | undefined> | undefined;
  const opened = await withReaders(READERS_MS, (reader) => {
    if (reader.name() !== name) return false;
    // Listened to at once: the first change is told right after the reader.
    present = new Promise((resolve) => {
      const timer = setTimeout(() => resolve(undefined), CARD_MS);
      let connecting = false;
      const meet = async (): Promise<void> => {
        connecting = true;
        try {
          resolve(await reader.connect(CardMode.SHARED));
          clearTimeout(timer);
        } catch {
          // A document that is still being laid down may fail once: the next change tries again.
          connecting = false;
        }
      };
      reader.on('change', (status) => {
        if (!connecting && status.has(ReaderStatus.PRESENT) && !status.has(ReaderStatus.MUTE)) void meet();
      });
    });
    return true;
  });
  if (!opened.ok) return opened;
  const { client, readers } = opened.value;
  if (present === undefined) {
    leave(client);
    return err(chipCommandFaults.fault('PCSC_READER_UNKNOWN', { readers: readers.length }));
  }
  const card = await present;
  if (card === undefined) {
    leave(client);
    return err(chipCommandFaults.fault('PCSC_CARD_ABSENT'));
  }
  return ok({
    transmit: (batch) => carry(card, batch),
    async close() {
      // A card that was taken away cannot be let go of, and some drivers never say so.
      await atMost(LETTING_GO_MS, card.disconnect(CardDisposition.RESET).catch(() => undefined));
      leave(client);
    },
  });
}

async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([work, new Promise((resolve) => (timer = setTimeout(resolve, ms)))]);
  clearTimeout(timer);
}

async function carry(card: Card, batch: Pick<TerminalBatch, 'commands'>): Promise<Result<TerminalAnswers>> {
  const answers: Uint8Array[] = [];
  for (const { apdu, accept } of batch.commands) {
    let answer: Uint8Array;
    try {
      answer = (await card.transmit(apdu, new ArrayBuffer(MAX_ANSWER_BYTES))).slice();
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (CARD_IS_GONE.includes(code)) return ok({ answers, ended: 'tagLost' });
      return err(chipCommandFaults.fault('PCSC_TRANSMISSION_FAILED', { answered: answers.length, code: String(code) }));
    }
    // Every answer of a card ends in a status word; a driver that gives none has lost the card.
    if (answer.length < 2) return ok({ answers, ended: 'tagLost' });
    answers.push(answer);
    const status = toHex(answer.subarray(-2));
    if (accept.length > 0 && !accept.some((prefix) => status.startsWith(prefix))) return ok({ answers, ended: 'statusMismatch' });
  }
  return ok({ answers, ended: 'complete' });
}

/** A service that ended cannot be left: it throws. */
function leave(client: Client): void {
  try {
    client.stop();
  } catch {
    // Nothing is held any more.
  }
}

/** Loaded here only: other commands need no PC/SC on the machine. */
async function withReaders(ms: number, isWanted: (reader: Reader) => boolean): Promise<Result<{ readonly client: Client; readonly readers: readonly Reader[] }>> {
  const unavailable = err(chipCommandFaults.fault('PCSC_UNAVAILABLE'));
  try {
    const { Client } = await import('pcsc-mini');
    const client = new Client();
    const readers: Reader[] = [];
    return await new Promise((resolve) => {
      const done = (): void => resolve(ok({ client, readers }));
      const timer = setTimeout(done, ms);
      client.on('error', () => {
        clearTimeout(timer);
        leave(client);
        resolve(unavailable);
      });
      client.on('reader', (reader) => {
        readers.push(reader);
        if (!isWanted(reader)) return;
        clearTimeout(timer);
        done();
      });
      client.start();
    });
  } catch {
    return unavailable;
  }
}

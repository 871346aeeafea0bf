import { err, ok, type Result } from '@visavis/kernel';
import { type CommandApdu, encodeCommand } from '../apdu/command-apdu.ts';
import { parseResponse, type ResponseApdu, statusHex } from '../apdu/response-apdu.ts';
import { type EmrtdFault, emrtdFaults } from '../faults.ts';
import { openAnswer } from '../secure-messaging/open-answer.ts';
import { protectCommand } from '../secure-messaging/protect-command.ts';
import type { SecureChannel } from '../secure-messaging/secure-channel.ts';
import type { TerminalAnswers, TerminalBatch } from './terminal-batch.ts';

/** Commands of one session: a 64 KiB portrait by short READ BINARY takes 300. */
export const MAX_SESSION_COMMANDS = 480;
/** Commands of one batch: what the relay's message format carries at most. */
export const MAX_BATCH_COMMANDS = 320;
/** Bytes of all answers in one session: twice the largest document. */
const MAX_SESSION_ANSWER_BYTES = 256 * 1024;

/** A command of a batch; with a channel it is encrypted ahead under that channel's next counter. */
export interface Exchange {
  readonly command: CommandApdu;
  readonly accept: readonly string[];
  readonly channel?: SecureChannel | undefined;
}

/** A terminal step: yields batches, takes answers, ends in a result. */
export type TerminalStep<T> = Generator<TerminalBatch, Result<T, EmrtdFault>, TerminalAnswers>;

/** The answers of one batch, opened one by one: the caller decides when a protected answer may be looked at. */
export interface BatchAnswers {
  readonly count: number;
  /** @faults CHIP_SECURE_MESSAGING_BROKEN, CHIP_ANSWER_MALFORMED; CHIP_RELAY_MISBEHAVED when the relay did not get that far */
  open(index: number): Result<ResponseApdu, EmrtdFault>;
}

/** One presence of a chip in the field: sends batches, keeps the counters of its channels in step, and bounds everything. */
export class CardSession {
  commands = 0;
  roundTrips = 0;
  #answerBytes = 0;

  /**
   * Sends one batch. A channel's counter moves by two for every command that was answered: the relay may stop early,
   * and what it did not send never happened.
   * @faults CHIP_TAG_LOST, CHIP_SESSION_TOO_LONG, CHIP_RELAY_MISBEHAVED
   */
  *send(step: TerminalBatch['step'], exchanges: readonly Exchange[]): TerminalStep<BatchAnswers> {
    this.commands += exchanges.length;
    this.roundTrips++;
    if (this.commands > MAX_SESSION_COMMANDS || exchanges.length > MAX_BATCH_COMMANDS) return err(emrtdFaults.fault('CHIP_SESSION_TOO_LONG', { commands: this.commands }));
    const counters = new Map<SecureChannel, bigint>();
    const sent = exchanges.map((exchange) => {
      const { channel, command, accept } = exchange;
      if (channel === undefined) return { channel, ssc: 0n, accept, apdu: encodeCommand(command) };
      const ssc = counters.get(channel) ?? channel.ssc;
      counters.set(channel, ssc + 2n);
      return { channel, ssc, accept, apdu: protectCommand(channel, ssc + 1n, command) };
    });
    const received = yield { step, commands: sent.map(({ apdu, accept }) => ({ apdu, accept })) };
    if (received.ended === 'tagLost') return err(emrtdFaults.fault('CHIP_TAG_LOST', { answered: received.answers.length }));
    const answers = received.answers.map((answer) => answer.slice());
    this.#answerBytes += answers.reduce((sum, answer) => sum + answer.length, 0);
    if (this.#answerBytes > MAX_SESSION_ANSWER_BYTES) return err(emrtdFaults.fault('CHIP_SESSION_TOO_LONG', { answerBytes: this.#answerBytes }));
    if (!stoppedWhereTold(sent, answers, received.ended)) return err(emrtdFaults.fault('CHIP_RELAY_MISBEHAVED', { sent: sent.length, answered: answers.length }));
    for (const { channel, ssc } of sent.slice(0, answers.length)) if (channel !== undefined) channel.ssc = ssc + 2n;
    return ok({
      count: answers.length,
      open: (index) => {
        const answer = answers[index];
        const exchange = sent[index];
        if (answer === undefined || exchange === undefined) return err(emrtdFaults.fault('CHIP_RELAY_MISBEHAVED', { answered: answers.length }));
        const response = exchange.channel === undefined ? parseResponse(answer) : openAnswer(exchange.channel, exchange.ssc + 2n, answer);
        if (response !== undefined) return ok(response);
        if (exchange.channel === undefined) return err(emrtdFaults.fault('CHIP_ANSWER_MALFORMED'));
        return err(emrtdFaults.fault('CHIP_SECURE_MESSAGING_BROKEN', { status: statusHex(parseResponse(answer)?.status ?? 0), bare: answer.length <= 2 }));
      },
    });
  }
}

/** Every answer but the last has an accepted status; the last one has not exactly when the relay says that it stopped there. */
function stoppedWhereTold(sent: readonly { readonly accept: readonly string[] }[], answers: readonly Uint8Array[], ended: 'complete' | 'statusMismatch'): boolean {
  if (answers.length > sent.length || answers.length === 0) return false;
  const accepted = answers.map((answer, i) => {
    const status = statusHex(parseResponse(answer)?.status ?? 0);
    const { accept } = sent[i]!;
    return accept.length === 0 || accept.some((prefix) => status.startsWith(prefix));
  });
  const firstRefused = accepted.indexOf(false);
  return ended === 'complete' ? firstRefused === -1 && answers.length === sent.length : firstRefused === answers.length - 1;
}

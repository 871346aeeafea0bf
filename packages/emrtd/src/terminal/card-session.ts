import { type Clock, concatBytes, err, ok, type Result } from '@visavis/kernel';
import { type CommandApdu, encodeCommand } from '../apdu/command-apdu.ts';
import { getResponse } from '../apdu/commands.ts';
import { parseResponse, type ResponseApdu, statusHex } from '../apdu/response-apdu.ts';
import { type EmrtdFault, emrtdFaults } from '../faults.ts';
import { openAnswer } from '../secure-messaging/open-answer.ts';
import { protectCommand } from '../secure-messaging/protect-command.ts';
import type { SecureChannel } from '../secure-messaging/secure-channel.ts';
import type { TerminalAnswers, TerminalBatch } from './terminal-batch.ts';
import { MAX_ANSWER_PARTS, MAX_BATCH_COMMANDS, MAX_SESSION_ANSWER_BYTES, MAX_SESSION_BATCHES, MAX_SESSION_COMMANDS, MAX_SESSION_SECONDS } from './terminal-limits.ts';

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

/** What came back for one batch, with what the terminal needs when a chip speaks outside its channel. */
export interface SentBatch extends BatchAnswers {
  /**
   * The status of an answer that should have been protected and is a bare error: some chips say so that they did not
   * take a command. Nobody vouches for it: it may only make the terminal ask again. A bare success is no such answer.
   */
  nakedError(index: number): number | undefined;
  /** The chip gave the last answer in parts: so many bytes came at first. */
  readonly firstPartBytes: number | undefined;
  /** Puts the channel's counter back to before this command, for a chip that does not count what it refused. */
  uncount(index: number): void;
}

/** One presence of a chip in the field: sends batches, keeps the counters of its channels in step, and bounds everything. */
export class CardSession {
  commands = 0;
  roundTrips = 0;
  #answerBytes = 0;
  readonly #clock: Clock | undefined;
  readonly #startedMs: number;

  /** @param clock without it there is no bound in seconds */
  constructor(clock?: Clock) {
    this.#clock = clock;
    this.#startedMs = clock?.() ?? 0;
  }

  /**
   * Sends one batch. A channel's counter moves by two for every command that was answered: the relay may stop early,
   * and what it did not send never happened. An answer that ends in 61xx is completed by GET RESPONSE.
   * @faults CHIP_TAG_LOST, CHIP_SESSION_TOO_LONG, CHIP_RELAY_MISBEHAVED
   */
  *send(step: TerminalBatch['step'], exchanges: readonly Exchange[]): TerminalStep<SentBatch> {
    const counters = new Map<SecureChannel, bigint>();
    const sent = exchanges.map(({ channel, command, accept }) => {
      if (channel === undefined) return { channel, ssc: 0n, accept, le: command.le, apdu: encodeCommand(command) };
      const ssc = counters.get(channel) ?? channel.ssc;
      counters.set(channel, ssc + 2n);
      return { channel, ssc, accept, le: command.le, apdu: protectCommand(channel, ssc + 1n, command) };
    });
    const carried = yield* this.#carry(step, sent);
    if (!carried.ok) return carried;
    const answers = carried.value;
    const last = answers.length - 1;
    const firstPartBytes = hasMore(answers[last]!) ? answers[last]!.length - 2 : undefined;
    for (let part = 1; hasMore(answers[last]!); part++) {
      if (part > MAX_ANSWER_PARTS) return err(emrtdFaults.fault('CHIP_SESSION_TOO_LONG', { answerParts: part }));
      const { data, status } = parseResponse(answers[last]!)!;
      const rest = yield* this.#carry(step, [{ accept: [], apdu: encodeCommand(getResponse(status & 0xff || 256)) }]);
      if (!rest.ok) return rest;
      answers[last] = concatBytes(data, rest.value[0]!);
    }
    for (const { channel, ssc } of sent.slice(0, answers.length)) if (channel !== undefined) channel.ssc = ssc + 2n;
    return ok({
      count: answers.length,
      firstPartBytes,
      open: (index) => {
        const answer = answers[index];
        const exchange = sent[index];
        if (answer === undefined || exchange === undefined) return err(emrtdFaults.fault('CHIP_RELAY_MISBEHAVED', { answered: answers.length }));
        const response = exchange.channel === undefined ? parseResponse(answer) : openAnswer(exchange.channel, exchange.ssc + 2n, answer);
        const parts = index === last && firstPartBytes !== undefined;
        // More than was asked for is no answer to this command; a chip that gives an answer in parts may give all of it.
        const tooMuch = !parts && response !== undefined && response.data.length > (exchange.le ?? Number.POSITIVE_INFINITY);
        if (response !== undefined && !tooMuch) return ok(response);
        if (exchange.channel === undefined) return err(emrtdFaults.fault('CHIP_ANSWER_MALFORMED'));
        return err(emrtdFaults.fault('CHIP_SECURE_MESSAGING_BROKEN', { status: statusHex(parseResponse(answer)?.status ?? 0), bare: answer.length <= 2 }));
      },
      nakedError: (index) => {
        const answer = answers[index];
        if (answer === undefined || sent[index]?.channel === undefined || answer.length !== 2) return undefined;
        const { status } = parseResponse(answer)!;
        return isSuccess(status) ? undefined : status;
      },
      uncount: (index) => {
        const exchange = sent[index];
        if (exchange?.channel !== undefined) exchange.channel.ssc = exchange.ssc;
      },
    });
  }

  /** One batch over the relay, within bounds. */
  *#carry(step: TerminalBatch['step'], sent: readonly { readonly apdu: Uint8Array; readonly accept: readonly string[] }[]): TerminalStep<Uint8Array[]> {
    this.commands += sent.length;
    this.roundTrips++;
    if (this.commands > MAX_SESSION_COMMANDS || sent.length > MAX_BATCH_COMMANDS) return err(emrtdFaults.fault('CHIP_SESSION_TOO_LONG', { commands: this.commands }));
    if (this.roundTrips > MAX_SESSION_BATCHES) return err(emrtdFaults.fault('CHIP_SESSION_TOO_LONG', { roundTrips: this.roundTrips }));
    const received = yield { step, commands: sent.map(({ apdu, accept }) => ({ apdu, accept })) };
    const seconds = ((this.#clock?.() ?? 0) - this.#startedMs) / 1000;
    if (received.ended === 'tagLost') return err(emrtdFaults.fault('CHIP_TAG_LOST', { answered: received.answers.length }));
    if (seconds > MAX_SESSION_SECONDS) return err(emrtdFaults.fault('CHIP_SESSION_TOO_LONG', { seconds: Math.round(seconds) }));
    const answers = received.answers.map((answer) => answer.slice());
    this.#answerBytes += answers.reduce((sum, answer) => sum + answer.length, 0);
    if (this.#answerBytes > MAX_SESSION_ANSWER_BYTES) return err(emrtdFaults.fault('CHIP_SESSION_TOO_LONG', { answerBytes: this.#answerBytes }));
    if (!stoppedWhereTold(sent, answers, received.ended)) return err(emrtdFaults.fault('CHIP_RELAY_MISBEHAVED', { sent: sent.length, answered: answers.length }));
    // Commands that were planned but not reached do not count.
    this.commands -= sent.length - answers.length;
    return ok(answers);
  }
}

const isSuccess = (status: number): boolean => status === 0x9000 || status >> 8 === 0x61;
const hasMore = (answer: Uint8Array): boolean => (parseResponse(answer)?.status ?? 0) >> 8 === 0x61;

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

import { err, ok, type Result } from '@visavis/kernel';
import { isLostSecurity, type ResponseApdu } from '../apdu/response-apdu.ts';
import { type EmrtdFault, emrtdFaults } from '../faults.ts';
import type { SentBatch } from './card-session.ts';
import type { ReadingHabits } from './reading-habits.ts';

/** An answer of a batch, or that the chip has left the protected connection. */
export type ProtectedAnswer = { readonly kind: 'answer'; readonly response: ResponseApdu; readonly naked: boolean } | { readonly kind: 'dropped'; readonly status: number };

/**
 * Opens the answers of a batch for a chip that may say some errors outside its protected connection. Such an error is
 * nobody's word: it counts as a refusal of its command and nothing else. Chips differ in what becomes of the counter:
 * where more answers follow, they show it; where the error came last, the next batch begins with the counter as it was
 * before that command, and shows it. An answer that cannot be opened after that means that the channel is gone; a bare
 * success, or data without protection, is an attack and ends the reading.
 */
export class ProtectedAnswers {
  readonly #sent: SentBatch;
  readonly #habits: ReadingHabits;
  /** No answer was opened yet since the counter was put back. */
  #trying: boolean;
  /** The last answer was a bare error, and the counter was put back for it. */
  uncounted = false;

  constructor(sent: SentBatch, habits: ReadingHabits, recovering: boolean) {
    this.#sent = sent;
    this.#habits = habits;
    this.#trying = recovering;
  }

  /** This chip has shown that it counts what it refuses so. */
  get #counts(): boolean {
    return this.#habits.quirks.has('nakedStatus');
  }

  get count(): number {
    return this.#sent.count;
  }

  /** In order, each once. @faults CHIP_SECURE_MESSAGING_BROKEN */
  open(index: number): Result<ProtectedAnswer, EmrtdFault> {
    const naked = this.#sent.nakedError(index);
    if (naked === undefined) {
      const opened = this.#sent.open(index);
      if (!opened.ok) return opened;
      if (this.#trying) this.#habits.note('nakedStatusUncounted');
      this.#trying = false;
      return ok({ kind: 'answer', response: opened.value, naked: false });
    }
    if (isLostSecurity(naked)) return ok({ kind: 'dropped', status: naked });
    const response = { data: new Uint8Array(), status: naked };
    if (index === this.#sent.count - 1) {
      if (!this.#counts) {
        this.#sent.uncount(index);
        this.uncounted = true;
      }
      return ok({ kind: 'answer', response, naked: true });
    }
    let next = index + 1;
    while (next < this.#sent.count && this.#sent.nakedError(next) !== undefined) next++;
    if (next === this.#sent.count) return ok(this.#counts && !isLostSecurity(this.#sent.nakedError(next - 1)!) ? { kind: 'answer', response, naked: true } : { kind: 'dropped', status: naked });
    if (!this.#sent.open(next).ok) return err(emrtdFaults.fault('CHIP_SECURE_MESSAGING_BROKEN', { after: 'nakedStatus' }));
    this.#habits.note('nakedStatus');
    return ok({ kind: 'answer', response, naked: true });
  }
}

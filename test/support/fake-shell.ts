import { type FromChipShell, type ToChipShell, toChipShell } from '@visavis/contract';
import { fromHex, toHex } from '@visavis/kernel';
import { createChip, type Passport, transmitBatch } from '@visavis/specimen';

/** A phone's native side with a passport before it, as docs/native-bridge.md wants one; the page is somewhere else. */
export interface FakeShell {
  /** What the page posted. */
  hear(text: string): void;
  hold(passport: Passport): void;
  /** Before the second command of the next batch is answered. */
  takeAwayDuringNextBatch(): void;
  /** What its sheet said. */
  readonly said: readonly string[];
}

export function createFakeShell(say: (text: string) => void): FakeShell {
  const tell = (message: FromChipShell): void => say(JSON.stringify(message));
  const said: string[] = [];
  let held: Passport | undefined;
  let present: { readonly session: string; readonly chip: ReturnType<typeof createChip> } | undefined;
  let isTaken = false;
  const carry = (message: Extract<ToChipShell, { type: 'batch' }>): void => {
    const { session, batch, commands } = message;
    if (present?.session !== session) return tell({ type: 'closed', session, why: 'tagLost' });
    const { answers, ended } = transmitBatch(present.chip, (isTaken ? commands.slice(0, 1) : commands).map(({ apdu, accept }) => ({ apdu: fromHex(apdu), accept })));
    if (isTaken) present = undefined;
    tell({ type: 'answers', session, batch, answers: answers.map(toHex), ended: isTaken ? 'tagLost' : ended });
  };
  return {
    said,
    hold(passport) {
      held = passport;
      isTaken = false;
    },
    takeAwayDuringNextBatch() {
      isTaken = true;
    },
    hear(text) {
      const message = toChipShell.parse(JSON.parse(text));
      switch (message.type) {
        case 'open':
          said.push(message.words);
          if (held === undefined) return tell({ type: 'closed', session: message.session, why: 'timeout' });
          present = { session: message.session, chip: createChip(held) };
          return tell({ type: 'opened', version: 1, session: message.session });
        case 'batch':
          return carry(message);
        case 'say':
          said.push(message.words);
          return;
        case 'close':
          if (present?.session === message.session) present = undefined;
          return;
        default:
          throw new TypeError(`no such message: ${JSON.stringify(message satisfies never)}`);
      }
    },
  };
}

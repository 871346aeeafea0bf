import { type CardAnswers, type CardBatch, CHIP_BRIDGE_VERSION, type FromChipShell, fromChipShell, MAX_BRIDGE_MESSAGE_LENGTH, type ToChipShell } from '@visavis/contract';
import { toBase64Url } from '@visavis/kernel';
import type { ReachedChip } from '../ports.ts';

/** The part of a shell that is used: what Android's `addWebMessageListener` injects has it, and iOS is given it by a few lines. */
export interface ChipShell {
  postMessage(text: string): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  removeEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
}

/** A passport is fetched, opened and held to the right place of the phone. */
const OPENED_WITHIN_MS = 60_000;
/** The longest plan for a slow chip. */
const ANSWERED_WITHIN_MS = 30_000;
const SESSION_BYTES = 16;

/**
 * The chip at the phone's own NFC, by the shell around the page. The shell is believed nothing: what is not exactly the
 * message that is due is a lost tag, as is silence, and it stays lost; what came through is judged by the sealed room.
 * @param words what the phone's own sheet says while it waits for the document
 */
export function createBridgeChip(shell: ChipShell, words: string): ReachedChip {
  const session = toBase64Url(crypto.getRandomValues(new Uint8Array(SESSION_BYTES)));
  let isOver = false;
  let pending: { readonly batch: CardBatch; readonly resolve: (answers: CardAnswers) => void } | undefined;
  let timer: ReturnType<typeof setTimeout>;
  const opened = Promise.withResolvers<void>();
  let isOpen = false;
  let shown = words;

  const post = (message: ToChipShell): void => {
    try {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- an injected object, not a window
      shell.postMessage(JSON.stringify(message));
    } catch {
      end();
    }
  };
  const end = (): void => {
    if (isOver) return;
    isOver = true;
    clearTimeout(timer);
    shell.removeEventListener('message', hear);
    post({ type: 'close', session });
    opened.resolve();
    pending?.resolve(lostTag(pending.batch));
    pending = undefined;
  };
  const within = (ms: number): void => {
    clearTimeout(timer);
    timer = setTimeout(end, ms);
  };
  const hear = ({ data }: { readonly data: unknown }): void => {
    const message = parse(data);
    if (message === undefined) return end();
    // A late word of a document that was held before.
    if (message.session !== session) return;
    switch (message.type) {
      case 'opened':
        if (isOpen) return end();
        isOpen = true;
        clearTimeout(timer);
        return opened.resolve();
      case 'answers': {
        if (pending === undefined || !answersIt(message, pending.batch)) return end();
        clearTimeout(timer);
        const { batch, answers, ended } = message;
        pending.resolve({ batch, answers, ended });
        pending = undefined;
        if (ended === 'tagLost') end();
        return;
      }
      case 'closed':
        return end();
      default:
        throw new TypeError(`no such message: ${JSON.stringify(message satisfies never)}`);
    }
  };
  shell.addEventListener('message', hear);
  within(OPENED_WITHIN_MS);
  post({ type: 'open', version: CHIP_BRIDGE_VERSION, session, words });

  return {
    async transmit(batch) {
      await opened.promise;
      if (isOver) return lostTag(batch);
      if (pending !== undefined) throw new TypeError('a chip takes one batch at a time');
      const answered = new Promise<CardAnswers>((resolve) => {
        pending = { batch, resolve };
      });
      within(ANSWERED_WITHIN_MS);
      post({ type: 'batch', session, ...batch });
      return answered;
    },
    say(now) {
      // Told with each batch; a sheet that is written anew each time flickers.
      if (!isOver && now !== shown) post({ type: 'say', session, words: now });
      shown = now;
    },
    close: end,
  };
}

const lostTag = ({ batch }: CardBatch): CardAnswers => ({ batch, answers: [], ended: 'tagLost' });

/** As many answers as commands were asked, none beyond the one that ends it. */
function answersIt(message: Extract<FromChipShell, { type: 'answers' }>, { batch, commands }: CardBatch): boolean {
  const { length } = message.answers;
  return message.batch === batch && (message.ended === 'complete' ? length === commands.length : length <= commands.length);
}

function parse(data: unknown): FromChipShell | undefined {
  if (typeof data !== 'string' || data.length > MAX_BRIDGE_MESSAGE_LENGTH) return undefined;
  try {
    return fromChipShell.safeParse(JSON.parse(data)).data;
  } catch {
    return undefined;
  }
}

import { type CardAnswers, cardAnswers } from '@visavis/contract';
import type { ReachedChip, SocketLike } from '../ports.ts';

/**
 * A chip behind a socket that speaks `cardBatch` and `cardAnswers` as JSON text: the specimen state's chips, or a
 * reader helper. One connection is one presence of the chip in the field; when it closes, the tag is lost.
 * @param socket not necessarily open yet
 */
export function createRemoteChip(socket: SocketLike): ReachedChip {
  let gone = false;
  let pending: { readonly batch: number; readonly resolve: (answers: CardAnswers) => void } | undefined;
  const lose = (): void => {
    gone = true;
    pending?.resolve({ batch: pending.batch, answers: [], ended: 'tagLost' });
    pending = undefined;
  };
  const opened = new Promise<void>((resolve) => {
    socket.addEventListener('open', resolve);
    socket.addEventListener('close', () => {
      lose();
      resolve();
    });
    socket.addEventListener('error', () => {
      lose();
      resolve();
    });
  });
  socket.addEventListener('message', ({ data }) => {
    const answers = typeof data === 'string' ? parseAnswers(data) : undefined;
    if (answers === undefined || answers.batch !== pending?.batch) return socket.close();
    pending.resolve(answers);
    pending = undefined;
  });
  return {
    async transmit(batch) {
      await opened;
      if (gone) return { batch: batch.batch, answers: [], ended: 'tagLost' };
      if (pending !== undefined) throw new TypeError('a chip takes one batch at a time');
      const answered = new Promise<CardAnswers>((resolve) => {
        pending = { batch: batch.batch, resolve };
      });
      socket.send(JSON.stringify(batch));
      return answered;
    },
    say: () => undefined,
    close: () => socket.close(),
  };
}

function parseAnswers(text: string): CardAnswers | undefined {
  try {
    return cardAnswers.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

import type { CardBatch } from '@visavis/contract';
import { describe, expect, it } from 'vitest';
import type { SocketLike } from '../ports.ts';
import { createRemoteChip } from './create-remote-chip.ts';

/** A reader's socket that answers each batch as told. */
function readerThat(answer: (batch: CardBatch) => string | undefined): SocketLike {
  const target = new EventTarget();
  const close = () => void target.dispatchEvent(Object.assign(new Event('close'), { reason: '' }));
  setTimeout(() => target.dispatchEvent(new Event('open')), 0);
  return {
    binaryType: 'blob',
    bufferedAmount: 0,
    send(message) {
      const data = answer(JSON.parse(message as string) as CardBatch);
      setTimeout(() => (data === undefined ? close() : target.dispatchEvent(new MessageEvent('message', { data }))), 0);
    },
    close,
    addEventListener: (type: string, listener: (event: never) => void) => target.addEventListener(type, listener as unknown as EventListener),
  };
}

const batch: CardBatch = { batch: 4, commands: [{ apdu: '00a4040c', accept: ['9000'] }] };
const lost = { batch: 4, answers: [], ended: 'tagLost' };

describe('a chip behind a socket', () => {
  it('answers a batch', async () => {
    const answers = { batch: 4, answers: ['9000'], ended: 'complete' };
    expect(await createRemoteChip(readerThat(() => JSON.stringify(answers))).transmit(batch)).toEqual(answers);
  });

  it('is lost when the socket closes, and stays lost', async () => {
    const chip = createRemoteChip(readerThat(() => undefined));
    expect(await chip.transmit(batch)).toEqual(lost);
    expect(await chip.transmit(batch)).toEqual(lost);
  });

  it.each([
    ['no JSON', '['],
    ['another batch', JSON.stringify({ batch: 5, answers: [], ended: 'complete' })],
    ['more than the schema has', JSON.stringify({ batch: 4, answers: [], ended: 'complete', more: 1 })],
  ])('is lost when its reader speaks nonsense: %s', async (_name, said) => {
    expect(await createRemoteChip(readerThat(() => said)).transmit(batch)).toEqual(lost);
  });
});

import { type CardBatch, MAX_BRIDGE_MESSAGE_LENGTH, toChipShell, type ToChipShell } from '@visavis/contract';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ReachedChip } from '../ports.ts';
import { createBridgeChip } from './create-bridge-chip.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const batch: CardBatch = { batch: 4, commands: [{ apdu: '00a4040c', accept: ['9000'] }, { apdu: '00b0000000', accept: ['9000'] }] };
const lost = { batch: 4, answers: [], ended: 'tagLost' };

/** A shell that says nothing by itself. */
function shellThat(hears: (message: ToChipShell, say: (text: unknown) => void) => void = () => undefined) {
  const listeners = new Set<(event: { readonly data: unknown }) => void>();
  const heard: ToChipShell[] = [];
  const say = (message: unknown): void => {
    for (const listener of listeners) listener({ data: typeof message === 'string' || message instanceof ArrayBuffer ? message : JSON.stringify(message) });
  };
  return {
    heard,
    say,
    listeners,
    postMessage(text: string) {
      const message = toChipShell.parse(JSON.parse(text));
      heard.push(message);
      hears(message, say);
    },
    addEventListener: (_type: 'message', listener: (event: { readonly data: unknown }) => void) => void listeners.add(listener),
    removeEventListener: (_type: 'message', listener: (event: { readonly data: unknown }) => void) => void listeners.delete(listener),
  };
}
/** A document is in the field at once, and its answers are what the test says. */
const answering = (answer: (session: string) => unknown) =>
  shellThat((message, say) => {
    if (message.type === 'open') say({ type: 'opened', version: 1, session: message.session });
    if (message.type === 'batch') say(answer(message.session));
  });
const right = (session: string) => ({ type: 'answers', session, batch: 4, answers: ['9000', '019000'], ended: 'complete' });
const sessionOf = (shell: ReturnType<typeof shellThat>): string => shell.heard[0]!.session;
const isOver = async (chip: ReachedChip, shell: ReturnType<typeof shellThat>): Promise<void> => {
  expect(await chip.transmit(batch)).toEqual(lost);
  expect([shell.heard.at(-1)?.type, shell.listeners.size]).toEqual(['close', 0]);
};

describe('a chip at the phone that the page runs in', () => {
  it('is opened with words, answers a batch, shows progress, and is let go of', async () => {
    const shell = answering(right);
    const chip = createBridgeChip(shell, 'Hold your passport to the phone');
    expect(await chip.transmit(batch)).toEqual({ batch: 4, answers: ['9000', '019000'], ended: 'complete' });
    chip.say('Reading');
    chip.say('Reading');
    chip.close();
    const session = sessionOf(shell);
    expect(shell.heard).toEqual([
      { type: 'open', version: 1, session, words: 'Hold your passport to the phone' },
      { type: 'batch', session, ...batch },
      { type: 'say', session, words: 'Reading' },
      { type: 'close', session },
    ]);
    await isOver(chip, shell);
  });

  it('carries what a chip refused, and what came before a tag that was lost, which stays lost', async () => {
    expect(await createBridgeChip(answering((session) => ({ ...right(session), answers: ['6982'], ended: 'statusMismatch' })), '').transmit(batch)).toEqual({ batch: 4, answers: ['6982'], ended: 'statusMismatch' });
    const shell = answering((session) => ({ ...right(session), answers: ['9000'], ended: 'tagLost' }));
    const chip = createBridgeChip(shell, '');
    expect(await chip.transmit(batch)).toEqual({ batch: 4, answers: ['9000'], ended: 'tagLost' });
    await isOver(chip, shell);
  });

  const hostile: readonly (readonly [name: string, answer: (session: string) => unknown])[] = [
    ['no JSON', () => '{"type":'],
    ['no text', () => new ArrayBuffer(8)],
    ['what nobody knows', (session) => ({ type: 'portrait', session })],
    ['more than the message has', (session) => ({ ...right(session), more: 1 })],
    ['answers of another batch', (session) => ({ ...right(session), batch: 3 })],
    ['too few answers for all', (session) => ({ ...right(session), answers: ['9000'] })],
    ['more answers than commands', (session) => ({ ...right(session), answers: ['9000', '9000', '9000'], ended: 'statusMismatch' })],
    ['an answer that is no hexadecimal', (session) => ({ ...right(session), answers: ['9000', 'ok'] })],
    ['an answer longer than any', (session) => ({ ...right(session), answers: ['9000', '00'.repeat(65_545)] })],
    ['a message longer than any', (session) => `${' '.repeat(MAX_BRIDGE_MESSAGE_LENGTH)}${JSON.stringify(right(session))}`],
    ['that it opened once more', (session) => ({ type: 'opened', version: 1, session })],
    ['that it speaks another version', (session) => ({ type: 'opened', version: 2, session })],
    ['that its user cancelled', (session) => ({ type: 'closed', session, why: 'cancelled' })],
    ['that the document was taken away', (session) => ({ type: 'closed', session, why: 'tagLost' })],
  ];
  for (const [name, answer] of hostile)
    it(`is lost when the shell says ${name}`, async () => {
      const shell = answering(answer);
      const chip = createBridgeChip(shell, '');
      expect(await chip.transmit(batch)).toEqual(lost);
      await isOver(chip, shell);
    });

  it('hears nothing of an earlier document, whatever is said in its name', async () => {
    const shell = answering((session) => right(session));
    const chip = createBridgeChip(shell, '');
    const earlier = 'A'.repeat(22);
    shell.say({ ...right(earlier) });
    shell.say({ type: 'closed', session: earlier, why: 'cancelled' });
    expect((await chip.transmit(batch)).ended).toBe('complete');
  });

  it('is lost by answers that nobody asked for', async () => {
    const shell = answering(right);
    const chip = createBridgeChip(shell, '');
    shell.say(right(sessionOf(shell)));
    await isOver(chip, shell);
  });

  it('waits a minute for a document, half a minute for answers, and no longer', async () => {
    const silent = shellThat();
    const never = createBridgeChip(silent, '');
    const answered = never.transmit(batch);
    await vi.advanceTimersByTimeAsync(59_999);
    expect(silent.listeners.size).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(await answered).toEqual(lost);
    await isOver(never, silent);
    const slow = answering(() => ({}));
    slow.postMessage = (text) => {
      const message = toChipShell.parse(JSON.parse(text));
      slow.heard.push(message);
      if (message.type === 'open') setTimeout(() => slow.say({ type: 'opened', version: 1, session: message.session }), 59_000);
      if (message.type === 'batch') setTimeout(() => slow.say(right(message.session)), 29_000);
    };
    const chip = createBridgeChip(slow, '');
    const late = chip.transmit(batch);
    await vi.advanceTimersByTimeAsync(88_000);
    expect((await late).ended).toBe('complete');
    await vi.advanceTimersByTimeAsync(600_000);
    const again = chip.transmit(batch);
    await vi.advanceTimersByTimeAsync(29_000);
    expect((await again).ended).toBe('complete');
  });

  it('given up while the document is awaited is closed at once', async () => {
    const shell = shellThat();
    const chip = createBridgeChip(shell, '');
    const answered = chip.transmit(batch);
    chip.close();
    expect(await answered).toEqual(lost);
    await isOver(chip, shell);
  });

  it('ends in answers of the batch or a lost tag, whatever order a shell says things in', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(fc.constantFrom('opened', 'answers', 'closed', 'other', 'again'), fc.json()), { maxLength: 8 }), async (words) => {
        const shell = shellThat();
        const chip = createBridgeChip(shell, '');
        const session = sessionOf(shell);
        const said: Readonly<Record<string, unknown>> = { opened: { type: 'opened', version: 1, session }, answers: right(session), closed: { type: 'closed', session, why: 'timeout' }, other: { ...right(session), batch: 9 }, again: right(session) };
        const answered = chip.transmit(batch);
        for (const word of words) {
          shell.say(said[word] ?? word);
          await Promise.resolve();
          await Promise.resolve();
        }
        chip.close();
        expect([{ batch: 4, answers: ['9000', '019000'], ended: 'complete' }, lost]).toContainEqual(await answered);
        expect(shell.listeners.size).toBe(0);
      }),
    );
  });
});

import { fromHex, type Result, toHex } from '@visavis/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AccessKey } from '../access/access-key.ts';
import { emrtdFaults } from '../faults.ts';
import { MAX_SESSION_COMMANDS } from './terminal-limits.ts';
import type { DocumentReading } from './document-reading.ts';
import { readDocument } from './read-document.ts';
import recorded from './read-document.tapes.json' with { type: 'json' };
import { recordedRandom, type TapeName } from './recorded-tape.ts';
import type { TerminalAnswers } from './terminal-batch.ts';

type Edit = (answers: TerminalAnswers, batch: number) => TerminalAnswers;

/** Plays a tape: every command must be the recorded one, in order. With an edit, commands after the edited batch are not compared. */
function play(name: TapeName, edit?: Edit): { readonly result: Result<DocumentReading>; readonly roundTrips: number; readonly steps: readonly string[] } {
  const tape = recorded.tapes[name];
  const terminal = readDocument({ access: tape.access as AccessKey, random: recordedRandom(name), optionalDataGroups: [] });
  let step = terminal.next();
  const steps: string[] = [];
  let compared = true;
  while (step.done !== true) {
    const batch = tape.batches[steps.length];
    steps.push(step.value.step);
    const honest: TerminalAnswers = batch === undefined ? { answers: [], ended: 'tagLost' } : { answers: batch.answers.map(fromHex), ended: batch.ended as TerminalAnswers['ended'] };
    if (compared) expect(step.value.commands.map((c) => [toHex(c.apdu), ...c.accept])).toEqual(batch?.commands);
    const answers = edit?.(honest, steps.length - 1) ?? honest;
    if (answers !== honest) compared = false;
    step = terminal.next(answers);
  }
  return { result: step.value, roundTrips: steps.length, steps };
}

const codeOf = (result: Result<unknown>): string => (result.ok ? 'ok' : result.fault.code);

describe('readDocument on a tape', () => {
  it('PACE: six round trips, chip authentication included', () => {
    const { result, roundTrips, steps } = play('pace');
    if (!result.ok) throw new Error(result.fault.code);
    expect(roundTrips).toBe(6);
    expect(steps).toEqual(['access', 'access', 'access', 'access', 'reading', 'reading']);
    expect(result.value).toMatchObject({ accessProtocol: 'pace', downgraded: false, chipAuthentication: { status: 'completed' }, activeAuthentication: { status: 'answered' } });
    const { efCardAccess, efSod, dg1, dg2, dg14, dg15, ...notAskedFor } = result.value.files;
    expect([efCardAccess, efSod, dg1, dg2, dg14, dg15].every((file) => file !== undefined)).toBe(true);
    expect(Object.values(notAskedFor).every((file) => file === undefined)).toBe(true);
    expect(result.value.quirks).toEqual([]);
  });

  it('BAC: four round trips, chip authentication included', () => {
    const { result, roundTrips } = play('bac');
    expect(roundTrips).toBe(4);
    expect(result.ok && result.value).toMatchObject({ accessProtocol: 'bac', downgraded: false, chipAuthentication: { status: 'completed' } });
  });

  it('tag lost at any batch', () => {
    for (const name of ['pace', 'bac'] as const) {
      for (let lost = 0; lost < recorded.tapes[name].batches.length; lost++) {
        expect(codeOf(play(name, (honest, batch) => (batch === lost ? { answers: honest.answers.slice(0, 1), ended: 'tagLost' } : honest)).result)).toBe('CHIP_TAG_LOST');
      }
    }
  });

  it.each<readonly [string, string, TapeName, number, (answers: Uint8Array[]) => Partial<TerminalAnswers>]>([
    ['PACE token refused by the chip', 'CHIP_ACCESS_DENIED', 'pace', 4, () => ({ answers: [fromHex('6300')], ended: 'statusMismatch' })],
    ['PACE token of somebody else', 'CHIP_KEY_AGREEMENT_INVALID', 'pace', 4, (a) => ({ answers: [fromHex('7c0a860800000000000000009000'), ...a.slice(1)] })],
    ['PACE point off the curve', 'CHIP_KEY_AGREEMENT_INVALID', 'pace', 2, (a) => ({ answers: [a[0]!.map((byte, i) => (i === 40 ? byte ^ 1 : byte))] })],
    ['BAC refused by the chip', 'CHIP_ACCESS_DENIED', 'bac', 1, () => ({ answers: [fromHex('6300')], ended: 'statusMismatch' })],
    ['BAC answer of somebody else', 'CHIP_KEY_AGREEMENT_INVALID', 'bac', 1, (a) => ({ answers: [a[0]!.map((byte, i) => (i === 0 ? byte ^ 1 : byte))] })],
    ['neither PACE nor a challenge', 'CHIP_ACCESS_UNSUPPORTED', 'bac', 0, (a) => ({ answers: [...a.slice(0, 3), fromHex('6d00')] })],
    ['an unprotected answer', 'CHIP_SECURE_MESSAGING_BROKEN', 'bac', 2, (a) => ({ answers: [fromHex('9000'), ...a.slice(1)] })],
    ['fewer answers than told', 'CHIP_RELAY_MISBEHAVED', 'bac', 2, (a) => ({ answers: a.slice(0, -1), ended: 'complete' })],
    ['more answers than commands', 'CHIP_RELAY_MISBEHAVED', 'bac', 2, (a) => ({ answers: [...a, ...a, ...a] })],
    ['no answers', 'CHIP_RELAY_MISBEHAVED', 'bac', 2, () => ({ answers: [] })],
    ['an answer without a status', 'CHIP_ANSWER_MALFORMED', 'bac', 0, (a) => ({ answers: [...a.slice(0, 3), fromHex('90')] })],
  ])('%s: %s', (_what, code, name, at, edit) => {
    expect(codeOf(play(name, (honest, batch) => (batch === at ? { ...honest, ...edit([...honest.answers]) } : honest)).result)).toBe(code);
  });

  it('a chip that fails chip authentication is read, and the failure is kept', () => {
    const { result } = play('pace', (honest, batch) => (batch === 5 ? { answers: [...honest.answers.slice(0, -1), fromHex('6a80')], ended: 'complete' } : honest));
    expect(result.ok && result.value.chipAuthentication).toEqual({ status: 'failed', step: 'readUnderNewKeys' });
  });

  it('whatever comes back, it ends in a known code, within bounds', () => {
    const honestAnswer = fc.record({ tape: fc.constantFrom<TapeName>('pace', 'bac'), batch: fc.nat(5), answer: fc.nat(20), at: fc.nat(250), flip: fc.integer({ min: 1, max: 255 }), cut: fc.boolean() });
    fc.assert(
      fc.property(honestAnswer, ({ tape, batch, answer, at, flip, cut }) => {
        const { result, roundTrips } = play(tape, (honest, i) => {
          if (i !== batch) return honest;
          const answers = honest.answers.map((a, k) => (k !== answer % honest.answers.length ? a : cut ? a.slice(0, at % a.length) : a.map((byte, j) => (j === at % a.length ? byte ^ flip : byte))));
          return { ...honest, answers };
        });
        expect(result.ok || emrtdFaults.has(result.fault.code)).toBe(true);
        expect(roundTrips).toBeLessThan(12);
      }),
      { numRuns: 60 },
    );
  });

  it('refuses what cannot be an access key before anything is sent', () => {
    for (const access of [{ kind: 'can', can: '12345' }, { kind: 'mrz', documentNumber: 'a', dateOfBirth: '900101', dateOfExpiry: '300101' }, { kind: 'mrz', documentNumber: 'A', dateOfBirth: '9001', dateOfExpiry: '300101' }] as const) {
      const step = readDocument({ access, random: (n) => new Uint8Array(n), optionalDataGroups: [] }).next();
      expect(step.done === true && codeOf(step.value)).toBe('CHIP_ACCESS_KEY_INVALID');
    }
  });

  it('a chip that answers everything with 9000 and nothing comes to an end', () => {
    const terminal = readDocument({ access: { kind: 'mrz', documentNumber: 'X', dateOfBirth: '900101', dateOfExpiry: '300101' }, random: (n) => new Uint8Array(n).fill(7), optionalDataGroups: [] });
    let step = terminal.next();
    let commands = 0;
    while (step.done !== true) {
      commands += step.value.commands.length;
      expect(commands).toBeLessThanOrEqual(MAX_SESSION_COMMANDS);
      const stop = step.value.commands.findIndex((c) => c.accept.length > 0 && !c.accept.includes('9000'));
      const all = step.value.commands.map(() => fromHex('9000'));
      step = terminal.next(stop === -1 ? { answers: all, ended: 'complete' } : { answers: all.slice(0, stop + 1), ended: 'statusMismatch' });
    }
    expect(step.value.ok).toBe(false);
  });
});

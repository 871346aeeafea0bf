import { fromHex, type RandomBytes, utf8 } from '@visavis/kernel';
import { hash } from '../crypto/index.ts';
import type { AccessKey } from '../access/access-key.ts';
import type { DocumentReading } from './document-reading.ts';
import recorded from './read-document.tapes.json' with { type: 'json' };
import { readDocument } from './read-document.ts';
import type { TerminalAnswers } from './terminal-batch.ts';

/** For tests: sessions with synthetic chips, recorded. */
export type TapeName = keyof typeof recorded.tapes;

/** The random bytes of the recording: SHA-256 of the tape's name and a counter. */
export function recordedRandom(name: TapeName): RandomBytes {
  let count = 0;
  return (n) => {
    const out: number[] = [];
    while (out.length < n) out.push(...hash('sha256', utf8(`${name} ${count++}`)));
    return Uint8Array.from(out.slice(0, n));
  };
}

/** What the terminal makes of a tape's answers, none changed. */
export function readRecorded(name: TapeName): DocumentReading {
  const tape = recorded.tapes[name];
  const terminal = readDocument({ access: tape.access as AccessKey, random: recordedRandom(name), optionalDataGroups: [] });
  let step = terminal.next();
  for (const batch of tape.batches) step = terminal.next({ answers: batch.answers.map(fromHex), ended: batch.ended as TerminalAnswers['ended'] });
  if (step.done !== true || !step.value.ok) throw new Error('the tape does not play');
  return step.value.value;
}

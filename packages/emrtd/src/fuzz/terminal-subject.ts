import { type Bytes, fromHex, type Result } from '@visavis/kernel';
import type { AccessKey } from '../access/access-key.ts';
import recorded from '../terminal/read-document.tapes.json' with { type: 'json' };
import { recordedRandom, type TapeName } from '../terminal/recorded-tape.ts';
import type { DocumentReading } from '../terminal/document-reading.ts';
import { readDocument } from '../terminal/read-document.ts';
import type { TerminalAnswers } from '../terminal/terminal-batch.ts';
import type { FuzzSubject } from './fuzz-subject.ts';

/** One answer on a tape. */
interface Position {
  readonly tape: TapeName;
  readonly batch: number;
  readonly answer: number;
}

/** More batches than this and the terminal would never have ended: its commands are bounded, and an empty batch is none. */
const MAX_BATCHES = 1000;

/** What a relay or chip does at the position, besides giving the answer. */
const BEHAVIOURS = ['replaces', 'stopsThere', 'losesTag', 'doubles', 'repeatsForever', 'claimsComplete'] as const;
/** Bytes before the answer: its position. */
const HEADER_BYTES = 2;

const POSITIONS: readonly Position[] = (Object.keys(recorded.tapes) as TapeName[]).flatMap((tape) => recorded.tapes[tape].batches.flatMap(({ answers }, batch) => answers.map((_, answer) => ({ tape, batch, answer }))));

/**
 * The whole terminal on recorded sessions in which one answer is another one, or the relay breaks its word there. An
 * input says where, and the answer. Protected answers end at their MAC; chips that lie under the right keys are
 * `visavis bench fuzz`'s, which has a simulator.
 */
export const terminalSubjects: readonly FuzzSubject[] = BEHAVIOURS.map((behaviour) => ({
  name: `readDocument: ${behaviour}`,
  seeds: POSITIONS.map(({ tape, batch, answer }, i) => Uint8Array.of(i >> 8, i & 0xff, ...fromHex(recorded.tapes[tape].batches[batch]!.answers[answer]!))),
  acceptsSeeds: behaviour === 'replaces',
  weight: 1,
  parse: (input) => {
    if (input.length < HEADER_BYTES) return undefined;
    return play(POSITIONS[((input[0]! << 8) | input[1]!) % POSITIONS.length]!, behaviour, input.slice(HEADER_BYTES));
  },
}));

function play(position: Position, behaviour: (typeof BEHAVIOURS)[number], answer: Bytes): Result<DocumentReading> {
  const tape = recorded.tapes[position.tape];
  const terminal = readDocument({ access: tape.access as AccessKey, random: recordedRandom(position.tape), optionalDataGroups: [] });
  let step = terminal.next();
  for (let batch = 0; step.done !== true; batch++) {
    if (batch > MAX_BATCHES) throw new Error('the terminal goes on for ever');
    const honest = tape.batches[batch];
    const answers = (honest?.answers ?? []).map(fromHex);
    let ended = (honest?.ended ?? 'tagLost') as TerminalAnswers['ended'];
    if (batch === position.batch) {
      if (behaviour === 'doubles') answers.splice(position.answer, 0, answer);
      else answers[position.answer] = answer;
      if (behaviour === 'stopsThere' || behaviour === 'losesTag') answers.length = position.answer + 1;
      if (behaviour === 'stopsThere') ended = 'statusMismatch';
      if (behaviour === 'losesTag') ended = 'tagLost';
      if (behaviour === 'claimsComplete') ended = 'complete';
    }
    const forever = behaviour === 'repeatsForever' && batch >= position.batch;
    step = terminal.next(forever ? { answers: step.value.commands.map(() => answer), ended: 'complete' } : { answers, ended });
  }
  return step.value;
}

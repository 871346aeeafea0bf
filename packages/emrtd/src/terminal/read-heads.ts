import { err, ok, type Result } from '@visavis/kernel';
import type { ChipAuthenticationMappingEvidence } from '../access/pace.ts';
import { STATUS_OK, statusHex } from '../apdu/response-apdu.ts';
import { type EmrtdFault, emrtdFaults } from '../faults.ts';
import { parseDg14 } from '../lds/parse-dg14.ts';
import { maxAnswerBytes } from '../secure-messaging/secure-channel.ts';
import type { CardSession, TerminalStep } from './card-session.ts';
import { DG14_BYTES_AHEAD, FILE_DATA, type FileReader, type Head, type PlannedCommand } from './file-reader.ts';
import type { OpenDocument } from './open-document.ts';
import { ProtectedAnswers } from './protected-answers.ts';
import type { ReadingHabits } from './reading-habits.ts';

/** Of EF.CardSecurity before its length is known: a signature, a certificate with its curve written out, and some keys. Read before the application is selected. */
const CARD_SECURITY_BYTES_AHEAD = 2200;
/** Of DG2, where it takes few commands. */
const DG2_BYTES_AHEAD = 16_000;
/** Goes on when there is no DG15. */
const NO_FILE = ['6a8'];

export interface Heads {
  readonly chipAuthenticationMapping: ChipAuthenticationMappingEvidence | undefined;
  /** DG14 lists PACE. */
  readonly offersPace: boolean;
  readonly recovering: boolean;
}

/** The opening, and the beginnings of all files. @returns 'dropped' when the chip left the protected connection by itself */
export function* readHeads(session: CardSession, opened: OpenDocument, reader: FileReader, habits: ReadingHabits): TerminalStep<Heads | 'dropped'> {
  const { channel, opening } = opened;
  const planned = planHeads(reader, opened, habits);
  const sent = yield* session.send('reading', [...opening, ...planned.map(({ command, accept }) => ({ command, accept, channel }))]);
  if (!sent.ok) return sent;
  habits.noteParts(sent.value.firstPartBytes);
  let chipAuthenticationMapping: ChipAuthenticationMappingEvidence | undefined;
  if (opening.length > 0) {
    // The token's answer is judged before any protected answer is opened.
    const token = sent.value.open(0);
    if (!token.ok) return token;
    const verified = opened.verifyOpening([token.value]);
    if (!verified.ok) return verified;
    chipAuthenticationMapping = verified.value;
  }
  const answers = new ProtectedAnswers(sent.value, habits, false);
  const taken = takeAnswers(answers, opening.length, planned, reader);
  if (!taken.ok) return taken;
  reader.conclude(channel, answers.uncounted);
  if (taken.value === 'dropped') return ok('dropped');
  reader.skipUnlisted();
  const dg14 = reader.files.get('dg14')?.contents;
  return ok({ chipAuthenticationMapping, offersPace: dg14 !== undefined && (parseDg14(dg14)?.pace.length ?? 0) > 0, recovering: answers.uncounted });
}

/**
 * Reads that may run past a file's end come last, so that the batch may end there. With blocks of extended length it
 * is the number of commands that matters: DG2 comes last after PACE, so that it stays the current file. After BAC, DG2
 * is read whole and DG15 asked for before DG14, which chips that old have instead of it, not besides: who has both
 * needs one round trip more.
 */
function planHeads(reader: FileReader, { accessProtocol, channel }: OpenDocument, habits: ReadingHabits): PlannedCommand[] {
  const extended = habits.blockBytes(channel) > maxAnswerBytes(channel);
  const optional = (['efCom', 'dg7', 'dg11', 'dg12', 'dg13', 'dg16'] as const).map((name) => ({ name }));
  const first: readonly Head[] = [{ name: 'efSod' }, { name: 'dg1' }];
  const application: readonly Head[] = !extended
    ? [...first, { name: 'dg15' }, ...optional, { name: 'dg2' }, { name: 'dg14', bytesAhead: DG14_BYTES_AHEAD, accept: FILE_DATA }]
    : accessProtocol === 'pace'
      ? [...first, { name: 'dg15' }, ...optional, { name: 'dg14' }, { name: 'dg2' }]
      : [...first, ...optional, { name: 'dg2', bytesAhead: DG2_BYTES_AHEAD }, { name: 'dg15', accept: NO_FILE }, { name: 'dg14', accept: FILE_DATA }];
  return reader.planHeads([{ name: 'efCardSecurity', bytesAhead: CARD_SECURITY_BYTES_AHEAD }, ...application], channel);
}

/** Takes what came for the reader's commands, in order. @faults CHIP_SECURE_MESSAGING_BROKEN, CHIP_APPLICATION_MISSING */
export function takeAnswers(answers: ProtectedAnswers, at: number, planned: readonly PlannedCommand[], reader: FileReader): Result<'all' | 'dropped', EmrtdFault> {
  for (const [i, command] of planned.entries()) {
    if (at + i >= answers.count) break;
    const answer = answers.open(at + i);
    if (!answer.ok) return answer;
    if (answer.value.kind === 'dropped') {
      reader.takeDropped(command, answer.value.status, true);
      return ok('dropped');
    }
    const { response } = answer.value;
    if (command.does === 'enter' && command.directory === 'application' && response.status !== STATUS_OK) return err(emrtdFaults.fault('CHIP_APPLICATION_MISSING', { status: statusHex(response.status) }));
    reader.take(command, response);
    if (answer.value.naked && answers.uncounted) reader.takeDropped(command, response.status, false);
  }
  return ok('all');
}

import { err, ok, type RandomBytes, type Result, toHex } from '@visavis/kernel';
import { MAX_EXTENDED_LE, MAX_SHORT_LE } from '../apdu/command-apdu.ts';
import { internalAuthenticate } from '../apdu/commands.ts';
import { STATUS_OK, statusHex } from '../apdu/response-apdu.ts';
import { type EmrtdFault, emrtdFaults } from '../faults.ts';
import { parseDg14 } from '../lds/parse-dg14.ts';
import { maxAnswerBytes, type SecureChannel } from '../secure-messaging/secure-channel.ts';
import type { CardSession, Exchange, TerminalStep } from './card-session.ts';
import { type ChipAuthenticationPlan, planChipAuthentication } from './chip-authentication.ts';
import type { ActiveAuthenticationEvidence, ChipAuthenticationEvidence } from './document-reading.ts';
import type { ElementaryFile } from './elementary-file.ts';
import { type FileReader, isNeeded } from './file-reader.ts';
import { ProtectedAnswers } from './protected-answers.ts';
import { takeAnswers } from './read-heads.ts';
import type { ReadingHabits } from './reading-habits.ts';
import { MAX_BATCH_COMMANDS } from './terminal-limits.ts';

/** What the chip did to prove itself; undefined: not asked yet. A failure is kept when the chip is opened anew: it is not asked until it succeeds. */
export interface Proofs {
  chipAuthentication: ChipAuthenticationEvidence | undefined;
  activeAuthentication: ActiveAuthenticationEvidence | undefined;
}

const NONCE_BYTES = 8;
/** Commands of a batch kept free for authentication after the reads. */
const AUTHENTICATION_COMMANDS = 8;
/** Arcs 1.2.840.113549.1.1, under which all RSA keys are. */
const RSA_OBJECT_IDENTIFIER = '2a864886f70d0101';
/** SubjectPublicKeyInfo around the modulus of an RSA key of about 2 000 bits with exponent 65537. */
const RSA_KEY_OVERHEAD_BYTES = 34;

/**
 * What is still missing of every file, then Active Authentication, then Chip Authentication: some chips fail the former
 * after the latter.
 * @returns 'dropped' when the chip left the protected connection by itself before everything was done
 * @faults CHIP_FILE_UNREADABLE, CHIP_FILE_TOO_LARGE, CHIP_ANSWER_MALFORMED, and those of {@link CardSession.send}
 */
export function* proveAndRead(session: CardSession, o: { readonly channel: SecureChannel; readonly recovering: boolean }, reader: FileReader, habits: ReadingHabits, random: RandomBytes, proofs: Proofs): TerminalStep<'done' | 'dropped'> {
  const { files } = reader;
  const [dg1, dg14, dg15] = [files.get('dg1')!, files.get('dg14')!, files.get('dg15')!];
  let { channel, recovering } = o;
  const active = new ActiveAuthenticationRun(random, habits);
  /** Another key or command of the chip's, after it refused the one before. */
  let nextPlan: ChipAuthenticationPlan['fallback'];
  for (;;) {
    const judged = judgeFiles(reader);
    if (!judged.ok) return judged;
    reader.skipUnlisted();
    const planned = reader.planMissing(channel, MAX_BATCH_COMMANDS - AUTHENTICATION_COMMANDS);
    const exchanges: Exchange[] = planned.map(({ command, accept }) => ({ command, accept, channel }));

    if (dg15.absent) proofs.activeAuthentication ??= { status: 'notOffered' };
    const activeAt = exchanges.length;
    const asksActive = proofs.activeAuthentication === undefined && dg15.received > 0;
    if (asksActive) exchanges.push(active.exchange(dg15.head, channel));

    const plan = proofs.chipAuthentication !== undefined ? undefined : nextPlan !== undefined ? nextPlan(random) : planFor(dg14, dg1, channel, random, habits);
    if (plan !== undefined && !('exchanges' in plan)) proofs.chipAuthentication = plan;
    const chipAt = exchanges.length;
    const chipPlan = plan !== undefined && 'exchanges' in plan ? plan : undefined;
    if (chipPlan !== undefined) exchanges.push(...chipPlan.exchanges);
    if (exchanges.length === 0) return ok('done');

    const before = reader.receivedBytes + habits.lessons;
    const sent = yield* session.send(planned.length > 0 ? 'reading' : 'authenticity', exchanges);
    if (!sent.ok) return sent;
    if (sent.value.count <= planned.length) habits.noteParts(sent.value.firstPartBytes);
    const answers = new ProtectedAnswers(sent.value, habits, recovering);
    const taken = takeAnswers(answers, 0, planned, reader);
    if (!taken.ok) return taken;
    if (taken.value === 'dropped') {
      reader.conclude(channel, false);
      return ok('dropped');
    }
    if (asksActive && answers.count > activeAt) {
      const answer = answers.open(activeAt);
      if (!answer.ok) return answer;
      // A channel that was lost before this command says nothing about it.
      if (answer.value.kind === 'dropped' && recovering && activeAt === 0) return ok('dropped');
      proofs.activeAuthentication = active.take(answer.value.kind === 'dropped' ? { status: answer.value.status, data: new Uint8Array() } : answer.value.response);
      if (answer.value.kind === 'dropped') return ok('dropped');
    }
    if (chipPlan !== undefined && answers.count > chipAt) {
      if (recovering && chipAt === 0 && sent.value.nakedError(chipAt) !== undefined) return ok('dropped');
      const evidence = chipPlan.judge(sent.value, chipAt, dg1.contents ?? dg1.head);
      const refused = evidence.status === 'failed' && evidence.step !== 'readUnderNewKeys' && sent.value.open(sent.value.count - 1).ok;
      nextPlan = refused ? chipPlan.fallback : undefined;
      if (nextPlan === undefined) proofs.chipAuthentication = evidence;
      if (evidence.status === 'completed') channel = chipPlan.channel;
      else if (nextPlan !== undefined) habits.note('chipAuthenticationKeyRefused');
      // What channel a chip that failed is on, nobody knows.
      else if (reader.pending.length > 0 || proofs.activeAuthentication === undefined) return ok('dropped');
      else return ok('done');
    }
    recovering = answers.uncounted;
    const stuck = planned.length > 0 && !asksActive && reader.receivedBytes + habits.lessons === before && sent.value.count <= activeAt;
    const more = reader.conclude(channel, recovering) && (!stuck || habits.stepDown(channel));
    if (!more) reader.giveUpOptional();
    if (!more && reader.pending.length > 0) return err(emrtdFaults.fault('CHIP_FILE_UNREADABLE', { file: reader.pending[0]!.id.name }));
  }
}

/** INTERNAL AUTHENTICATE with a nonce of ours; asked a second time only when the chip disliked the Le. */
class ActiveAuthenticationRun {
  readonly #nonce: Uint8Array;
  readonly #habits: ReadingHabits;
  #long = false;
  #extended = false;

  constructor(random: RandomBytes, habits: ReadingHabits) {
    this.#nonce = random(NONCE_BYTES);
    this.#habits = habits;
  }

  exchange(dg15Head: Uint8Array, channel: SecureChannel): Exchange {
    this.#long = signatureIsLong(dg15Head, channel);
    this.#extended = this.#long && (this.#habits.activeAuthenticationExtended ?? this.#habits.bufferSizes !== undefined);
    // The batch ends with a refusal: Chip Authentication must not come before the second try.
    return { command: internalAuthenticate(this.#nonce, this.#extended ? MAX_EXTENDED_LE : MAX_SHORT_LE), accept: ['9000'], channel };
  }

  /** undefined: ask again. */
  take({ status, data }: { readonly status: number; readonly data: Uint8Array }): ActiveAuthenticationEvidence | undefined {
    if (status === STATUS_OK) return { status: 'answered', nonce: this.#nonce, signature: data };
    if (!this.#long || this.#habits.activeAuthenticationExtended !== undefined) return { status: 'failed', chipStatus: statusHex(status) };
    this.#habits.activeAuthenticationExtended = !this.#extended;
    this.#habits.note('activeAuthenticationLe');
    return undefined;
  }
}

/** An RSA signature is as long as its modulus; one that is longer than a short protected answer needs an extended one, or GET RESPONSE. DG15 shows its length in its head. */
function signatureIsLong(dg15Head: Uint8Array, channel: SecureChannel): boolean {
  const declared = dg15Head[1] === 0x82 ? (dg15Head[2]! << 8) | dg15Head[3]! : 0;
  const rsa = toHex(dg15Head.subarray(0, MAX_SHORT_LE)).includes(RSA_OBJECT_IDENTIFIER);
  return rsa && declared - RSA_KEY_OVERHEAD_BYTES > maxAnswerBytes(channel);
}

/** @faults CHIP_FILE_UNREADABLE, CHIP_FILE_TOO_LARGE, CHIP_ANSWER_MALFORMED */
function judgeFiles(reader: FileReader): Result<undefined, EmrtdFault> {
  for (const file of reader.files.values()) {
    const { name } = file.id;
    if (file.absent && isNeeded(name)) return err(emrtdFaults.fault('CHIP_FILE_UNREADABLE', { file: name }));
    if (file.tooLarge) return err(emrtdFaults.fault('CHIP_FILE_TOO_LARGE', { file: name }));
    if (file.malformed) return err(emrtdFaults.fault('CHIP_ANSWER_MALFORMED', { file: name }));
  }
  return ok(undefined);
}

/** Waits (undefined) while DG14 is not whole, or it is not known how much of DG1 there is to be read under the new keys: no more than it has is asked for. */
function planFor(dg14: ElementaryFile, dg1: ElementaryFile, channel: SecureChannel, random: RandomBytes, habits: ReadingHabits): ChipAuthenticationPlan | ChipAuthenticationEvidence | undefined {
  if (dg14.absent) return { status: 'notOffered' };
  if (dg14.contents === undefined || dg1.declaredBytes === undefined) return undefined;
  const infos = parseDg14(dg14.contents);
  const plan = infos === undefined ? 'unsupported' : planChipAuthentication(infos, channel, random, { bytes: Math.min(dg1.declaredBytes, habits.blockBytes(channel)), bySelect: dg1.bySelect || habits.bySelect });
  return typeof plan === 'string' ? { status: plan } : plan;
}

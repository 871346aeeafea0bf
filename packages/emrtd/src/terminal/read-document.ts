import { err, ok, type RandomBytes, type Result, toHex } from '@visavis/kernel';
import { type AccessKey, isAccessKey } from '../access/access-key.ts';
import { MAX_EXTENDED_LE, MAX_SHORT_LE } from '../apdu/command-apdu.ts';
import { internalAuthenticate } from '../apdu/commands.ts';
import { STATUS_OK, statusHex } from '../apdu/response-apdu.ts';
import { type EmrtdFault, emrtdFaults } from '../faults.ts';
import { FILES, type FileName } from '../lds/files.ts';
import { parseDg14 } from '../lds/parse-dg14.ts';
import { maxAnswerBytes, type SecureChannel } from '../secure-messaging/secure-channel.ts';
import { CardSession, type BatchAnswers, type Exchange, MAX_BATCH_COMMANDS, type TerminalStep } from './card-session.ts';
import { type ChipAuthenticationPlan, planChipAuthentication } from './chip-authentication.ts';
import type { ActiveAuthenticationEvidence, ChipAuthenticationEvidence, DocumentReading } from './document-reading.ts';
import { ElementaryFile, type FileRead } from './elementary-file.ts';
import { type OpenDocument, openDocument } from './open-document.ts';
import type { TerminalAnswers, TerminalBatch } from './terminal-batch.ts';

const NONCE_BYTES = 8;
/** Blocks of DG14 that are asked for before its length is known: Chip Authentication needs it whole one batch later. */
const DG14_BLOCKS_AHEAD = 3;
/** Smaller blocks for chips that refuse the largest; old ones give 160 or fewer than 100 bytes. */
const BLOCK_STEPS: readonly number[] = [160, 96];
const OK = ['9000'];
const FILE_DATA = ['9000', '6282'];
/** Commands of a batch kept free for authentication after the reads. */
const AUTHENTICATION_COMMANDS = 8;
/** Arcs 1.2.840.113549.1.1, under which all RSA keys are. */
const RSA_OBJECT_IDENTIFIER = '2a864886f70d0101';
/** SubjectPublicKeyInfo around the modulus of an RSA key of about 2 000 bits with exponent 65537. */
const RSA_KEY_OVERHEAD_BYTES = 34;

/**
 * Reads a travel document as its terminal: opens it by PACE or BAC, reads EF.COM, EF.SOD, DG1, DG2, DG14 and DG15, and
 * lets the chip run Active Authentication (with a nonce of ours) and Chip Authentication. Establishes that the files
 * came from one chip that knows the access key; whether they are genuine is `verifyAuthenticity`'s.
 *
 * Yields batches for a relay and takes its answers. Protected commands are encrypted ahead: 6 round trips by PACE, 4
 * by BAC, when the chip takes the usual block size. The random bytes make the terminal's ephemeral keys and nonces.
 * @param o.access typed or scanned by the citizen
 * @param o.random must be strong: who can guess it can play the chip
 * @faults all `CHIP_*` but CHIP_ACCESS_DOWNGRADED
 * @source ICAO 9303-11 §4–6, 9303-10 §3
 */
export function* readDocument(o: { readonly access: AccessKey; readonly random: RandomBytes }): Generator<TerminalBatch, Result<DocumentReading, EmrtdFault>, TerminalAnswers> {
  if (!isAccessKey(o.access)) return err(emrtdFaults.fault('CHIP_ACCESS_KEY_INVALID', { kind: o.access.kind }));
  const session = new CardSession();
  const opened = yield* openDocument(session, o.access, o.random);
  if (!opened.ok) return opened;
  const files = Object.fromEntries(Object.entries(FILES).map(([name, id]) => [name, new ElementaryFile(id)])) as Record<FileName, ElementaryFile>;

  const heads = yield* readHeads(session, opened.value, files);
  if (!heads.ok) return heads;
  const proofs = yield* readRest(session, opened.value.channel, files, o.random);
  if (!proofs.ok) return proofs;

  const [efSod, dg1, dg2] = [files.efSod.contents, files.dg1.contents, files.dg2.contents];
  if (efSod === undefined || dg1 === undefined || dg2 === undefined) return err(emrtdFaults.fault('CHIP_FILE_UNREADABLE'));
  const { accessProtocol, downgraded, efCardAccess } = opened.value;
  return ok({
    accessProtocol,
    downgraded,
    files: { efCardAccess, efCom: files.efCom.contents, efSod, dg1, dg2, dg14: files.dg14.contents, dg15: files.dg15.contents },
    ...proofs.value,
    roundTrips: session.roundTrips,
    commands: session.commands,
  });
}

/** The first block of every file, and of DG14 as much as it usually has: its reads come last, since they may run past its end. */
function* readHeads(session: CardSession, opened: OpenDocument, files: Record<FileName, ElementaryFile>): TerminalStep<undefined> {
  const { channel, opening } = opened;
  const block = maxAnswerBytes(channel);
  const certain = (['efCom', 'efSod', 'dg1', 'dg2', 'dg15'] as const).flatMap((name) => files[name].firstReads(block, 1));
  const reads = [...certain, ...files.dg14.firstReads(block, DG14_BLOCKS_AHEAD)];
  const answers = yield* session.send('reading', [...opening, ...reads.map((read) => ({ command: read.command, accept: read.file === files.dg14 ? FILE_DATA : [], channel }))]);
  if (!answers.ok) return answers;
  const openingAnswers = [];
  for (let i = 0; i < Math.min(opening.length, answers.value.count); i++) {
    // The token's answer is judged before any protected answer is opened.
    const answer = answers.value.open(i);
    if (!answer.ok) return answer;
    openingAnswers.push(answer.value);
    const verified = opened.verifyOpening(openingAnswers);
    if (!verified.ok) return verified;
  }
  return takeReads(answers.value, opening.length, reads);
}

interface Proofs {
  readonly chipAuthentication: ChipAuthenticationEvidence;
  readonly activeAuthentication: ActiveAuthenticationEvidence;
}

/** What is still missing of every file, then Active Authentication, then Chip Authentication (some chips fail the former after the latter). */
function* readRest(session: CardSession, opened: SecureChannel, files: Record<FileName, ElementaryFile>, random: RandomBytes): TerminalStep<Proofs> {
  let channel = opened;
  const blocks = [maxAnswerBytes(channel), ...BLOCK_STEPS];
  let chipAuthentication: ChipAuthenticationEvidence | undefined;
  let activeAuthentication: ActiveAuthenticationEvidence | undefined;
  for (;;) {
    const state = judgeFiles(files);
    if (!state.ok) return state;
    const exchanges: Exchange[] = [];
    const reads: (FileRead | undefined)[] = [];
    for (const file of state.value.pending) {
      const missing = file.missingReads(blocks[0]!);
      const room = MAX_BATCH_COMMANDS - AUTHENTICATION_COMMANDS - exchanges.length - 1;
      if (room <= 0) break;
      exchanges.push({ command: missing.select, accept: OK, channel });
      reads.push(undefined);
      for (const read of missing.reads.slice(0, room)) {
        exchanges.push({ command: read.command, accept: FILE_DATA, channel });
        reads.push(read);
      }
    }
    const nonce = random(NONCE_BYTES);
    const authenticateAt = exchanges.length;
    if (files.dg15.absent) activeAuthentication = { status: 'notOffered' };
    const asks = activeAuthentication === undefined && files.dg15.received > 0;
    if (asks) exchanges.push({ command: internalAuthenticate(nonce, activeAuthenticationLe(files.dg15.head, channel)), accept: [], channel });
    const plan: ChipAuthenticationPlan | ChipAuthenticationEvidence | undefined = chipAuthentication === undefined ? planFor(files.dg14, channel, random) : undefined;
    const planned = plan !== undefined && 'exchanges' in plan ? plan : undefined;
    if (plan !== undefined && planned === undefined) chipAuthentication = plan as ChipAuthenticationEvidence;
    const proveAt = exchanges.length;
    if (planned !== undefined) exchanges.push(...planned.exchanges);
    if (exchanges.length === 0) break;

    const before = receivedBytes(files);
    const answers = yield* session.send(state.value.pending.length > 0 ? 'reading' : 'authenticity', exchanges);
    if (!answers.ok) return answers;
    const taken = takeReads(answers.value, 0, reads);
    if (!taken.ok) return taken;
    if (asks && answers.value.count > authenticateAt) {
      const answer = answers.value.open(authenticateAt);
      if (!answer.ok) return answer;
      activeAuthentication = answer.value.status === STATUS_OK ? { status: 'answered', nonce, signature: answer.value.data } : { status: 'failed', chipStatus: statusHex(answer.value.status) };
    }
    if (planned !== undefined && answers.value.count > proveAt) {
      chipAuthentication = planned.judge(answers.value, proveAt, files.dg1.contents ?? files.dg1.head);
      if (chipAuthentication.status === 'completed') channel = planned.channel;
      else if (!everythingRead(files)) return err(emrtdFaults.fault('CHIP_SECURE_MESSAGING_BROKEN', { after: 'chipAuthentication' }));
    }
    const stuck = state.value.pending.length > 0 && receivedBytes(files) === before;
    if (stuck && blocks.length === 1) return err(emrtdFaults.fault('CHIP_FILE_UNREADABLE', { file: state.value.pending[0]!.id.name }));
    if (stuck) blocks.shift();
  }
  return ok({ chipAuthentication: chipAuthentication ?? { status: 'notOffered' }, activeAuthentication: activeAuthentication ?? { status: 'notOffered' } });
}

/** @faults CHIP_FILE_UNREADABLE, CHIP_FILE_TOO_LARGE, CHIP_ANSWER_MALFORMED */
function judgeFiles(files: Record<FileName, ElementaryFile>): Result<{ readonly pending: readonly ElementaryFile[] }, EmrtdFault> {
  for (const file of Object.values(files)) {
    const needed = file === files.efSod || file === files.dg1 || file === files.dg2;
    if (file.absent && needed) return err(emrtdFaults.fault('CHIP_FILE_UNREADABLE', { file: file.id.name }));
    if (file.tooLarge) return err(emrtdFaults.fault('CHIP_FILE_TOO_LARGE', { file: file.id.name }));
    if (file.malformed) return err(emrtdFaults.fault('CHIP_ANSWER_MALFORMED', { file: file.id.name }));
  }
  return ok({ pending: Object.values(files).filter((file) => !file.absent && !file.complete) });
}

const everythingRead = (files: Record<FileName, ElementaryFile>): boolean => Object.values(files).every((file) => file.absent || file.complete);
const receivedBytes = (files: Record<FileName, ElementaryFile>): number => Object.values(files).reduce((sum, file) => sum + file.received, 0);

/** Waits (undefined) while DG14 is not whole. */
function planFor(dg14: ElementaryFile, channel: SecureChannel, random: RandomBytes): ChipAuthenticationPlan | ChipAuthenticationEvidence | undefined {
  if (dg14.absent) return { status: 'notOffered' };
  if (dg14.contents === undefined) return undefined;
  const infos = parseDg14(dg14.contents);
  const plan = infos === undefined ? 'unsupported' : planChipAuthentication(infos, channel, random);
  return typeof plan === 'string' ? { status: plan } : plan;
}

/** An RSA signature is as long as its modulus; when that is more than a short protected answer holds, an extended one is asked for. DG15 shows its length in its head. */
function activeAuthenticationLe(dg15Head: Uint8Array, channel: SecureChannel): number {
  const declared = dg15Head[1] === 0x82 ? (dg15Head[2]! << 8) | dg15Head[3]! : 0;
  const rsa = toHex(dg15Head.subarray(0, MAX_SHORT_LE)).includes(RSA_OBJECT_IDENTIFIER);
  return rsa && declared - RSA_KEY_OVERHEAD_BYTES > maxAnswerBytes(channel) ? MAX_EXTENDED_LE : MAX_SHORT_LE;
}

/** Opens the answers to reads; entries without a read (SELECT) only have to be authentic. */
function takeReads(answers: BatchAnswers, at: number, reads: readonly (FileRead | undefined)[]): Result<undefined, EmrtdFault> {
  for (const [i, read] of reads.entries()) {
    if (at + i >= answers.count) break;
    const answer = answers.open(at + i);
    if (!answer.ok) return answer;
    read?.file.take(read, answer.value);
  }
  return ok(undefined);
}

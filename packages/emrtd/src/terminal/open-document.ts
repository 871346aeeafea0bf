import { err, ok, type RandomBytes, type Result } from '@visavis/kernel';
import type { AccessKey } from '../access/access-key.ts';
import type { ChipAuthenticationMappingEvidence } from '../access/pace.ts';
import { choosePaceVariants, type PaceVariant } from '../access/pace-variant.ts';
import { MAX_SHORT_LE } from '../apdu/command-apdu.ts';
import { getChallenge, readBinary, readBinaryBySfi, selectApplication, selectFile, selectMasterFile, selectMasterFileByDefault } from '../apdu/commands.ts';
import { hasFileData, type ResponseApdu, STATUS_OK } from '../apdu/response-apdu.ts';
import { type EmrtdFault, emrtdFaults } from '../faults.ts';
import { EF_ATR_INFO, EF_CARD_ACCESS, EF_DIR } from '../lds/files.ts';
import { parseEfAtrInfo } from '../lds/parse-ef-atr-info.ts';
import { parseEfCardAccess } from '../lds/parse-ef-card-access.ts';
import type { SecureChannel } from '../secure-messaging/secure-channel.ts';
import type { CardSession, Exchange, SentBatch, TerminalStep } from './card-session.ts';
import { openByBac } from './open-by-bac.ts';
import { type OpenedByPace, openByPace } from './open-by-pace.ts';
import { readPublicFile } from './read-public-file.ts';
import type { ReadingHabits } from './reading-habits.ts';

/** What anybody may read. */
export interface PublicFiles {
  readonly efCardAccess: Uint8Array | undefined;
  readonly efAtrInfo: Uint8Array | undefined;
  readonly efDir: Uint8Array | undefined;
}

/** A chip that can be read. After PACE the chip's own proof, its token, is still to come with the first batch: `opening` goes before everything else in it. */
export interface OpenDocument {
  readonly accessProtocol: 'pace' | 'bac';
  readonly paceMapping: PaceVariant['mapping'] | undefined;
  /** The chip had EF.CardAccess, as those that speak PACE do, in this opening or one before, but was opened by BAC. */
  readonly downgraded: boolean;
  readonly publicFiles: PublicFiles;
  readonly channel: SecureChannel;
  readonly opening: readonly Exchange[];
  /** Judges the answers to `opening`; nothing that the channel carried may be used before. @faults CHIP_ACCESS_DENIED, CHIP_KEY_AGREEMENT_INVALID */
  verifyOpening(answers: readonly ResponseApdu[]): Result<ChipAuthenticationMappingEvidence | undefined, EmrtdFault>;
}

const ANY: readonly string[] = [];
/** Going on only after an error: a chip that has EF.CardAccess is opened by PACE, so the batch ends there. 6283: Malaysian chips, for a file they do not open. */
const NO_FILE = ['6283', '67', '69', '6a', '6b', '6d', '6e', '6f'];
const FILE_NOT_FOUND = 0x6a82;

/**
 * Opens the chip: PACE when EF.CardAccess offers a variant that this terminal speaks, else BAC. When PACE fails for
 * another reason than a wrong password, or EF.CardAccess is there but offers nothing that can be read, BAC is tried and
 * `downgraded` says so. Four round trips to the token for PACE, two for BAC.
 * @faults CHIP_ACCESS_DENIED, CHIP_ACCESS_UNSUPPORTED, CHIP_KEY_AGREEMENT_INVALID, and those of {@link CardSession.send}
 * @source ICAO 9303-11 §4.2
 */
export function* openDocument(session: CardSession, o: { readonly access: AccessKey; readonly random: RandomBytes; readonly readsEfDir: boolean }, habits: ReadingHabits): TerminalStep<OpenDocument> {
  const { access, random } = o;
  const found = yield* lookAround(session, access, o.readsEfDir, habits);
  if (!found.ok) return found;
  const { publicFiles } = found.value;
  const offered = publicFiles.efCardAccess && parseEfCardAccess(publicFiles.efCardAccess)?.pace;
  const paceOffered = offered !== undefined && offered.length > 0;
  // Chips have this file for PACE's sake (9303-10 §3.11.3): one that cannot be read, or offers nothing, may have been tampered with.
  habits.offeredPace ||= found.value.hasCardAccess;
  const variants = choosePaceVariants(offered ?? []);

  if (variants.length > 0) {
    const pace = yield* openByPace(session, variants, { access, random, atMasterFile: found.value.challenge === undefined }, habits);
    if (!pace.ok) return pace;
    if (pace.value !== 'refused') return ok(afterPace(pace.value, publicFiles));
  }
  if (access.kind === 'can') return err(emrtdFaults.fault('CHIP_ACCESS_UNSUPPORTED', { paceOffered }));
  const channel = yield* openByBac(session, access, variants.length > 0 ? undefined : found.value.challenge, random, habits);
  if (!channel.ok) return channel;
  return ok({ accessProtocol: 'bac', paceMapping: undefined, downgraded: habits.offeredPace, publicFiles, channel: channel.value, opening: [], verifyOpening: () => ok(undefined) });
}

const afterPace = (pace: OpenedByPace, publicFiles: PublicFiles): OpenDocument => ({
  accessProtocol: 'pace',
  paceMapping: pace.mapping,
  downgraded: false,
  publicFiles,
  channel: pace.channel,
  opening: [pace.token],
  verifyOpening: ([token]) => pace.verify(token),
});

interface Surroundings {
  readonly publicFiles: PublicFiles;
  /** The chip gave EF.CardAccess, were it no byte of it. */
  readonly hasCardAccess: boolean;
  /** The application is selected and gave this, because there was no EF.CardAccess. */
  readonly challenge: ResponseApdu | undefined;
}

/**
 * The files that anybody may read, and, when EF.CardAccess is not among them, BAC's challenge in the same batch. A chip
 * stands at its master file when it comes into the field, so that it is not selected at first; one that something else
 * was selected on (as iPhones do) shows it, and is asked again.
 */
function* lookAround(session: CardSession, access: AccessKey, readsEfDir: boolean, habits: ReadingHabits): TerminalStep<Surroundings> {
  const bacStart: Exchange[] = access.kind === 'mrz' ? [{ command: selectApplication(), accept: ANY }, { command: getChallenge(), accept: ANY }] : [];
  const byName = { command: readBinaryBySfi(EF_CARD_ACCESS.sfi, MAX_SHORT_LE), accept: NO_FILE };
  const atrInfo = { command: readBinaryBySfi(EF_ATR_INFO.sfi, MAX_SHORT_LE), accept: ANY };
  const dir = readsEfDir ? [{ command: readBinaryBySfi(EF_DIR.sfi, MAX_SHORT_LE), accept: ANY }] : [];

  let tail: readonly Exchange[] = [byName, ...bacStart];
  let before: readonly Exchange[] = [];
  if (habits.searchesMasterFile) {
    // The short form comes first: chips that only seem to take it take the long one too.
    before = [{ command: selectMasterFileByDefault(), accept: ANY }, { command: selectMasterFile(), accept: ANY }];
    tail = [byName, { command: selectFile(EF_CARD_ACCESS.fileId), accept: ANY }, { command: readBinary(0, MAX_SHORT_LE), accept: NO_FILE }, ...bacStart];
  }
  const exchanges = [...before, ...dir, atrInfo, ...tail];
  const sent = yield* session.send('access', exchanges);
  if (!sent.ok) return sent;
  const answerTo = (exchange: Exchange | undefined): Result<ResponseApdu | undefined, EmrtdFault> => openIfThere(sent.value, exchange === undefined ? -1 : exchanges.indexOf(exchange));

  const atr = answerTo(atrInfo);
  if (!atr.ok) return atr;
  const named = answerTo(byName);
  if (!named.ok) return named;
  const selected = habits.searchesMasterFile ? answerTo(tail[2]) : ok(undefined);
  if (!selected.ok) return selected;
  const directory = answerTo(dir[0]);
  if (!directory.ok) return directory;
  const challenge = answerTo(bacStart[1]);
  if (!challenge.ok) return challenge;

  const efAtrInfo = dataOf(atr.value);
  const bySelect = dataOf(selected.value);
  if (bySelect !== undefined) habits.note('cardAccessBySelect');
  const start = dataOf(named.value) ?? bySelect;
  if (start === undefined && !habits.searchesMasterFile && !(efAtrInfo !== undefined || (atr.value?.status === FILE_NOT_FOUND && named.value?.status === FILE_NOT_FOUND))) {
    habits.searchesMasterFile = true;
    habits.note('masterFileSelected');
    return yield* lookAround(session, access, readsEfDir, habits);
  }
  habits.bufferSizes = efAtrInfo && parseEfAtrInfo(efAtrInfo)?.extendedLength;
  const whole = start && (yield* readPublicFile(session, start));
  if (whole?.ok === false) return whole;
  const hasCardAccess = start !== undefined || named.value?.status === STATUS_OK;
  return ok({ hasCardAccess, publicFiles: { efCardAccess: whole?.value, efAtrInfo, efDir: dataOf(directory.value) }, challenge: challenge.value });
}

const dataOf = (answer: ResponseApdu | undefined): Uint8Array | undefined => (answer !== undefined && hasFileData(answer) ? answer.data : undefined);

const openIfThere = (answers: SentBatch, index: number): Result<ResponseApdu | undefined, EmrtdFault> => (index < 0 || index >= answers.count ? ok(undefined) : answers.open(index));

import { err, ok, type RandomBytes, type Result } from '@visavis/kernel';
import type { AccessKey } from '../access/access-key.ts';
import { answerBacChallenge } from '../access/bac.ts';
import { mapPaceNonce, PACE_NONCE_REQUEST, type PaceAuthentication } from '../access/pace.ts';
import { choosePaceVariants, paceSetAtData, type PaceVariant } from '../access/pace-variant.ts';
import { MAX_SHORT_LE } from '../apdu/command-apdu.ts';
import { externalAuthenticate, generalAuthenticate, getChallenge, readBinary, selectApplication, selectFile, selectMasterFile, setSecurityEnvironment } from '../apdu/commands.ts';
import { hasFileData, type ResponseApdu, STATUS_OK, statusHex } from '../apdu/response-apdu.ts';
import { type EmrtdFault, emrtdFaults } from '../faults.ts';
import { EF_CARD_ACCESS_FILE_ID } from '../lds/files.ts';
import { parseEfCardAccess } from '../lds/parse-ef-card-access.ts';
import type { SecureChannel } from '../secure-messaging/secure-channel.ts';
import type { CardSession, Exchange, TerminalStep } from './card-session.ts';

/** A chip that can be read. After PACE the chip's own proof, its token, is still to come with the first batch: `opening` goes before everything else in it. */
export interface OpenDocument {
  readonly accessProtocol: 'pace' | 'bac';
  /** The chip offered PACE but was opened by BAC. */
  readonly downgraded: boolean;
  readonly efCardAccess: Uint8Array | undefined;
  readonly channel: SecureChannel;
  readonly opening: readonly Exchange[];
  /** Judges the answers to `opening`; nothing that the channel carried may be used before. @faults CHIP_ACCESS_DENIED, CHIP_KEY_AGREEMENT_INVALID */
  verifyOpening(answers: readonly ResponseApdu[]): Result<undefined, EmrtdFault>;
}

const OK = ['9000'];
const ANY: readonly string[] = [];
/** Going on only after an error: a chip that has EF.CardAccess is opened by PACE, so the batch ends there. */
const ERRORS = ['64', '65', '67', '69', '6a', '6b', '6d', '6f'];
const MSE_AUTHENTICATION_TEMPLATE = { p1: 0xc1, p2: 0xa4 };

/**
 * Opens the chip: PACE when EF.CardAccess offers a variant that this terminal speaks, else BAC. When PACE is offered
 * but fails for another reason than a wrong password, BAC is tried and `downgraded` says so. Three round trips to the
 * token for PACE, two for BAC.
 * @faults CHIP_ACCESS_DENIED, CHIP_ACCESS_UNSUPPORTED, CHIP_KEY_AGREEMENT_INVALID, and those of {@link CardSession.send}
 * @source ICAO 9303-11 §4.2
 */
export function* openDocument(session: CardSession, access: AccessKey, random: RandomBytes): TerminalStep<OpenDocument> {
  const bacStart: Exchange[] = access.kind === 'mrz' ? [{ command: selectApplication(), accept: ANY }, { command: getChallenge(), accept: ANY }] : [];
  const first = yield* session.send('access', [
    { command: selectMasterFile(), accept: ANY },
    { command: selectFile(EF_CARD_ACCESS_FILE_ID), accept: ANY },
    { command: readBinary(0, MAX_SHORT_LE), accept: bacStart.length > 0 ? ERRORS : ANY },
    ...bacStart,
  ]);
  if (!first.ok) return first;
  const cardAccess = first.value.open(2);
  if (!cardAccess.ok) return cardAccess;
  const efCardAccess = hasFileData(cardAccess.value) ? cardAccess.value.data : undefined;
  const offered = efCardAccess && parseEfCardAccess(efCardAccess)?.pace;
  const [variant] = choosePaceVariants(offered ?? []);
  const paceOffered = offered !== undefined && offered.length > 0;

  if (variant !== undefined) {
    const pace = yield* runPace(session, variant, access, random);
    if (!pace.ok) return pace;
    if (pace.value !== 'refused') return ok({ accessProtocol: 'pace', downgraded: false, efCardAccess, ...afterPace(pace.value) });
  }
  if (access.kind === 'can') return err(emrtdFaults.fault('CHIP_ACCESS_UNSUPPORTED', { paceOffered }));
  const challenge = first.value.count > 3 ? first.value.open(4) : yield* askForChallenge(session);
  if (!challenge.ok) return challenge;
  const channel = yield* runBac(session, access, challenge.value, random);
  if (!channel.ok) return channel;
  return ok({ accessProtocol: 'bac', downgraded: paceOffered, efCardAccess, channel: channel.value, opening: [], verifyOpening: () => ok(undefined) });
}

/** 'refused': the chip answered a step with an error that says nothing about the password. */
function* runPace(session: CardSession, variant: PaceVariant, access: AccessKey, random: RandomBytes): TerminalStep<PaceAuthentication | 'refused'> {
  const invalid = (step: string): Result<never, EmrtdFault> => err(emrtdFaults.fault('CHIP_KEY_AGREEMENT_INVALID', { protocol: 'pace', step }));
  const start = yield* session.send('access', [
    { command: selectMasterFile(), accept: ANY },
    { command: setSecurityEnvironment(MSE_AUTHENTICATION_TEMPLATE.p1, MSE_AUTHENTICATION_TEMPLATE.p2, paceSetAtData(variant, access, { withParameterId: true })), accept: ['9000', '63c'] },
    { command: generalAuthenticate(PACE_NONCE_REQUEST, false), accept: OK },
  ]);
  if (!start.ok) return start;
  if (start.value.count < 3) return ok('refused');
  const nonce = start.value.open(2);
  if (!nonce.ok) return nonce;
  if (nonce.value.status !== STATUS_OK) return ok('refused');
  const mapping = mapPaceNonce(variant, access, nonce.value.data, random);
  if (mapping === undefined) return invalid('nonce');

  const mapAnswer = yield* sendOne(session, { command: generalAuthenticate(mapping.request, false), accept: OK });
  if (!mapAnswer.ok) return mapAnswer;
  if (mapAnswer.value.status !== STATUS_OK) return ok('refused');
  const agreement = mapping.agree(mapAnswer.value.data);
  if (agreement === undefined) return invalid('mapping');

  const agreeAnswer = yield* sendOne(session, { command: generalAuthenticate(agreement.request, false), accept: OK });
  if (!agreeAnswer.ok) return agreeAnswer;
  if (agreeAnswer.value.status !== STATUS_OK) return ok('refused');
  const authentication = agreement.authenticate(agreeAnswer.value.data);
  return authentication === undefined ? invalid('agreement') : ok(authentication);
}

/** The token travels in one batch with the first protected commands; its answer is judged before theirs are opened. */
function afterPace(authentication: PaceAuthentication): Pick<OpenDocument, 'channel' | 'opening' | 'verifyOpening'> {
  return {
    channel: authentication.channel,
    opening: [{ command: generalAuthenticate(authentication.request, true), accept: OK }, { command: selectApplication(), accept: ANY, channel: authentication.channel }],
    verifyOpening: ([token, selected]) => {
      if (token === undefined || token.status !== STATUS_OK) return err(emrtdFaults.fault('CHIP_ACCESS_DENIED', { protocol: 'pace', status: statusHex(token?.status ?? 0) }));
      if (authentication.verify(token.data) === undefined) return err(emrtdFaults.fault('CHIP_KEY_AGREEMENT_INVALID', { protocol: 'pace', step: 'token' }));
      if (selected !== undefined && selected.status !== STATUS_OK) return err(emrtdFaults.fault('CHIP_APPLICATION_MISSING', { status: statusHex(selected.status) }));
      return ok(undefined);
    },
  };
}

function* askForChallenge(session: CardSession): TerminalStep<ResponseApdu> {
  const answers = yield* session.send('access', [
    { command: selectApplication(), accept: ANY },
    { command: getChallenge(), accept: ANY },
  ]);
  return answers.ok ? answers.value.open(1) : answers;
}

function* runBac(session: CardSession, access: Extract<AccessKey, { kind: 'mrz' }>, challenge: ResponseApdu, random: RandomBytes): TerminalStep<SecureChannel> {
  if (challenge.status !== STATUS_OK) return err(emrtdFaults.fault('CHIP_ACCESS_UNSUPPORTED', { protocol: 'bac', status: statusHex(challenge.status) }));
  const bac = answerBacChallenge(access, challenge.data, random);
  if (bac === undefined) return err(emrtdFaults.fault('CHIP_ANSWER_MALFORMED'));
  const answer = yield* sendOne(session, { command: externalAuthenticate(bac.data), accept: OK });
  if (!answer.ok) return answer;
  const { status, data } = answer.value;
  if (status !== STATUS_OK) return err(emrtdFaults.fault('CHIP_ACCESS_DENIED', { protocol: 'bac', status: statusHex(status) }));
  const channel = bac.complete(data);
  return channel === undefined ? err(emrtdFaults.fault('CHIP_KEY_AGREEMENT_INVALID', { protocol: 'bac' })) : ok(channel);
}

function* sendOne(session: CardSession, exchange: Exchange): TerminalStep<ResponseApdu> {
  const answers = yield* session.send('access', [exchange]);
  return answers.ok ? answers.value.open(0) : answers;
}

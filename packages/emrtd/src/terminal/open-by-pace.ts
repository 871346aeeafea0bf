import { err, ok, type RandomBytes, type Result } from '@visavis/kernel';
import type { AccessKey } from '../access/access-key.ts';
import { type ChipAuthenticationMappingEvidence, mapPaceNonce, PACE_NONCE_REQUEST, type PaceAuthentication } from '../access/pace.ts';
import { paceSetAtData, type PaceVariant } from '../access/pace-variant.ts';
import { generalAuthenticate, selectMasterFile, setSecurityEnvironment } from '../apdu/commands.ts';
import { type ResponseApdu, STATUS_OK, statusHex } from '../apdu/response-apdu.ts';
import { type EmrtdFault, emrtdFaults } from '../faults.ts';
import type { SecureChannel } from '../secure-messaging/secure-channel.ts';
import type { CardSession, Exchange, TerminalStep } from './card-session.ts';
import type { ReadingHabits } from './reading-habits.ts';
import { MAX_PACE_ATTEMPTS } from './terminal-limits.ts';

/** PACE up to the terminal's token, which travels in one batch with the first protected commands; the chip's is judged before their answers are opened. */
export interface OpenedByPace {
  readonly mapping: PaceVariant['mapping'];
  readonly channel: SecureChannel;
  readonly token: Exchange;
  /** @faults CHIP_ACCESS_DENIED, CHIP_KEY_AGREEMENT_INVALID */
  verify(answer: ResponseApdu | undefined): Result<ChipAuthenticationMappingEvidence | undefined, EmrtdFault>;
}

const OK = ['9000'];
/** 63Cx: an earlier attempt failed; the number says nothing about this one. */
const SET_AT_OK = ['9000', '63c'];
const MSE_AUTHENTICATION_TEMPLATE = { p1: 0xc1, p2: 0xa4 };

interface PaceInput {
  readonly access: AccessKey;
  readonly random: RandomBytes;
  /** The master file is selected. */
  readonly atMasterFile: boolean;
}

/**
 * Tries the variants in turn. Goes on to the next one only after an error that says nothing about the password: tries
 * of a password are counted by the chip.
 * @returns 'refused' when the chip took none
 * @faults CHIP_ACCESS_DENIED, CHIP_KEY_AGREEMENT_INVALID
 * @source ICAO 9303-11 §4.4
 */
export function* openByPace(session: CardSession, variants: readonly PaceVariant[], o: PaceInput, habits: ReadingHabits): TerminalStep<OpenedByPace | 'refused'> {
  let atMasterFile = o.atMasterFile;
  for (const [i, variant] of variants.slice(0, MAX_PACE_ATTEMPTS).entries()) {
    let run = yield* runPace(session, variant, { ...o, atMasterFile }, true);
    atMasterFile = false;
    if (run.ok && run.value === 'parametersRefused') {
      run = yield* runPace(session, variant, { ...o, atMasterFile }, false);
      if (run.ok && typeof run.value === 'object') habits.note('paceWithoutParameterId');
    }
    if (!run.ok) return run;
    if (typeof run.value === 'string') continue;
    if (i > 0) habits.note('paceVariantRefused');
    return ok(tokenOf(variant, run.value));
  }
  return ok('refused');
}

function tokenOf(variant: PaceVariant, authentication: PaceAuthentication): OpenedByPace {
  return {
    mapping: variant.mapping,
    channel: authentication.channel,
    token: { command: generalAuthenticate(authentication.request, true), accept: OK },
    verify: (answer) => {
      if (answer?.status !== STATUS_OK) return denied(answer);
      const verified = authentication.verify(answer.data);
      return verified === undefined ? invalid('token') : ok(verified.chipAuthenticationMapping);
    },
  };
}

/** 'parametersRefused': MSE:Set AT was not taken as it was. 'refused': a later step ended in an error that says nothing about the password. */
function* runPace(session: CardSession, variant: PaceVariant, o: PaceInput, withParameterId: boolean): TerminalStep<PaceAuthentication | 'parametersRefused' | 'refused'> {
  const setAt = setSecurityEnvironment(MSE_AUTHENTICATION_TEMPLATE.p1, MSE_AUTHENTICATION_TEMPLATE.p2, paceSetAtData(variant, o.access, { withParameterId }));
  const first: Exchange[] = o.atMasterFile ? [] : [{ command: selectMasterFile(), accept: [] }];
  const start = yield* session.send('access', [...first, { command: setAt, accept: SET_AT_OK }, { command: generalAuthenticate(PACE_NONCE_REQUEST, false), accept: OK }]);
  if (!start.ok) return start;
  if (start.value.count < first.length + 2) {
    const refusal = start.value.open(start.value.count - 1);
    if (!refusal.ok) return refusal;
    return isDenial(refusal.value) ? denied(refusal.value) : ok(refusal.value.status >> 8 === 0x6a ? 'parametersRefused' : 'refused');
  }
  const nonce = start.value.open(first.length + 1);
  if (!nonce.ok) return nonce;
  if (nonce.value.status !== STATUS_OK) return isDenial(nonce.value) ? denied(nonce.value) : ok('refused');
  const mapping = mapPaceNonce(variant, o.access, nonce.value.data, o.random);
  if (mapping === undefined) return invalid('nonce');

  const mapAnswer = yield* sendOne(session, generalAuthenticate(mapping.request, false));
  if (!mapAnswer.ok) return mapAnswer;
  if (mapAnswer.value.status !== STATUS_OK) return isDenial(mapAnswer.value) ? denied(mapAnswer.value) : ok('refused');
  const agreement = mapping.agree(mapAnswer.value.data);
  if (agreement === undefined) return invalid('mapping');

  const agreeAnswer = yield* sendOne(session, generalAuthenticate(agreement.request, false));
  if (!agreeAnswer.ok) return agreeAnswer;
  if (agreeAnswer.value.status !== STATUS_OK) return isDenial(agreeAnswer.value) ? denied(agreeAnswer.value) : ok('refused');
  const authentication = agreement.authenticate(agreeAnswer.value.data);
  return authentication === undefined ? invalid('agreement') : ok(authentication);
}

/** 6300 and 63Cx: the password was wrong. 6983: it is blocked. */
const isDenial = ({ status }: ResponseApdu): boolean => status >> 8 === 0x63 || status === 0x6983;

const denied = (answer: ResponseApdu | undefined): Result<never, EmrtdFault> => err(emrtdFaults.fault('CHIP_ACCESS_DENIED', { protocol: 'pace', status: statusHex(answer?.status ?? 0) }));
const invalid = (step: string): Result<never, EmrtdFault> => err(emrtdFaults.fault('CHIP_KEY_AGREEMENT_INVALID', { protocol: 'pace', step }));

function* sendOne(session: CardSession, command: Exchange['command']): TerminalStep<ResponseApdu> {
  const answers = yield* session.send('access', [{ command, accept: OK }]);
  return answers.ok ? answers.value.open(0) : answers;
}

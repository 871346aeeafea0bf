import { err, ok, type RandomBytes } from '@visavis/kernel';
import type { AccessKey } from '../access/access-key.ts';
import { answerBacChallenge } from '../access/bac.ts';
import { MAX_SHORT_LE } from '../apdu/command-apdu.ts';
import { externalAuthenticate, getChallenge, selectApplication } from '../apdu/commands.ts';
import { type ResponseApdu, STATUS_OK, statusHex } from '../apdu/response-apdu.ts';
import { emrtdFaults } from '../faults.ts';
import type { SecureChannel } from '../secure-messaging/secure-channel.ts';
import type { CardSession, TerminalStep } from './card-session.ts';
import type { ReadingHabits } from './reading-habits.ts';

const CRYPTOGRAM_BYTES = 40;

/**
 * Basic Access Control. A chip that dislikes the Le of EXTERNAL AUTHENTICATE, which is no word about the key, is asked
 * once more with the other usual one.
 * @param given the challenge, if the application was selected and gave one already
 * @faults CHIP_ACCESS_UNSUPPORTED, CHIP_ACCESS_DENIED, CHIP_KEY_AGREEMENT_INVALID, CHIP_ANSWER_MALFORMED
 * @source ICAO 9303-11 §4.3
 */
export function* openByBac(session: CardSession, access: Extract<AccessKey, { kind: 'mrz' }>, given: ResponseApdu | undefined, random: RandomBytes, habits: ReadingHabits): TerminalStep<SecureChannel> {
  let challenge = given;
  for (const le of [CRYPTOGRAM_BYTES, MAX_SHORT_LE]) {
    if (challenge === undefined) {
      // Selected once: some chips dislike it twice.
      const select = given === undefined ? [{ command: selectApplication(), accept: [] }] : [];
      const asked = yield* session.send('access', [...select, { command: getChallenge(), accept: [] }]);
      if (!asked.ok) return asked;
      const answer = asked.value.open(select.length);
      if (!answer.ok) return answer;
      challenge = answer.value;
    }
    if (challenge.status !== STATUS_OK) return err(emrtdFaults.fault('CHIP_ACCESS_UNSUPPORTED', { protocol: 'bac', status: statusHex(challenge.status) }));
    const bac = answerBacChallenge(access, challenge.data, random);
    if (bac === undefined) return err(emrtdFaults.fault('CHIP_ANSWER_MALFORMED'));
    const sent = yield* session.send('access', [{ command: externalAuthenticate(bac.data, le), accept: ['9000'] }]);
    if (!sent.ok) return sent;
    const answer = sent.value.open(0);
    if (!answer.ok) return answer;
    const { status, data } = answer.value;
    if (status === STATUS_OK) {
      const channel = bac.complete(data);
      if (channel === undefined) return err(emrtdFaults.fault('CHIP_KEY_AGREEMENT_INVALID', { protocol: 'bac' }));
      if (le !== CRYPTOGRAM_BYTES) habits.note('externalAuthenticateLe');
      return ok(channel);
    }
    const dislikesLe = (status === 0x6700 || status >> 8 === 0x6c) && le === CRYPTOGRAM_BYTES;
    if (!dislikesLe) return err(emrtdFaults.fault('CHIP_ACCESS_DENIED', { protocol: 'bac', status: statusHex(status) }));
    challenge = undefined;
  }
  return err(emrtdFaults.fault('CHIP_ACCESS_DENIED', { protocol: 'bac' }));
}

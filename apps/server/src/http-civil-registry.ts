import { type CivilRecord, civilRecordAnswer, type CivilRecordRequest } from '@visavis/contract';
import { err, ok, readBounded } from '@visavis/kernel';
import type { CivilRegistry } from '@visavis/registry';

/** A citizen waits meanwhile. */
const TIMEOUT_MS = 5000;
/** A record with sixteen long names is under 5 kB. */
const MAX_ANSWER_BYTES = 16 * 1024;

/**
 * Asks a civil registry over HTTP (`POST /civil-records`). Whatever is no answer of the contract's is `unavailable`: a
 * sign-in without what the registry would have said could look like one of a person whom it does not know.
 * @param origin the operator's setting
 */
export function createHttpCivilRegistry(origin: string): CivilRegistry {
  return {
    async find({ familyName, givenNames, dateOfBirth, sex, nationality }, { issuingState, documentNumber }) {
      try {
        return ok(await ask(origin, { person: { familyName, givenNames, dateOfBirth, sex, nationality }, document: { issuingState, documentNumber } }));
      } catch {
        return err('unavailable');
      }
    },
  };
}

async function ask(origin: string, asked: CivilRecordRequest): Promise<CivilRecord | undefined> {
  const response = await fetch(`${origin}/civil-records`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(asked), redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (response.status !== 200 || response.body === null) throw new Error('no answer');
  const answer = await readBounded(response.body, MAX_ANSWER_BYTES);
  if (answer === undefined) throw new Error('more than an answer');
  return civilRecordAnswer.parse(JSON.parse(Buffer.from(answer).toString('utf8'))).record ?? undefined;
}

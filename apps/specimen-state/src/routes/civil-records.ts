import { createHash } from 'node:crypto';
import { type CivilRecord, type CivilRecordRequest, civilRecordRequest, FRANCE } from '@visavis/contract';
import type { FastifyInstance } from 'fastify';
import { refuse } from '../refuse.ts';

/** The made-up state's own code in its passports (ICAO 9303-3 §5, Utopia). */
const UTOPIA = 'UTO';
/** Where Utopians are born: communes and a country as INSEE codes them, so that services can look them up. */
const BIRTHPLACES: readonly CivilRecord['birthplace'][] = [{ country: FRANCE, commune: '35238' }, { country: FRANCE, commune: '2A004' }, { country: FRANCE, commune: '97411' }, { country: '99217' }];

/**
 * `POST /civil-records`: the made-up state's civil registry. Its people are made up when somebody asks, always alike by
 * their passport; it knows nobody with another state's passport.
 */
export function serveCivilRecords(server: FastifyInstance): void {
  server.post('/civil-records', async (request, reply) => {
    const asked = civilRecordRequest.safeParse(request.body);
    return asked.success ? reply.send({ record: recordOf(asked.data) }) : refuse(reply, 'SPECIMEN_REQUEST_INVALID');
  });
}

function recordOf({ person, document }: CivilRecordRequest): CivilRecord | null {
  const { familyName, givenNames, dateOfBirth, sex } = person;
  if (document.issuingState !== UTOPIA || givenNames === '') return null;
  const drawn = createHash('sha256').update(document.documentNumber).digest()[0]! % BIRTHPLACES.length;
  return { familyName: capitalised(familyName), givenNames: givenNames.split(' ').map(capitalised), dateOfBirth, ...(sex === 'unspecified' ? {} : { sex }), birthplace: BIRTHPLACES[drawn]! };
}

const capitalised = (name: string): string => name.toLowerCase().replaceAll(/(?<!\p{L})\p{L}/gu, (letter) => letter.toUpperCase());

import type { CivilRecord, PrintedIdentity } from '@visavis/contract';
import { documentClaims } from '../document-claims.ts';
import type { FranceConnectClaim } from './claims.ts';

type Values = Partial<Record<FranceConnectClaim, string | readonly string[]>>;

/**
 * What is proved about a person, in FranceConnect's formats. What neither the document nor the civil registry says is
 * left out; nothing is derived from something else that merely looks like it.
 * @param email that the citizen confirmed
 * @param record undefined where the civil registry knows nothing
 * @source FranceConnect "Données usagers"
 */
export function claimValues(person: PrintedIdentity, email: string | undefined, record: CivilRecord | undefined): Values {
  return { ...documentClaims(person), ...(email !== undefined && { email }), ...(record === undefined ? {} : ofCivilRegistry(record)) };
}

function ofCivilRegistry({ givenNames, familyName, usageName, dateOfBirth, sex, birthplace }: CivilRecord): Values {
  // Abroad there is no commune; the empty text says so, where an absent claim would say that nobody knows.
  const place = 'commune' in birthplace ? birthplace.commune : '';
  return {
    given_name_array: givenNames,
    ...(usageName === undefined ? {} : { preferred_username: usageName }),
    birthplace: place,
    birthcountry: birthplace.country,
    rnipp_given_name: givenNames.join(' '),
    rnipp_given_name_array: givenNames,
    rnipp_family_name: familyName,
    rnipp_birthdate: knownOrFirst(dateOfBirth),
    ...(sex === undefined ? {} : { rnipp_gender: sex }),
    rnipp_birthplace: place,
    rnipp_birthcountry: birthplace.country,
  };
}

/** Services are told the first of the month or of the year where the registry knows no day or no month. */
const knownOrFirst = (date: string): string => date.replaceAll('-00', '-01');

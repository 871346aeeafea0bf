import type { PrintedIdentity } from '@visavis/contract';

/** What a document says of a person, under OpenID Connect's names. What it does not say is left out (Core §5.3.2). */
export function documentClaims({ givenNames, familyName, dateOfBirth, sex }: PrintedIdentity) {
  return {
    ...(givenNames === '' ? {} : { given_name: givenNames }),
    family_name: familyName,
    birthdate: dateOfBirth,
    ...(sex === 'unspecified' ? {} : { gender: sex }),
  };
}

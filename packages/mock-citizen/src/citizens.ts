import type { LevelOfAssurance, PrintedIdentity } from '@visavis/contract';

/** Somebody made up, who answers every sign-in at once and always in the same way. */
export interface MockCitizen {
  /** The `login_hint` that calls them. */
  readonly hint: string;
  /** What they are there for. */
  readonly about: string;
  readonly levelOfAssurance: LevelOfAssurance;
  readonly answer: 'agrees' | 'refusesVoluntary' | 'declines';
  /** @param atMs now: ages do not pass */
  person(atMs: number): PrintedIdentity;
}

const ADA: PrintedIdentity = { familyName: 'LOVELACE', givenNames: 'ADA', dateOfBirth: '1985-12-10', sex: 'female', nationality: 'UTO' };

/** Born on this day, so many years ago; on 28 February for who would have been born on a 29th that was not. */
function birthday(atMs: number, yearsAgo: number): string {
  const [year, month, day] = new Date(atMs).toISOString().slice(0, 10).split('-').map(Number) as [number, number, number];
  const born = new Date(Date.UTC(year - yearsAgo, month - 1, day));
  return (born.getUTCMonth() === month - 1 ? born : new Date(Date.UTC(year - yearsAgo, month - 1, day - 1))).toISOString().slice(0, 10);
}

const DAY_MS = 24 * 3600 * 1000;

const citizen = (hint: string, about: string, person: Partial<PrintedIdentity> | ((atMs: number) => Partial<PrintedIdentity>) = {}, rest: Partial<Pick<MockCitizen, 'levelOfAssurance' | 'answer'>> = {}): MockCitizen => ({
  hint,
  about,
  levelOfAssurance: 'eidas2',
  answer: 'agrees',
  ...rest,
  person: (atMs) => ({ ...ADA, ...(typeof person === 'function' ? person(atMs) : person) }),
});

/** Those whom services tend to forget. */
export const CITIZENS: readonly MockCitizen[] = [
  citizen('ada', 'an adult with one given name, agrees to everything'),
  citizen('no-given-name', 'has a family name only: given_name is absent', { givenNames: '', familyName: 'SUHARTO', sex: 'male' }),
  citizen('long-name', 'names as long as a passport prints them', { givenNames: 'MARIA DE LOS ANGELES CONCEPCION ESPERANZA TRINIDAD DEL PILAR', familyName: 'WOLFESCHLEGELSTEINHAUSENBERGERDORFF VON UND ZU HOHENSTAUFEN' }),
  citizen('apostrophe', 'an apostrophe, a hyphen and a letter beyond ASCII', { givenNames: 'ZOÉ ANNE-MARIE', familyName: "O'NEILL-D'ARCY" }),
  citizen('markup', 'a name that a careless page would run', { givenNames: '<B>BOBBY</B>', familyName: "'); DROP TABLE" }),
  citizen('no-gender', 'a passport that names no sex: gender is absent', { sex: 'unspecified' }),
  citizen('minor', 'fifteen years old', (atMs) => ({ dateOfBirth: birthday(atMs, 15) })),
  citizen('eighteen-today', 'comes of age today', (atMs) => ({ dateOfBirth: birthday(atMs, 18) })),
  citizen('eighteen-tomorrow', 'comes of age tomorrow', (atMs) => ({ dateOfBirth: birthday(atMs + DAY_MS, 18) })),
  citizen('low-level', 'identified at eidas1 only: gives up where more is asked for', {}, { levelOfAssurance: 'eidas1' }),
  citizen('high-level', 'identified at eidas3', {}, { levelOfAssurance: 'eidas3' }),
  citizen('refuses-voluntary', 'agrees, but to nothing that is voluntary', {}, { answer: 'refusesVoluntary' }),
  citizen('declines', 'does not agree: the service hears access_denied', {}, { answer: 'declines' }),
];

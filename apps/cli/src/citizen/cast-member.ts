import { type Citizen, castSeeds, createActor, createCitizen, encodeJpeg, loadCanonicalMesh, type Presenter } from '@visavis/specimen';
import type { MintPassportRequest } from '@visavis/contract';

const GIVEN_NAMES = ['ANNA', 'BORIS', 'CHLOE', 'DAVID', 'ELENA', 'FELIX', 'GRETA', 'HUGO', 'INES', 'JONAS', 'KLARA', 'LEON'] as const;
const FAMILY_NAMES = ['ALMA', 'BERG', 'COSTA', 'DUBOIS', 'ERIKSSON', 'FONTAINE', 'GRIMALDI', 'HORVAT', 'IVANOV', 'JANSEN', 'KOWALSKI', 'LINDGREN'] as const;
const PORTRAIT_QUALITY = 90;

/** A made-up citizen with a name, a passport photograph and a living face. */
export interface CastMember {
  readonly citizen: Citizen;
  readonly passportOrder: MintPassportRequest;
  presenter(seed: number): Presenter;
}

/** @param index any whole number from 0; the cast repeats, with other names and birth dates. */
export async function castMember(index: number): Promise<CastMember> {
  const citizen = createCitizen({ seed: castSeeds[index % castSeeds.length]!, mesh: loadCanonicalMesh() });
  const round = Math.floor(index / castSeeds.length);
  const portrait = Buffer.from(await encodeJpeg(citizen.renderPortrait(), PORTRAIT_QUALITY)).toString('base64');
  return {
    citizen,
    passportOrder: {
      portrait,
      givenNames: GIVEN_NAMES[index % GIVEN_NAMES.length]!,
      familyName: FAMILY_NAMES[(index + round) % FAMILY_NAMES.length]!,
      dateOfBirth: `${1960 + ((index * 7 + round) % 40)}-0${1 + (index % 9)}-1${index % 10}`,
      dateOfExpiry: `${new Date().getUTCFullYear() + 6}-06-30`,
      sex: 'unspecified',
    },
    presenter: (seed) => createActor({ citizen, seed }),
  };
}

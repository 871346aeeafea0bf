import type { MintPassportRequest } from '@visavis/contract';
import { cropPortrait, encodeJpeg, type RgbImage } from '@visavis/specimen';

/** A name this long is nowhere by chance; both together fit into a passport's line of 39. */
const FAMILY_NAME_LETTERS = 14;
const GIVEN_NAME_LETTERS = 12;
const PORTRAIT_QUALITY = 90;
/** Changes each colour by as much: not to be seen, and no two portraits share a byte of their JPEG data. */
const GRAIN = 3;
const ADULT_YEARS = { least: 20, most: 75 } as const;

/** A citizen with a name, a birth date and a photograph that nobody else and no other run has. */
export interface MadeUpPerson {
  readonly order: MintPassportRequest;
  /** As the made-up state puts it into the chip. */
  readonly portrait: Uint8Array;
}

/** @param photograph the face; costly to render, so drawn once for many @param random from 0 to below 1 */
export async function makeUpPerson(photograph: RgbImage, random: () => number): Promise<MadeUpPerson> {
  const letters = (n: number): string => Array.from({ length: n }, () => String.fromCharCode(65 + Math.floor(random() * 26))).join('');
  const between = (least: number, most: number): number => least + Math.floor(random() * (most - least + 1));
  const grainy = { ...photograph, data: photograph.data.map((value) => Math.min(255, Math.max(0, value + between(-GRAIN, GRAIN)))) };
  const jpeg = await encodeJpeg(grainy, PORTRAIT_QUALITY);
  const portrait = await cropPortrait(jpeg);
  if (portrait === undefined) throw new Error('a made-up photograph is no portrait');
  const year = new Date().getUTCFullYear() - between(ADULT_YEARS.least, ADULT_YEARS.most);
  const two = (value: number): string => String(value).padStart(2, '0');
  return {
    portrait,
    order: {
      portrait: Buffer.from(jpeg).toString('base64'),
      familyName: letters(FAMILY_NAME_LETTERS),
      givenNames: letters(GIVEN_NAME_LETTERS),
      dateOfBirth: `${year}-${two(between(1, 12))}-${two(between(1, 28))}`,
      dateOfExpiry: `${new Date().getUTCFullYear() + between(2, 8)}-${two(between(1, 12))}-${two(between(1, 28))}`,
      sex: 'unspecified',
    },
  };
}

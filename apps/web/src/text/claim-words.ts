import { FRANCE } from '@visavis/contract';
import { laterTexts } from './later-texts.ts';
import { formatDate } from './texts.ts';

/** A claim's name in plain words; an unknown one as the service asked for it, never hidden. */
export function claimLabel(name: string): string {
  return laterTexts.claims[name] ?? name;
}

/** A claim's value as people read it. Codes that a service is told stay codes, with a word on what they are: we know no names to them. */
export function claimValue(name: string, value: string): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(value)) return formatDate(value);
  const { [value]: known } = laterTexts.claimValues;
  if (known !== undefined) return known;
  if (name.endsWith('birthcountry')) return value === FRANCE ? laterTexts.birthCodes.france : laterTexts.birthCodes.country(value);
  return name.endsWith('birthplace') ? laterTexts.birthCodes.place(value) : value;
}

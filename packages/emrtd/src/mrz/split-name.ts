export interface MrzName {
  readonly familyName: string;
  readonly givenNames: string;
}

/** A name field: two fillers between its two parts, one between the words of each. Without two, all is the first part. @source ICAO 9303-3 §4.6 */
export function splitName(field: string): MrzName {
  const [family = '', given = ''] = field.replace(/<+$/, '').split('<<', 2);
  return { familyName: family.replaceAll('<', ' ').trim(), givenNames: given.replaceAll('<', ' ').trim() };
}

const WEIGHTS = [7, 3, 1] as const;

/** The check digit of MRZ characters (ICAO 9303-3 §4.9). Throws on a character that no MRZ has. */
export function checkDigit(text: string): string {
  let sum = 0;
  for (let i = 0; i < text.length; i++) sum += characterValue(text.charAt(i)) * WEIGHTS[i % 3]!;
  return String(sum % 10);
}

function characterValue(character: string): number {
  if (character === '<') return 0;
  if (!/^[0-9A-Z]$/.test(character)) throw new RangeError('not an MRZ character');
  return Number.parseInt(character, 36);
}

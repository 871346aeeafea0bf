/** Letters that do not decompose into a base letter and marks, and those for which Doc 9303-3 §6.A recommends more than the base letter. */
const TRANSLITERATED: Readonly<Record<string, string>> = { Ä: 'AE', Ö: 'OE', Ü: 'UE', Å: 'AA', Ø: 'OE', Æ: 'AE', Œ: 'OE', ẞ: 'SS', Þ: 'TH', Ð: 'D', Đ: 'D', Ł: 'L', Ħ: 'H', Ŧ: 'T', Ŋ: 'N', Ĳ: 'IJ' };

/**
 * A name as every document of a person should agree on it: capitals, transliterated as in a machine-readable zone,
 * other marks dropped, and nothing but letters A to Z (so fillers, spaces, hyphens, apostrophes and full stops make no
 * difference). Scripts other than Latin have no letters left: they come from the chip's MRZ already transliterated.
 * @source ICAO 9303-3 §4.6, §6.A
 */
export function normaliseName(name: string): string {
  // Capitals first: `ß` and ligatures grow there. Composed, so that the table finds its letters.
  const capitals = name.toUpperCase().normalize('NFC');
  const transliterated = capitals.replaceAll(/[^A-Z]/gu, (letter) => TRANSLITERATED[letter] ?? letter);
  return transliterated.normalize('NFKD').replaceAll(/[^A-Z]/g, '');
}

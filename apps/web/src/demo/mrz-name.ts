/** Letters that do not fall apart into a base letter and an accent (ICAO 9303-3 §6 A). */
const SPELLED_OUT: Readonly<Record<string, string>> = { Æ: 'AE', Œ: 'OE', Ø: 'OE', ẞ: 'SS', ß: 'SS', Ð: 'D', Đ: 'D', Þ: 'TH', Ł: 'L', Ħ: 'H', ı: 'I' };

/** Longest name the made-up state prints. */
const MAX_NAME = 30;

/** A name as a passport's machine-readable line can carry it, or undefined where nothing printable is left. */
export function toMrzName(name: string): string | undefined {
  const printed = name
    .trim()
    .replaceAll(/[ßı]/g, (letter) => SPELLED_OUT[letter]!)
    .toUpperCase()
    .replaceAll(/[ÆŒØẞÐĐÞŁĦ]/g, (letter) => SPELLED_OUT[letter]!)
    .normalize('NFD')
    .replaceAll(/\p{Mark}/gu, '')
    .replaceAll('’', "'")
    .replaceAll(/\s+/g, ' ');
  return /^(?=.*[A-Z])[A-Z' -]+$/.test(printed) && printed.length <= MAX_NAME ? printed : undefined;
}

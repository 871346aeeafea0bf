import { TYPED_ALPHABET } from '@visavis/contract';

/**
 * A code however it was typed: small letters, spaces, O for 0, I or L for 1.
 * @returns undefined when a character is none of the alphabet
 */
export function readTypedCode(typed: string): string | undefined {
  const read = typed.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  return read.split('').every((character) => TYPED_ALPHABET.includes(character)) ? read : undefined;
}

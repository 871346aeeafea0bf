import { TYPED_ALPHABET } from '@visavis/contract';
import type { RandomBytes } from '@visavis/kernel';

/** A random code as people type it and read it out: five bits a character, since 256 is a multiple of the alphabet's 32. */
export const newTypedCode = (random: RandomBytes, length: number): string => [...random(length)].map((byte) => TYPED_ALPHABET[byte % TYPED_ALPHABET.length]!).join('');

import { TYPED_ALPHABET } from '@visavis/contract';
import { type Bytes, type RandomBytes, utf8 } from '@visavis/kernel';
import { readTypedCode } from '../typed-code.ts';

/** 130 random bits: nobody tries them all, so no slow derivation is needed. */
const SECRET_CHARACTERS = 26;
/** 10 bits: of mistyped codes one in a thousand passes, and then does not open anything. */
const CHECK_CHARACTERS = 2;
const GROUP = 4;

/** A code to print, in seven groups of four: 130 random bits and two characters that tell a typing mistake from a wrong code. */
export async function createRecoveryCode(random: RandomBytes): Promise<string> {
  const secret = [...random(SECRET_CHARACTERS)].map((byte) => TYPED_ALPHABET[byte % TYPED_ALPHABET.length]!).join('');
  return (secret + (await checkCharacters(secret))).match(new RegExp(`.{${GROUP}}`, 'g'))!.join('-');
}

/**
 * What a code stands for, however it was typed.
 * @returns undefined when its check characters are not its own
 */
export async function readRecoveryCode(typed: string): Promise<Bytes | undefined> {
  const read = readTypedCode(typed);
  if (read?.length !== SECRET_CHARACTERS + CHECK_CHARACTERS) return undefined;
  const secret = read.slice(0, SECRET_CHARACTERS);
  return (await checkCharacters(secret)) === read.slice(SECRET_CHARACTERS) ? utf8(secret) : undefined;
}

async function checkCharacters(secret: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', utf8(`visavis recovery code v1\n${secret}`));
  const [first = 0, second = 0] = new Uint8Array(digest);
  return TYPED_ALPHABET[first % TYPED_ALPHABET.length]! + TYPED_ALPHABET[second % TYPED_ALPHABET.length]!;
}

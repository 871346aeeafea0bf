import { randomInt } from 'node:crypto';

export interface Accounts {
  /** The customer's account: the one they have, or a new one. */
  numberOf(subject: string): string;
}

/** In memory; a demonstration keeps no more. */
const MAX_ACCOUNTS = 5000;

/** One account per customer, by the only name under which the provider makes them known here. */
export function createAccounts(): Accounts {
  const numbers = new Map<string, string>();
  return {
    numberOf(subject) {
      const number = numbers.get(subject) ?? `UT00 ${Array.from({ length: 4 }, () => String(randomInt(10_000)).padStart(4, '0')).join(' ')}`;
      const [oldest] = numbers.keys();
      if (numbers.size >= MAX_ACCOUNTS && oldest !== undefined) numbers.delete(oldest);
      numbers.set(subject, number);
      return number;
    },
  };
}

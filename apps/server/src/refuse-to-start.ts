import { serverFaults } from './faults.ts';

/** Why a server does not start, for the operator: the code first, then words, then what exactly. */
export function refuseToStart(code: 'START_SERVICES_REFUSED' | 'START_SPECIMEN_ANCHOR' | 'START_TRUST_STORE_INVALID' | 'START_WALLS_MISSING', details: readonly string[] = []): Error {
  const { meaning, nextStep } = serverFaults.entries[code];
  return new Error([`${code}: ${meaning} ${nextStep}`, ...details.map((detail) => `  - ${detail}`)].join('\n'));
}

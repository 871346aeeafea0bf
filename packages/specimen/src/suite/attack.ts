import type { Scenario } from './scenario.ts';
import type { Workshop } from './workshop.ts';

/** Accepted, on a chip that gave no proof of being the original: nothing to refuse, and nothing to be mistaken for one that did. */
export const NO_CHIP_PROOF = 'chip proof: none';

export interface Attack {
  /** kebab-case, for ever. */
  readonly name: string;
  /** The clause that the attack breaks, or the one that the defence comes from. */
  readonly clause: string;
  /** Where the defence is: reading the chip, or judging what was read (with the trust store), or decoding the portrait. */
  readonly stage: 'chip' | 'authenticity' | 'portrait';
  /** The code of the refusal, or {@link NO_CHIP_PROOF}. It is the code of every check that fails, and the only one. */
  readonly code: string;
  prepare(workshop: Workshop): Scenario;
  /** The same construction without the malicious step: has to be accepted. */
  twin(workshop: Workshop): Scenario;
}

/** @param build the whole construction; `evil` says whether the one malicious step is taken */
export function attack(name: string, clause: string, code: string, build: (workshop: Workshop, evil: boolean) => Scenario): Attack {
  const stage = code.startsWith('FACE_') ? 'portrait' : code.startsWith('CHIP_') && code !== 'CHIP_ACCESS_DOWNGRADED' ? 'chip' : 'authenticity';
  return { name, clause, code, stage, prepare: (workshop) => build(workshop, true), twin: (workshop) => build(workshop, false) };
}

import type { Bytes, RandomBytes } from '@visavis/kernel';
import type { Chip } from '../chip/create-chip.ts';
import { type BatchAnswers, type BatchCommand, transmitBatch } from '../chip/transmit-batch.ts';
import type { PrintedAccessKey } from '../lds/passport.ts';

/** Carries one batch; a phone that does as it likes. */
export type Relay = (commands: readonly BatchCommand[], chip: Chip) => BatchAnswers;

/** One document before one terminal. */
export interface Scenario {
  readonly chip: Chip;
  /** What the citizen types. */
  readonly access: PrintedAccessKey;
  /** What the terminal trusts. */
  readonly trustAnchors: { readonly cscaCertificates: readonly Bytes[]; readonly crls: readonly Bytes[] };
  readonly atMs: number;
  readonly relay: Relay;
  /** The terminal's generator, where the attacker has got hold of it; undefined: a good one. */
  readonly terminalRandom: RandomBytes | undefined;
}

export const honestRelay: Relay = (commands, chip) => transmitBatch(chip, commands);

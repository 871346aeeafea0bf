export { alteredDg1, alteredDg2 } from './attack-kit/altered-data-groups.ts';
export { flippedSodSignature, unknownCsca } from './attack-kit/altered-sod.ts';
export { cloneWithForeignKeys, cloneWithoutKeys, strippedDg14Dg15 } from './attack-kit/clones.ts';
export { cardAccessRemoved, paceRefused } from './attack-kit/downgrades.ts';
export { type Chip, type ChipOptions, createChip } from './chip/create-chip.ts';
export { type BatchAnswers, type BatchCommand, transmitBatch } from './chip/transmit-batch.ts';
export type { Passport, PrintedAccessKey } from './lds/passport.ts';
export type { PassportOrder } from './lds/mint-passport.ts';
export { createSpecimenState, type SignerName, type SpecimenState } from './specimen-state.ts';
